use cairn_shared::audit::{Finding, Verdict, verify};
use cairn_tests::{Backend, TestApp, both};
use serde_json::json;

async fn verdict(app: &TestApp) -> Verdict {
    verify(&app.database, app.organization.id).await.unwrap()
}

fn whole(rows: i64) -> Verdict {
    Verdict { rows, ..Verdict::default() }
}

/// Some history, and the number of its last row.
async fn history(app: &TestApp) -> i64 {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.appointment(&sam, ana, "2027-03-02T12:00", json!([])).await;
    app.patch(format!("/v1/clients/{}", ana.id), json!({ "daily_cap": 3 })).by(&sam).await.expect(200);
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    let rows = app.count("audit_events").await;
    assert!(rows >= 5);
    assert_eq!(verdict(app).await, whole(rows));
    rows
}

/// As somebody who owns the database and is not stopped by triggers.
async fn tamper(app: &TestApp, sql: &str) {
    match app.backend {
        Backend::Sqlite => {
            app.sql("DROP TRIGGER IF EXISTS audit_events_no_update").await;
            app.sql("DROP TRIGGER IF EXISTS audit_events_no_delete").await;
        }
        Backend::Postgres => app.sql("ALTER TABLE audit_events DISABLE TRIGGER USER").await,
    }
    app.sql(sql).await;
}

both!(rows_can_only_be_added, async |app| {
    history(app).await;
    for sql in
        ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "DELETE FROM audit_events WHERE seq = 1"]
    {
        let refused = app.try_sql(sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    if app.backend == Backend::Postgres {
        assert!(app.try_sql("TRUNCATE audit_events").await.is_err());
    }
});

both!(any_tampering_is_found_and_every_row_is_named, async |backend: Backend| {
    type Harm = (&'static str, fn(i64) -> Vec<Finding>);
    let altered = |seq| Finding::Altered { seq };
    let harms: [Harm; 13] = [
        ("UPDATE audit_events SET action = 'delete' WHERE seq = 2", |_| vec![Finding::Altered { seq: 2 }]),
        ("UPDATE audit_events SET actor_id = NULL WHERE seq = (SELECT MAX(seq) FROM audit_heads)", |last| {
            vec![Finding::Altered { seq: last }]
        }),
        ("UPDATE audit_events SET at = at + 1 WHERE seq IN (1, 4)", |_| {
            vec![Finding::Altered { seq: 1 }, Finding::Altered { seq: 4 }]
        }),
        ("UPDATE audit_events SET detail = '{ }' WHERE seq = 2", |_| vec![Finding::Altered { seq: 2 }]),
        ("UPDATE audit_events SET actor_roles = 'admin' WHERE seq = 2", |_| vec![Finding::Altered { seq: 2 }]),
        (
            "UPDATE audit_events SET break_glass_id = sign_in_id WHERE seq = (SELECT MAX(seq) FROM audit_heads)",
            |last| vec![Finding::Altered { seq: last }],
        ),
        ("DELETE FROM audit_events WHERE seq = 3", |_| {
            vec![Finding::Missing { first: 3, last: 3 }, Finding::Unproven { seq: 4 }]
        }),
        ("DELETE FROM audit_events WHERE seq < 3", |_| {
            vec![Finding::Missing { first: 1, last: 2 }, Finding::Unproven { seq: 3 }]
        }),
        ("DELETE FROM audit_events WHERE seq >= (SELECT MAX(seq) FROM audit_heads)", |last| {
            vec![Finding::Missing { first: last, last }]
        }),
        ("UPDATE audit_heads SET seq = seq + 1", |last| vec![Finding::Missing { first: last + 1, last: last + 1 }]),
        ("UPDATE audit_heads SET seq = seq - 1", |last| vec![Finding::Head { seq: last - 1 }]),
        ("UPDATE audit_heads SET hash = organization_id_bytes", |last| vec![Finding::Head { seq: last }]),
        ("DELETE FROM audit_heads", |_| vec![Finding::Head { seq: 0 }]),
    ];
    for (sql, expected) in harms {
        let app = TestApp::start(backend).await;
        let last = history(&app).await;
        let anything = if backend == Backend::Sqlite { "X'00'" } else { "'\\x00'" };
        tamper(&app, &sql.replace("organization_id_bytes", anything)).await;
        assert_eq!(verdict(&app).await.findings, expected(last), "{sql}");
        app.close().await;
    }
    // Two rows change places: both are named, and the one after them, which follows neither.
    let app = TestApp::start(backend).await;
    history(&app).await;
    tamper(
        &app,
        "UPDATE audit_events SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3);
         UPDATE audit_events SET seq = -seq WHERE seq < 0",
    )
    .await;
    assert_eq!(verdict(&app).await.findings, [2, 3, 4].map(altered));
    app.close().await;
});

both!(a_row_that_nobody_wrote_is_named, async |app| {
    let last = history(app).await;
    app.sql(&format!(
        "INSERT INTO audit_events (organization_id, seq, at, actor_kind, action, object_type, object_id, purpose, outcome,
             detail, hash)
         SELECT organization_id, seq + 1, at, actor_kind, action, object_type, object_id, purpose, outcome, detail, hash
         FROM audit_events WHERE seq = {last}"
    ))
    .await;
    assert_eq!(
        verdict(app).await.findings,
        [Finding::Altered { seq: last + 1 }, Finding::Head { seq: last }],
        "and the head says where the log ends"
    );
});

both!(a_row_of_another_chain_does_not_fit, async |app| {
    history(app).await;
    let elsewhere = app.another_organization().await;
    let (own, other) = match app.backend {
        Backend::Sqlite => (format!("X'{}'", app.organization.id.simple()), format!("X'{}'", elsewhere.id.simple())),
        Backend::Postgres => (format!("'{}'", app.organization.id), format!("'{}'", elsewhere.id)),
    };
    tamper(app, &format!("DELETE FROM audit_events WHERE organization_id = {own} AND seq <= (SELECT MAX(seq) FROM audit_events WHERE organization_id = {other})")).await;
    app.sql(&format!("UPDATE audit_events SET organization_id = {own} WHERE organization_id = {other}")).await;
    assert_eq!(verdict(app).await.findings[0], Finding::Altered { seq: 1 });
});

both!(numbers_follow_commits_without_gaps_however_many_write_at_once, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}", ana.id);
    let writes = (1..=20).map(|cap| {
        let call = app.patch(&target, json!({ "daily_cap": cap })).by(&sam);
        async { call.await.expect(200) }
    });
    futures::future::join_all(writes).await;
    assert!(verdict(app).await.is_whole());
});

both!(who_read_a_record_is_written_down_once_in_a_while, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let reads = async || app.count_where("audit_events", "action = 'read'").await;
    let before = reads().await;
    for _ in 0..3 {
        app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
        app.get(format!("/v1/clients/{}", ana.id)).by(&phone).await.expect(200);
    }
    assert_eq!(reads().await, before + 1, "once, and not for the person's own reading");
    app.agenda(&sam, ana, "2027-03-01", "2027-03-02").await;
    assert_eq!(reads().await, before + 2, "another part of the record");
    app.advance(cairn_tests::minutes(15));
    app.get(format!("/v1/clients/{}", ana.id)).by(&app.fresh(&sam).await).await.expect(200);
    assert_eq!(reads().await, before + 3);
});
