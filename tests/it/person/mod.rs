//! The person: what is known of them, and the plans that they write for themselves.

mod plans;
mod profile;
