//! What the tests of Cairn as a whole stand on: an installation of its own for each test, on either database, with a
//! clock that stands still, people to act as, phones that open what is pushed to them, and a push service that does
//! what it is told.

mod app;
mod backend;
mod browser;
mod call;
mod listener;
pub mod logs;
mod people;
mod push_service;
mod rows;
mod wire;

pub use app::{Builder, ORGANIZATION_ZONE, PASSWORD, START, TestApp};
pub use backend::Backend;
pub use browser::{Browser, Opened};
pub use call::{Answer, Call, Credential};
pub use listener::{Listener, Message, OtherApi};
pub use people::{Authenticator, Client, Desk, Organization, Phone, Staff, id_of, id_of_phone, moment};
pub use push_service::{Post, PushService, Reply};
pub use rows::Contents;
pub use wire::Wire;

/// Times a minute, an hour, a day: for `app.advance(minutes(5))`.
pub use chrono::Duration;

pub fn seconds(count: i64) -> Duration {
    Duration::seconds(count)
}

pub fn minutes(count: i64) -> Duration {
    Duration::minutes(count)
}

pub fn hours(count: i64) -> Duration {
    Duration::hours(count)
}

pub fn days(count: i64) -> Duration {
    Duration::days(count)
}

/// One story, told on both databases: `both!(name, async |app| { ... })` makes `name::sqlite` and `name::postgres`.
/// A story that is given the backend makes its own installation: `both!(name, async |backend: Backend| { ... })`.
#[macro_export]
macro_rules! both {
    ($name:ident, async |$app:ident| $body:block) => {
        $crate::both!($name, async |backend: Backend| {
            let own = $crate::TestApp::start(backend).await;
            let $app = &own;
            $body
            own.close().await;
        });
    };
    ($name:ident, async |$backend:ident: Backend| $body:block) => {
        mod $name {
            use super::*;

            async fn story($backend: $crate::Backend) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::in_time(story($crate::Backend::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::Backend::Postgres.is_wanted() {
                    $crate::in_time(story($crate::Backend::Postgres)).await;
                }
            }
        }
    };
}

/// A story that does not end is a failure, not a hang.
pub async fn in_time(story: impl Future<Output = ()>) {
    tokio::time::timeout(std::time::Duration::from_mins(3), story).await.expect("the test did not end in 3 minutes");
}
