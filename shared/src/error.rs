//! The one error type of the domain. What a person can mend names the field; what they cannot is told to the log only.

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use thiserror::Error;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing wrong with one member of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the member as the sender wrote it: `reminders[1].minutes_before`.
    pub field: String,
    /// Stable, for programs: `unknown_time_zone`.
    pub code: &'static str,
    /// For people; repeats nothing personal.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

#[derive(Debug, Error)]
pub enum Error {
    /// No such row, or one that this actor may not know of: both look the same.
    #[error("not found")]
    NotFound,
    /// The row is known to the actor, the act is not theirs.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Missing, wrong, ended or expired proof of identity.
    #[error("unauthorized: {0}")]
    Unauthorized(&'static str),
    #[error("invalid input: {} field(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// The state of things forbids it: `(code, message)`.
    #[error("conflict: {0}")]
    Conflict(&'static str, String),
    /// The same, where one member of the input is what the state forbids.
    #[error("conflict: {0}")]
    ConflictIn(&'static str, FieldError),
    /// `If-Match` named another version.
    #[error("the row has changed meanwhile")]
    PreconditionFailed,
    #[error("too many failures; wait {retry_after} s")]
    Throttled { retry_after: i64 },
    /// The database is locked, gone, or refuses connections: worth another try.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The disk under the database is full.
    #[error("the disk is full")]
    StorageFull,
    /// A defect or a damaged row. The text goes to the log, never to the client.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    pub fn invalid(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// Collects field errors so that a person sees all of them at once.
#[derive(Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn add(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, code, message));
    }

    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// SQLite result codes (sqlite.org/rescode.html) and SQLSTATEs (PostgreSQL manual, Appendix A) that mean "try again
/// later" and "disk full". SQLite's primary code is the low byte of its extended codes.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let (DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause))) = &error
        else {
            return match error {
                DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(error.to_string()),
                DbErr::RecordNotFound(_) => Self::NotFound,
                other => Self::internal(other),
            };
        };
        match &**cause {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                if code == "53100" || (code != "13000" && sqlite_primary(&code) == Some(13)) {
                    return Self::StorageFull;
                }
                let postgres_away = ["08", "53", "57"].iter().any(|class| code.len() == 5 && code.starts_with(class));
                let busy = ["40001", "40P01", "55P03"].contains(&code.as_str());
                if postgres_away || busy || matches!(sqlite_primary(&code), Some(5 | 6 | 10 | 14)) {
                    return Self::Unavailable(error.to_string());
                }
                Self::internal(error)
            }
            _ => Self::internal(error),
        }
    }
}

fn sqlite_primary(code: &str) -> Option<u32> {
    // SQLSTATEs have five characters; SQLite's codes are at most four digits.
    if code.len() == 5 { None } else { code.parse::<u32>().ok().map(|code| code & 0xff) }
}

/// True when the statement broke a unique index.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
