use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

use super::{Desk, afternoon, at};

/// Statements that would change what was signed, as the owner of the database: past every rule of the program.
async fn refused(app: &TestApp, sql: &str) {
    let error = app.try_sql(sql).await.expect_err(sql).to_string();
    assert!(error.contains("does not change") || error.contains("stays"), "{sql}: {error}");
}

both!(the_database_itself_refuses_to_change_what_was_signed, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let sam = desk.sam(app).await;
    let body = json!({ "text": "One thing more", "name": sam.name });
    app.post(format!("{}/addenda", at(&note)), body).by(&sam).await.expect(201);
    let supervisor = app.fresh(&desk.team.supervisor).await;
    app.post(format!("{}/return", at(&note)), json!({ "comment": "Which walk?" })).by(&supervisor).await.expect(200);
    let before = app.contents().await;
    for column in [
        "content = content || content",
        "content_hash = 'x'",
        "signed_at = 1",
        "late_entry = NOT late_entry",
        "service_date = '2027-01-01'",
        "starts_at = 1",
        "client_id = author_id",
        "author_id = client_id",
        "session_id = client_id",
        "template_version_id = client_id",
        "organization_id = client_id",
        "created_at = 1",
        "replaces_note_id = id",
        "state = 'draft'",
    ] {
        refused(app, &format!("UPDATE notes SET {column}")).await;
    }
    for sql in [
        "DELETE FROM notes",
        "UPDATE note_signatures SET signed_at = 1",
        "UPDATE note_signatures SET name = name || name",
        "DELETE FROM note_signatures",
        "UPDATE note_addenda SET content_hash = 'x'",
        "DELETE FROM note_addenda",
        "UPDATE note_comments SET text = text || text",
        "DELETE FROM note_comments",
        "UPDATE note_template_versions SET content = '{}' WHERE state = 'published'",
        "UPDATE note_template_versions SET state = 'draft' WHERE state = 'published'",
        "DELETE FROM note_template_versions WHERE state = 'published'",
    ] {
        refused(app, sql).await;
    }
    if app.backend == cairn_tests::Backend::Postgres {
        for table in ["notes", "note_signatures", "note_addenda", "note_template_versions"] {
            refused(app, &format!("TRUNCATE {table} CASCADE")).await;
        }
    }
    app.assert_unchanged_since(&before).await;
    // What may still happen to it does.
    app.sql("UPDATE notes SET state = 'voided', voided_at = 1").await;
    refused(app, "UPDATE notes SET state = 'signed'").await;
    refused(app, "UPDATE notes SET void_reason = NULL, version = 9").await;
});

both!(a_draft_does_not_go_away_and_keeps_its_place, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    desk.ready(app, 17).await;
    for sql in ["DELETE FROM notes", "UPDATE notes SET client_id = author_id", "UPDATE notes SET author_id = client_id"]
    {
        refused(app, sql).await;
    }
});

both!(what_is_not_what_was_signed_is_not_shown, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let other = desk.signed(app, 18).await;
    // Somebody with the database, past the triggers, puts another hash there.
    match app.backend {
        cairn_tests::Backend::Sqlite => app.sql("DROP TRIGGER notes_fixed").await,
        cairn_tests::Backend::Postgres => app.sql("ALTER TABLE notes DISABLE TRIGGER notes_fixed").await,
    }
    let (one, two) = (note["id"].as_str().unwrap(), other["content_hash"].as_str().unwrap());
    app.sql(&format!("UPDATE notes SET content_hash = '{two}' WHERE id = {}", id(app, one))).await;
    let sam = desk.sam(app).await;
    assert_eq!(app.get(at(&note)).by(&sam).await.status, 500);
    let seen: Value = app.get(at(&other)).by(&sam).await.expect(200);
    assert_eq!(seen["content"], other["content"]);
});

/// An id as the database writes it.
fn id(app: &TestApp, text: &str) -> String {
    match app.backend {
        cairn_tests::Backend::Sqlite => format!("x'{}'", text.replace('-', "")),
        cairn_tests::Backend::Postgres => format!("'{text}'"),
    }
}
