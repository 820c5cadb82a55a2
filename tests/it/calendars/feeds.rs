use cairn_shared::scope::Role;
use cairn_tests::{Answer, TestApp, both, hours};
use serde_json::{Value, json};

use super::send;

async fn make(app: &TestApp, who: &impl AsRef<cairn_tests::Credential>, body: Value) -> (String, String) {
    let made = app.post("/v1/me/calendar-feeds", body).by(who).await.expect(201);
    let url = made["url"].as_str().unwrap();
    let path = url.strip_prefix("https://cairn.test").expect("the public address").to_owned();
    (path, made["id"].as_str().unwrap().to_owned())
}

/// The feed's text, with folded lines put together.
fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    answer.text().replace("\r\n ", "")
}

both!(a_client_reads_their_agenda_in_any_calendar_and_it_says_no_more_than_they_chose, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "language": "es" })).await;
    let phone = app.phone(&sam, ana).await;
    let members = json!({
        "title": "Recovery group, room; two", "location": "Main St 5", "notes": "bring papers",
        "recurrence": "FREQ=WEEKLY", "staff_ids": [sam.id],
    });
    let item = app.item(&sam, ana, members).await;
    let (plain, _) = make(app, &phone, json!({})).await;
    let neutral = text(&app.get(&plain).await);
    assert!(neutral.contains("SUMMARY:Recordatorio\r\n") && neutral.contains("CLASS:PRIVATE\r\n"), "{neutral}");
    assert!(neutral.contains(&format!("UID:{}@cairn\r\n", item["id"].as_str().unwrap())));
    assert!(
        neutral.contains("DTSTART;TZID=America/New_York:20270302T100000\r\n")
            && neutral.contains("RRULE:FREQ=WEEKLY\r\n")
    );
    for word in ["Recovery", "Main St", "papers", "Harbor", "Ana", &sam.name] {
        assert!(!neutral.contains(word), "{word} in {neutral}");
    }
    let (kinds, _) = make(app, &phone, json!({ "detail": "kind" })).await;
    assert!(text(&app.get(&kinds).await).contains("SUMMARY:Cita\r\n"));
    let (titles, _) = make(app, &phone, json!({ "detail": "title" })).await;
    let told = text(&app.get(&titles).await);
    assert!(told.contains("SUMMARY:Recovery group\\, room\\; two\r\n") && told.contains("LOCATION:Main St 5\r\n"));
    assert!(!told.contains("papers"), "notes never");
    // Staff see when they are busy, and never with whom.
    let (own, _) = make(app, &sam, json!({ "detail": "kind" })).await;
    let theirs = text(&app.get(&own).await);
    assert!(theirs.contains("SUMMARY:Appointment\r\n") && !theirs.contains("Recovery"), "{theirs}");
    app.post("/v1/me/calendar-feeds", json!({ "detail": "title" })).by(&sam).await.wrong_fields();
    let kim = app.specialist().await;
    let (empty, _) = make(app, &kim, json!({})).await;
    assert!(!text(&app.get(&empty).await).contains("BEGIN:VEVENT"));
});

both!(staff_have_initials_where_their_organization_allows_them, async |app| {
    let sam = app.specialist().await;
    let admin = app.staff(&[Role::Admin]).await;
    let ana = app.client_with(&sam, json!({ "preferred_name": "Ana Lopez" })).await;
    app.item(&sam, ana, json!({ "staff_ids": [sam.id] })).await;
    let ask = || app.post("/v1/me/calendar-feeds", json!({ "detail": "initials" }));
    ask().by(&sam).await.wrong_fields();
    let usual = app.get("/v1/calendar-settings").by(&sam).await;
    assert_eq!(usual.header("etag"), Some("\"1\""));
    assert_eq!(usual.expect(200), json!({ "initials": false, "version": 1 }));
    let set = |initials: bool| app.patch("/v1/calendar-settings", json!({ "initials": initials }));
    set(true).by(&sam).await.refused(403);
    set(true).by(&admin).header("if-match", "\"4\"").await.refused(412);
    assert_eq!(set(true).by(&admin).await.expect(200), json!({ "initials": true, "version": 2 }));
    let (path, _) = make(app, &sam, json!({ "detail": "initials" })).await;
    let told = text(&app.get(&path).await);
    assert!(told.contains("SUMMARY:Appointment AL\r\n") && !told.contains("Lopez"), "{told}");
    let phone = app.phone(&sam, ana).await;
    ask().by(&phone).await.wrong_fields();
    set(false).by(&admin).await.expect(200);
    let told = text(&app.get(&path).await);
    assert!(told.contains("SUMMARY:Appointment\r\n"), "taken back, also where it was given: {told}");
});

both!(who_has_the_newest_copy_hears_so_and_a_change_is_seen, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let id = item["id"].as_str().unwrap();
    let (path, _) = make(app, &phone, json!({})).await;
    let first = app.get(&path).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert!(text(&first).contains("SEQUENCE:0\r\n"));
    app.advance(chrono::Duration::minutes(5));
    let again = app.get(&path).header("if-none-match", &tag).await;
    assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, Some(tag.as_str())));
    app.patch(format!("/v1/agenda-items/{id}"), json!({ "starts_at_local": "2027-03-03T11:00" }))
        .by(&sam)
        .await
        .expect(200);
    let moved = app.get(&path).header("if-none-match", &tag).await;
    let moved = text(&moved);
    assert!(moved.contains("DTSTART;TZID=America/New_York:20270303T110000\r\n") && moved.contains("SEQUENCE:1\r\n"));
    assert!(moved.contains("LAST-MODIFIED:20270301T150500Z\r\n"), "{moved}");
    app.delete(format!("/v1/agenda-items/{id}")).by(&sam).await.expect(204);
    let cancelled = text(&app.get(&path).await);
    assert!(cancelled.contains(&format!("UID:{id}@cairn\r\n")) && cancelled.contains("STATUS:CANCELLED\r\n"));
});

both!(the_address_is_the_proof_and_can_be_taken_back, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let (path, id) = make(app, &phone, json!({})).await;
    let token = path.strip_prefix("/feeds/").unwrap().strip_suffix(".ics").unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    let contents = app.contents().await;
    let rows = contents.rows("calendar_feeds");
    assert!(rows.len() == 1 && !rows[0].contains(token), "only a hash is kept");
    let list = app.get("/v1/me/calendar-feeds").by(&phone).await.expect(200);
    assert_eq!(list["items"][0]["id"], id);
    assert!(list["items"][0].get("url").is_none());
    let target = format!("/v1/me/calendar-feeds/{id}");
    app.delete(&target).by(&sam).await.refused(404);
    app.delete(&target).by(&phone).await.expect(204);
    app.get(&path).await.refused(404);
    app.delete(&target).by(&phone).await.refused(404);
    for _ in 0..10 {
        make(app, &sam, json!({})).await;
    }
    assert_eq!(app.post("/v1/me/calendar-feeds", json!({})).by(&sam).await.refused(409), "too_many_feeds");
});

both!(feeds_end_with_those_who_had_them, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let (own, _) = make(app, &sam, json!({})).await;
    let (theirs, _) = make(app, &phone, json!({})).await;
    let devices = app.get(format!("/v1/clients/{}/devices", ana.id)).by(&sam).await.expect(200);
    let device = devices["items"][0]["id"].as_str().unwrap();
    app.delete(format!("/v1/clients/{}/devices/{device}", ana.id)).by(&sam).await.expect(204);
    app.get(&theirs).await.refused(404);
    let admin = app.staff(&[Role::Admin]).await;
    assert_eq!(app.get(&own).await.status, 200);
    app.patch(format!("/v1/staff/{}", sam.id), json!({ "disabled": true })).by(&admin).await.expect(200);
    app.get(&own).await.refused(404);
});

both!(who_guesses_is_held_up_and_who_asks_all_the_time_too, async |app| {
    let sam = app.specialist().await;
    let (path, _) = make(app, &sam, json!({})).await;
    let wrong = format!("/feeds/{}.ics", "A".repeat(43));
    let mut seen = Vec::new();
    for _ in 0..8 {
        seen.push(app.get(&wrong).from("203.0.113.9").await.status);
    }
    assert_eq!((seen[0], seen[7]), (404, 429), "{seen:?}");
    // Calendar programs of many people ask from the same address: theirs still works.
    assert_eq!(app.get(&path).from("203.0.113.9").await.status, 200);
    let mut answers = Vec::new();
    for _ in 0..61 {
        answers.push(app.get(&path).await.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 59, "sixty at once, and one was read above");
    app.advance(hours(1));
    assert_eq!(app.get(&path).await.status, 200);
    for odd in ["/feeds/x.ics", "/feeds/x", "/feeds/.ics", "/feeds/%ff.ics"] {
        app.get(odd).from("203.0.113.10").await.refused(404);
    }
});

both!(a_feed_that_comes_back_in_happens_at_the_same_times, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let members = json!({ "starts_at_local": "2027-03-05T02:30", "recurrence": "FREQ=DAILY;COUNT=20" });
    let item = app.item(&sam, ana, members).await;
    let id = item["id"].as_str().unwrap();
    let one = |at: &str| format!("/v1/agenda-items/{id}?scope=this&occurrence_id={id}.{at}");
    app.delete(one("20270308T0230")).by(&sam).await.expect(204);
    app.patch(one("20270310T0230"), json!({ "starts_at_local": "2027-03-10T15:00" })).by(&sam).await.expect(200);
    let following = format!("/v1/agenda-items/{id}?scope=following&occurrence_id={id}.20270316T0230");
    app.patch(following, json!({ "duration_minutes": 30 })).by(&sam).await.expect(200);
    app.item(&sam, ana, json!({ "time_zone": "client", "recurrence": "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270401" })).await;
    app.item(&sam, ana, json!({ "time_zone": "America/Phoenix", "starts_at_local": "2027-03-13T09:00" })).await;
    let starts = async |client| -> Vec<String> {
        let agenda = app.agenda(&sam, client, "2027-03-01", "2027-04-20").await;
        let planned = agenda.iter().filter(|one| one["status"] == "planned");
        planned.map(|one| format!("{} {}", one["starts_at"], one["duration_minutes"])).collect()
    };
    let (path, _) = make(app, &phone, json!({ "detail": "title" })).await;
    let file = app.get(&path).await.text();
    let bo = app.client(&sam).await;
    let target = format!("/v1/clients/{}/agenda/imports", bo.id);
    let answer = send(app, &sam, &target, file.clone()).await.expect(200);
    assert_eq!(answer["skipped"], json!([]), "{file}");
    assert_eq!(starts(bo).await, starts(ana).await, "{file}");
    let other = app.phone(&sam, bo).await;
    let (path, _) = make(app, &other, json!({ "detail": "title" })).await;
    let file = app.get(&path).await.text();
    let cy = app.client(&sam).await;
    send(app, &sam, &format!("/v1/clients/{}/agenda/imports", cy.id), file.clone()).await.expect(200);
    assert_eq!(starts(cy).await, starts(ana).await, "{file}");
});
