//! Connections, transactions and pages: the same code over SQLite and PostgreSQL.

mod bell;
mod bulk;
mod connect;
mod data_keys;
mod ids;
mod page;
mod scoped_tx;
mod skew;
mod transaction;
mod worker_tx;

pub use connect::{ConnectError, Database, DatabaseUrl, Environment, sqlite_options};
pub use data_keys::wrap_anew;
pub use ids::id_list;
pub use page::{Cursor, Page, PageRequest};
pub use scoped_tx::ScopedTx;
pub use skew::LARGEST_SKEW_MS;
pub use transaction::Transaction;
pub use worker_tx::WorkerTx;
