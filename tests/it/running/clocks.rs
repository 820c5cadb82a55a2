use std::sync::Arc;

use cairn_shared::clock::{Clock, SystemClock, Timestamp};
use cairn_shared::db::{Database, Environment, LARGEST_SKEW_MS};
use cairn_tests::{Backend, both, seconds};
use tower::ServiceExt;

/// The machine's clock, put forward.
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(seconds(self.0))
    }
}

// Leases are written by one process and judged by another.
both!(a_clock_far_from_the_databases_makes_a_process_not_ready, async |app| {
    assert_eq!(app.database.clock_skew().await.unwrap(), 0, "a clock of a test is compared with nothing");
    for (ahead, fits) in [(0, true), (60, false), (-60, false)] {
        let env = Environment { clock: Arc::new(Ahead(ahead)), ..app.database.env.clone() };
        let database = Database::connect(&app.url, env, 1).await.unwrap();
        let skew = database.clock_skew().await.unwrap();
        let fits = fits || app.backend == Backend::Sqlite;
        assert_eq!(skew.abs() <= LARGEST_SKEW_MS, fits, "{skew} ms");
        let state = cairn_api::AppState { database: database.clone(), ..app.state.clone() };
        let request = http::Request::get("/health/ready").body(axum::body::Body::empty()).unwrap();
        let answer = cairn_api::router(state).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), if fits { 200 } else { 503 });
        database.close().await;
    }
});
