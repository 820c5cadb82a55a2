//! What the database holds, and what it must never hold.

mod audit;
mod idempotency;
mod keys;
mod policies;
mod query_plans;
mod refusals;
mod schema;
mod secrets;
