//! What staff see at a glance.

mod caseload;
mod day;
mod numbers;
mod progress;
mod saved_views;
mod sheet;
mod summaries;

use cairn_shared::clock::Timestamp;
use cairn_shared::dashboards::rebuild;
use cairn_tests::{Backend, Client, TestApp};
use uuid::Uuid;

/// An id or other bytes, as the database wants them written.
fn bytes(app: &TestApp, id: Uuid) -> String {
    match app.backend {
        Backend::Sqlite => format!("x'{}'", id.simple()),
        Backend::Postgres => format!("'{id}'"),
    }
}

fn sealed(app: &TestApp) -> &'static str {
    match app.backend {
        Backend::Sqlite => "x'00'",
        Backend::Postgres => "'\\x00'",
    }
}

/// A check-in with a mood, or with a score, as it stands in the database.
async fn check_in(app: &TestApp, client: Client, date: &str, mood: Option<i64>, score: Option<(&str, Option<i64>)>) {
    let organization = bytes(app, app.organization.id);
    let form = bytes(app, Uuid::from_u128(7));
    let version = bytes(app, Uuid::from_u128(8));
    let (any, sealed) = (bytes(app, cairn_tests::id_of_phone()), sealed(app));
    if app.count_where("check_in_forms", &format!("id = {form}")).await == 0 {
        app.sql(&format!(
            "INSERT INTO check_in_forms (id, organization_id, name, used_item_ids, created_at) VALUES ({form}, {organization}, 'Daily', '[]', 0)"
        ))
        .await;
        app.sql(&format!(
            "INSERT INTO check_in_form_versions (id, organization_id, form_id, number, state, schema, ui_schema, languages,
                content_hash, created_at)
             VALUES ({version}, {organization}, {form}, 1, 'draft', '', '', 'en', {sealed}, 0)"
        ))
        .await;
    }
    let at: Timestamp = serde_json::from_value(format!("{date}T17:00:00Z").into()).unwrap();
    let or_null = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
    let mood = or_null(mood.map(|mood| mood.to_string()));
    let instrument = or_null(score.map(|(name, _)| format!("'{name}'")));
    let score = or_null(score.and_then(|(_, score)| score).map(|score| score.to_string()));
    app.sql(&format!(
        "INSERT INTO check_ins (id, organization_id, client_id, form_id, form_version_id, local_date, answers, answered_at,
            received_at, language, recorded_by_kind, mood, instrument, score)
         VALUES ({any}, {organization}, {}, {form}, {version}, '{date}', {sealed}, {}, {}, 'en', 'client', {mood},
            {instrument}, {score})",
        bytes(app, client.id),
        at.0,
        at.0,
    ))
    .await;
}

/// An open reason why a client needs somebody; severity from 1 to 4.
async fn reason(app: &TestApp, client: Client, kind: &str, severity: i64, since: &str) {
    let since: Timestamp = serde_json::from_value(since.into()).unwrap();
    app.sql(&format!(
        "INSERT INTO attention_reasons (id, organization_id, client_id, kind, severity, since, code, parameters,
            subject_id, standing, state, created_at)
         VALUES ({}, {}, {}, '{kind}', {severity}, {}, '{kind}', '{{\"days\":3}}', '', {}, 'open', {})",
        bytes(app, cairn_tests::id_of_phone()),
        bytes(app, app.organization.id),
        bytes(app, client.id),
        since.0,
        if app.backend == Backend::Sqlite { "1" } else { "true" },
        since.0,
    ))
    .await;
}

/// What was put into the database by hand reaches the rows.
async fn catch_up(app: &TestApp) {
    rebuild(&app.database, app.organization.id).await.unwrap();
}
