use std::str::FromStr;

use cairn_shared::scope::Role;
use cairn_tests::{Backend, TestApp, both, hours, id_of_phone};
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

/// A connection as the application has it, with these settings.
async fn connection(app: &TestApp, role: &str, settings: &[(&str, &str)]) -> PgConnection {
    let cairn_shared::db::DatabaseUrl::Postgres(url) = &app.url else { panic!("PostgreSQL only") };
    let options = PgConnectOptions::from_str(url).unwrap().options([("role", role)]).options(settings.iter().copied());
    options.connect().await.unwrap()
}

async fn count(connection: &mut PgConnection, table: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"))).fetch_one(connection).await
}

/// Rows in every table of one organization.
async fn fill(app: &TestApp) {
    let sam = app.specialist().await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app
        .item(
            &sam,
            ana,
            json!({
                "staff_ids": [sam.id],
                "starts_at_local": "2027-03-01T12:00",
                "recurrence": "FREQ=DAILY",
                "reminders": [{ "minutes_before": 60 }],
            }),
        )
        .await;
    let id = item["id"].as_str().unwrap();
    app.delete(format!("/v1/agenda-items/{id}?scope=this&occurrence_id={id}.20270302T1200")).by(&sam).await.expect(204);
    let target = format!("/v1/occurrences/{id}.20270301T1200/responses");
    app.post(target, json!({ "response": "confirmed" })).by(&phone).header("idempotency-key", "k").await.expect(200);
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.desk(&sam).await;
    app.post("/v1/help-requests", json!({})).by(&phone).await.expect(201);
    app.patch("/v1/attention-rules/goal_due", json!({ "enabled": false })).by(&supervisor).await.expect(200);
    let entry = json!({
        "staff_id": sam.id, "starts_at": "2027-03-01T00:00:00Z", "ends_at": "2027-03-02T00:00:00Z", "position": 1,
    });
    app.call("PUT", "/v1/on-call").json(&json!({ "entries": [entry] })).by(&supervisor).await.expect(200);
    let admin = app.staff(&[Role::Admin]).await;
    let words = json!({ "en": "Call", "es": "Llama" });
    let line = json!({ "id": "line", "action": "call", "address": "988", "name": words, "hint": words });
    let body = json!({ "items": [line], "review_due_on": "2027-09-01" });
    app.call("PUT", "/v1/crisis-resources").json(&body).by(&admin).await.expect(200);
    app.enrol(&sam).await;
    app.break_glass(&supervisor, ana).await;
    let goal = crate::goals::accepted_goal(app, &sam, &phone, ana, json!({})).await;
    app.post(format!("{}/progress", crate::goals::at(&goal)), json!({ "value": 1 })).by(&phone).await.expect(201);
    let services = json!([{ "service_type": "Peer support", "frequency": "weekly" }]);
    let plan = json!({ "effective_on": "2027-03-01", "goal_ids": [goal["id"]], "services": services });
    let plan = app.post(format!("/v1/clients/{}/care-plans", ana.id), plan).by(&sam).await.expect(201);
    let plan = format!("/v1/care-plans/{}", plan["id"].as_str().unwrap());
    app.call("POST", format!("{plan}/submit")).by(&sam).await.expect(200);
    app.post(format!("{plan}/signatures"), json!({ "name": "Sam" })).by(&sam).await.expect(201);
    let profile = json!({ "strengths": ["patient"] });
    app.patch(format!("/v1/clients/{}/profile", ana.id), profile).by(&phone).await.expect(200);
    let own = json!({ "sections": [{ "key": "daily", "text": "Tea" }] });
    app.call("PUT", format!("/v1/clients/{}/plans/wellness", ana.id)).json(&own).by(&phone).await.expect(200);
    let form = app.get("/v1/check-in-forms").by(&sam).await.expect(200)["items"][0].clone();
    let schedule = json!({ "form_id": form["id"], "starts_on": "2027-03-01", "at": "20:00" });
    app.post(format!("/v1/clients/{}/check-in-schedules", ana.id), schedule).by(&sam).await.expect(201);
    let check_in = json!({
        "id": id_of_phone(), "form_version_id": form["published_version_id"], "answers": {}, "answered_at": app.now(),
    });
    app.post(format!("/v1/clients/{}/check-ins", ana.id), check_in).by(&phone).await.expect(201);
    crate::notes::whole(app, (&sam, &supervisor), (ana, &phone), &mut |word| word.to_owned()).await;
    app.post("/v1/me/saved-views", json!({ "name": "Mine", "filter": {} })).by(&sam).await.expect(201);
    let admin = app.staff(&[Role::Admin]).await;
    crate::credentials::credential(app, &admin, &sam, json!({ "expires_on": "2027-03-20" })).await;
    cairn_shared::credentials::notice_expiring(&app.database).await.unwrap();
    let profile = json!({ "state": "ID", "payer": "harbor", "program": "any", "effective_from": "2027-01-01" });
    app.post("/v1/payer-profiles", profile).by(&admin).await.expect(201);
    let coverage = json!({ "state": "ID", "payer": "harbor", "program": "any", "starts_on": "2027-01-01" });
    app.post(format!("/v1/clients/{}/coverages", ana.id), coverage).by(&sam).await.expect(201);
    crate::sessions::session(app, &sam, &[ana], json!({})).await;
    let entry = json!({ "held_on": "2027-03-01", "minutes": 50, "mode": "individual", "topics": "Boundaries" });
    app.post(format!("/v1/staff/{}/supervision-log", sam.id), entry).by(&supervisor).await.expect(201);
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    crate::calendars::send(app, &sam, &target, crate::calendars::many(1)).await.expect(200);
    crate::calendars::send(app, &sam, &target, crate::calendars::many(501)).await.expect(202);
    app.post("/v1/me/calendar-feeds", json!({})).by(&phone).await.expect(201);
    app.patch("/v1/calendar-settings", json!({ "initials": true })).by(&admin).await.expect(200);
    let hours_of_sam = json!({ "time_zone": "UTC", "hours": [] });
    app.call("PUT", format!("/v1/staff/{}/availability", sam.id)).json(&hours_of_sam).by(&sam).await.expect(200);
    app.advance(hours(1));
    app.deliver().await;
}

async fn tables_of_organizations(app: &TestApp) -> Vec<String> {
    let mut found = Vec::new();
    for table in app.tables().await {
        if app.columns_of(&table).await.iter().any(|column| column == "organization_id") {
            found.push(table);
        }
    }
    found
}

both!(every_table_of_an_organization_is_guarded_by_the_database_itself, async |app| {
    let tables = tables_of_organizations(app).await;
    assert!(tables.len() >= 20, "{tables:?}");
    if app.backend == Backend::Postgres {
        for table in tables {
            let sql = format!(
                "SELECT (relrowsecurity AND relforcerowsecurity)::text FROM pg_class WHERE oid = 'public.{table}'::regclass"
            );
            assert_eq!(app.column(&sql).await, ["true"], "{table} has no forced row level security");
            let sql = format!(
                "SELECT policyname::text FROM pg_policies WHERE tablename = '{table}' AND policyname = 'organization'"
            );
            assert_eq!(app.column(&sql).await.len(), 1, "{table} has no policy");
        }
        let roles = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'cairn%' AND (rolbypassrls OR rolsuper OR rolcanlogin)";
        assert_eq!(app.column(roles).await, Vec::<String>::new());
    }
});

both!(the_applications_role_sees_its_organization_only, async |app| {
    if app.backend == Backend::Postgres {
        fill(app).await;
        let elsewhere = app.another_organization().await;
        let own = app.organization.id.to_string();
        let other = elsewhere.id.to_string();
        let mut inside = connection(app, "cairn_app", &[("app.org", own.as_str())]).await;
        let mut outside = connection(app, "cairn_app", &[("app.org", other.as_str())]).await;
        let mut nowhere = connection(app, "cairn_app", &[]).await;
        let mut empty = Vec::new();
        for table in tables_of_organizations(app).await {
            let there = app.count_where(&table, &format!("organization_id = '{own}'")).await;
            let theirs = app.count_where(&table, &format!("organization_id = '{other}'")).await;
            if there == 0 {
                empty.push(table.clone());
            }
            assert_eq!(count(&mut inside, &table).await.unwrap(), there, "{table}");
            assert_eq!(count(&mut outside, &table).await.unwrap(), theirs, "{table}");
            assert_eq!(count(&mut nowhere, &table).await.unwrap(), 0, "{table} without an organization");
        }
        assert!(empty.is_empty(), "nothing was tried with {empty:?}");
        for sql in [
            format!("UPDATE clients SET organization_id = '{other}'"),
            format!("INSERT INTO staff_roles SELECT staff_id, 'admin', '{other}' FROM staff_roles LIMIT 1"),
        ] {
            let refused = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut inside).await;
            assert!(refused.unwrap_err().to_string().contains("row-level security"), "{sql}");
        }
        for connection in [inside, outside, nowhere] {
            connection.close().await.unwrap();
        }
    }
});

both!(signing_in_sees_across_organizations_only_what_it_needs, async |app| {
    if app.backend == Backend::Postgres {
        fill(app).await;
        let mut connection = connection(app, "cairn_app", &[("app.purpose", "authentication")]).await;
        let mut open = Vec::new();
        for table in app.tables().await {
            if count(&mut connection, &table).await.is_ok_and(|rows| rows > 0) {
                open.push(table);
            }
        }
        let needed =
            ["activation_codes", "calendar_feeds", "deliveries", "organizations", "sign_ins", "staff", "staff_roles"];
        assert_eq!(open, needed);
        let denied = sqlx::query("DELETE FROM sign_ins").execute(&mut connection).await.unwrap();
        assert_eq!(denied.rows_affected(), 0, "reading is all");
        connection.close().await.unwrap();
    }
});

both!(the_workers_role_cannot_read_or_write_what_it_does_not_need, async |app| {
    if app.backend == Backend::Postgres {
        fill(app).await;
        let mut connection = connection(app, "cairn_worker", &[]).await;
        for sql in [
            "SELECT * FROM supervisions",
            "UPDATE clients SET organization_id = organization_id WHERE false; DELETE FROM clients",
            "DELETE FROM agenda_items",
            "SELECT * FROM plan_documents",
            "SELECT * FROM goal_proposals",
            "SELECT * FROM notes",
            "SELECT * FROM note_signatures",
            "SELECT * FROM note_templates",
            "UPDATE goals SET title = title",
            "INSERT INTO staff_roles SELECT * FROM staff_roles",
            "DELETE FROM audit_events",
        ] {
            let answer = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await;
            assert!(answer.unwrap_err().to_string().contains("permission denied"), "{sql}");
        }
        connection.close().await.unwrap();
    }
});

both!(a_program_that_would_bypass_the_policies_does_not_start, async |app| {
    if app.backend == Backend::Postgres {
        // Roles belong to the cluster, so the change must not outlast this test or meet another: it is never committed.
        let mut owner = PgConnection::connect(match &app.url {
            cairn_shared::db::DatabaseUrl::Postgres(url) => url,
            cairn_shared::db::DatabaseUrl::Sqlite(_) => panic!("PostgreSQL only"),
        })
        .await
        .unwrap();
        let bypass: bool =
            sqlx::query_scalar("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = 'cairn_app'")
                .fetch_one(&mut owner)
                .await
                .unwrap();
        assert!(!bypass);
        owner.close().await.unwrap();
    }
});
