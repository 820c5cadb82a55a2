use std::process::Command;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use cairn_shared::db::DatabaseUrl;
use cairn_shared::scope::Role;
use cairn_tests::{Browser, Client, Credential, PASSWORD, Phone, Staff, TestApp, both, hours, id_of_phone, logs};
use serde_json::json;

/// Every byte that the database keeps.
fn bytes(app: &TestApp) -> Vec<u8> {
    match &app.url {
        DatabaseUrl::Sqlite(path) => {
            let mut all = std::fs::read(path).unwrap();
            for ending in ["-wal", "-shm"] {
                all.extend(std::fs::read(format!("{}{ending}", path.display())).unwrap_or_default());
            }
            all
        }
        DatabaseUrl::Postgres(url) => {
            let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
                .map(|entries| entries.flatten().map(|entry| entry.path().join("bin/pg_dump")).collect())
                .unwrap_or_default();
            found.sort();
            let program = found.pop().unwrap_or_else(|| "pg_dump".into());
            let dump = Command::new(program).arg(url).output().expect("pg_dump runs");
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            dump.stdout
        }
    }
}

/// What was planted: no word of it may be found anywhere.
#[derive(Default)]
struct Planted(Vec<String>);

impl Planted {
    /// A word that stands nowhere else.
    fn word(&mut self, name: &str) -> String {
        let word = format!("Canary{name}Quince");
        self.0.push(word.clone());
        word
    }

    fn also(&mut self, secrets: impl IntoIterator<Item = impl Into<String>>) {
        self.0.extend(secrets.into_iter().map(Into::into));
    }

    /// Fails if something stands there: as it is, as bytes, or in base64.
    fn assert_absent(&self, place: &str, bytes: &[u8]) {
        let forms = |secret: &String| [secret.clone(), hex::encode(secret), STANDARD_NO_PAD.encode(secret)];
        let forms: Vec<String> = self.0.iter().flat_map(forms).collect();
        // All at once: the log is of every test that ran before.
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(&forms).unwrap();
        if let Some(found) = search.find(bytes) {
            let index = found.pattern().as_usize();
            panic!("{} stands in {place} as {}", self.0[index / 3], forms[index]);
        }
    }
}

/// What is written of sessions, of what staff are certified to do, and of their supervision.
async fn plant_papers(app: &TestApp, sam: &Staff, ana: Client, planted: &mut Planted) {
    let (admin, supervisor) = (app.staff(&[Role::Admin]).await, app.staff(&[Role::Supervisor]).await);
    app.supervise(&supervisor, sam).await;
    let body = json!({ "number": planted.word("Number") });
    crate::credentials::credential(app, &admin, sam, body).await;
    let body = json!({
        "held_on": "2027-03-01", "minutes": 50, "mode": "individual", "topics": planted.word("Topics"),
    });
    app.post(format!("/v1/staff/{}/supervision-log", sam.id), body).by(&supervisor).await.expect(201);
    let alone = json!({ "setting": planted.word("Setting") });
    let session = crate::sessions::session(app, sam, &[ana], alone).await;
    let body = json!({ "reason": planted.word("Void") });
    app.post(format!("{}/void", crate::sessions::at(&session)), body).by(sam).await.expect(200);
    let together = json!({ "kind": "group", "setting": planted.word("Room") });
    crate::sessions::session(app, sam, &[ana], together).await;
}

/// What client and specialist write of goals and plans, answers kept under a key included.
async fn plant_goals_and_plans(app: &TestApp, sam: &Staff, ana: Client, phone: &Phone, planted: &mut Planted) {
    let target = json!({ "measure": planted.word("Measure"), "value": 3, "unit": planted.word("Unit") });
    let steps = json!([{ "title": planted.word("Step") }]);
    let body = json!({ "title": planted.word("Goal"), "why": planted.word("Why"), "life_area": "home", "target": target, "steps": steps });
    let goals = format!("/v1/clients/{}/goals", ana.id);
    let goal = app.post(goals, body).by(phone).header("idempotency-key", "goal").await.expect(201);
    let at = format!("/v1/goals/{}", goal["id"].as_str().unwrap());
    app.post(format!("{at}/progress"), json!({ "value": 1, "note": planted.word("Progress") }))
        .by(phone)
        .await
        .expect(201);
    let body = json!({ "changes": { "title": planted.word("Change") }, "reason": planted.word("Reason") });
    let proposal = app.post(format!("{at}/proposals"), body).by(sam).await.expect(201);
    let decision = json!({ "decision": "accept", "note": planted.word("Decision") });
    let decide = format!("/v1/goal-proposals/{}/decision", proposal["id"].as_str().unwrap());
    app.post(decide, decision).by(phone).await.expect(200);
    let body = json!({
        "effective_on": "2027-03-01",
        "goal_ids": [goal["id"]],
        "services": [{ "service_type": planted.word("Service"), "frequency": planted.word("Frequency") }],
        "service_order": {
            "ordered_by": planted.word("Doctor"), "ordered_on": "2027-03-01", "valid_from": "2027-03-01", "valid_to": "2027-05-01",
        },
    });
    let plan = app.post(format!("/v1/clients/{}/care-plans", ana.id), body).by(sam).await.expect(201);
    let plan = format!("/v1/care-plans/{}", plan["id"].as_str().unwrap());
    app.call("POST", format!("{plan}/submit")).by(sam).await.expect(200);
    app.post(format!("{plan}/signatures"), json!({ "name": planted.word("Signature") })).by(phone).await.expect(201);
    let people = json!([{ "name": planted.word("Sister"), "relation": planted.word("Relation"), "phone": planted.word("Phone") }]);
    let body = json!({ "strengths": [planted.word("Strong")], "support_network": people, "stage_of_recovery": planted.word("Stage") });
    app.patch(format!("/v1/clients/{}/profile", ana.id), body).by(phone).await.expect(200);
    for (kind, key, text) in
        [("wellness", "daily", planted.word("Wellness")), ("safety", "coping", planted.word("Safety"))]
    {
        let body = json!({ "sections": [{ "key": key, "text": text, "shared": true }] });
        app.call("PUT", format!("/v1/clients/{}/plans/{kind}", ana.id)).json(&body).by(phone).await.expect(200);
    }
}

/// A client with everything that is written of them, and the phone that is theirs.
async fn plant_client(app: &TestApp, sam: &Staff, planted: &mut Planted) -> (Client, Phone) {
    let ana = app
        .client_with(
            sam,
            json!({
                "preferred_name": planted.word("Preferred"),
                "legal_name": planted.word("Legal"),
                "strengths": planted.word("Strengths"),
                "notification_detail": "title",
            }),
        )
        .await;
    let code = app
        .call("POST", format!("/v1/clients/{}/activation-codes", ana.id))
        .by(sam)
        .header("idempotency-key", "code")
        .await
        .expect(201);
    let code = code["code"].as_str().unwrap().to_owned();
    planted.also([code.clone(), code.replace('-', "")]);
    let body = json!({ "code": code, "device_name": planted.word("Device") });
    let activated = app.post("/v1/activate", body).await.expect(200);
    let token = activated["token"].as_str().unwrap().to_owned();
    let subscription = Browser::new().subscription(&format!("{}/{}", app.push.origin(), planted.word("Endpoint")));
    planted.also(["p256dh", "auth"].map(|key| subscription["keys"][key].as_str().unwrap().to_owned()));
    app.post("/v1/me/push-subscriptions", subscription)
        .header("authorization", &format!("Bearer {token}"))
        .await
        .expect(201);
    planted.also([token]);
    let phone = app.phone(sam, ana).await;
    planted.also([phone.path.clone()]);
    (ana, phone)
}

async fn plant_agenda(app: &TestApp, sam: &Staff, ana: Client, phone: &Phone, planted: &mut Planted) {
    let members = json!({
        "title": planted.word("Title"),
        "location": planted.word("Location"),
        "notes": planted.word("Notes"),
        "starts_at_local": "2027-03-01T12:00",
        "recurrence": "FREQ=DAILY",
        "reminders": [{ "minutes_before": 60 }],
    });
    let item = app.item(sam, ana, members).await;
    let id = item["id"].as_str().unwrap();
    let one = format!("/v1/agenda-items/{id}?scope=this&occurrence_id={id}.20270302T1200");
    let other = json!({
        "title": planted.word("OwnTitle"),
        "location": planted.word("OwnPlace"),
        "notes": planted.word("OwnNotes"),
    });
    app.patch(one, other).by(sam).await.expect(200);
    let answer = json!({ "response": "help", "note": planted.word("Answer") });
    app.post(format!("/v1/occurrences/{id}.20270301T1200/responses"), answer)
        .by(phone)
        .header("idempotency-key", "answer")
        .await
        .expect(200);
    app.group(sam, &[ana], json!({ "title": planted.word("Group") })).await;
}

/// Staff: name, address, tokens before and after a step-up, the second factor and what stands in for it.
async fn plant_staff(app: &TestApp, sam: &Staff, planted: &mut Planted) {
    let address = "canary-guess@cairn.test";
    let body = json!({ "email": address, "password": planted.word("Password"), "code": planted.word("Code") });
    app.post("/v1/auth/sign-in", body).from("198.51.100.77").await.refused(401);
    planted.also([address, PASSWORD]);
    let Credential::Token(token) = &sam.credential else { panic!("a token") };
    planted.also([sam.email.clone(), sam.name.clone(), token.clone()]);
    let other = app.fresh(sam).await;
    let authenticator = app.enrol(&other).await;
    // Begun once more and left so.
    let begun =
        app.call("POST", "/v1/me/second-factor").by(&other).header("idempotency-key", "factor").await.expect(200);
    planted.also([authenticator.spelt.clone(), hex::encode(&authenticator.secret)]);
    planted.also([begun["secret"].as_str().unwrap()]);
    let code = &authenticator.recovery_codes[0];
    let stepped = app.post("/v1/auth/step-up", json!({ "code": code })).by(&other).await.expect(200);
    planted.also([stepped["token"].as_str().unwrap()]);
    planted.also(authenticator.recovery_codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]));
}

async fn plant_emergency(app: &TestApp, ana: Client, planted: &mut Planted) {
    let (rosa, ada) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let body = json!({ "reason": planted.word("Reason"), "purpose": "emergency" });
    let opened = app.post(format!("/v1/clients/{}/break-glass", ana.id), body).by(&rosa).await.expect(201);
    let body = json!({ "outcome": "justified", "note": planted.word("Review") });
    let target = format!("/v1/break-glass/{}/review", opened["id"].as_str().unwrap());
    app.post(target, body).by(&ada).await.expect(200);
}

/// A file that waits for the workers, one that came in at once, and the address of a feed, which is read.
async fn plant_calendars(app: &TestApp, sam: &Staff, ana: Client, phone: &Phone, planted: &mut Planted) {
    let (uid, title, reach) = (planted.word("Uid"), planted.word("Imported"), planted.word("Reach"));
    let patch = json!({ "email": format!("{reach}@cairn.test"), "phone": "+1 555 010 7788" });
    planted.also(["+1 555 010 7788", "15550107788"]);
    app.patch(format!("/v1/clients/{}", ana.id), patch).by(sam).await.expect(200);
    let one = format!("BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\nDTSTART:20270305T090000Z\r\nEND:VEVENT\r\n");
    let target = format!("/v1/clients/{}/agenda/imports", ana.id);
    for (file, status) in [(crate::calendars::many(0), 200), (crate::calendars::many(501), 202)] {
        let file = file.replacen("END:VCALENDAR", &format!("{one}END:VCALENDAR"), 1);
        crate::calendars::send(app, sam, &target, file)
            .header("idempotency-key", &status.to_string())
            .await
            .expect(status);
    }
    let made = app.post("/v1/me/calendar-feeds", json!({ "detail": "title" })).by(phone).await.expect(201);
    let path = made["url"].as_str().unwrap().strip_prefix("https://cairn.test").unwrap().to_owned();
    assert!(app.get(&path).await.text().contains(&title), "it is read");
    planted.also([path.strip_prefix("/feeds/").unwrap().strip_suffix(".ics").unwrap()]);
}

/// What a client asks for, and what staff write of it.
async fn plant_help(app: &TestApp, sam: &Staff, phone: &Phone, planted: &mut Planted) {
    let body = json!({ "message": planted.word("Help") });
    let asked = app.post("/v1/help-requests", body).by(phone).await.expect(201);
    let target = format!("/v1/help-requests/{}/close", asked["id"].as_str().unwrap());
    let body = json!({ "outcome": "talked", "note": planted.word("Closing") });
    app.post(target, body).by(sam).await.expect(200);
}

/// What a client answers in their own words.
async fn plant_check_in(app: &TestApp, ana: Client, phone: &Phone, planted: &mut Planted) {
    let words = json!({
        "schema": { "properties": { "words": { "type": "string", "maxLength": 200 } } },
        "ui_schema": { "items": [{ "id": "words", "type": "text", "label": { "en": "In your words" } }] },
    });
    let admin = app.staff(&[Role::Admin]).await;
    let form =
        app.post("/v1/check-in-forms", json!({ "name": "Words", "version": words })).by(&admin).await.expect(201);
    let version = form["versions"][0]["id"].clone();
    app.call("POST", format!("/v1/form-versions/{}/publish", version.as_str().unwrap())).by(&admin).await.expect(200);
    let check_in = json!({
        "id": id_of_phone(),
        "form_version_id": version,
        "answers": { "words": planted.word("CheckIn") },
        "answered_at": app.now(),
    });
    app.post(format!("/v1/clients/{}/check-ins", ana.id), check_in)
        .by(phone)
        .header("idempotency-key", "check-in")
        .await
        .expect(201);
}

both!(what_people_write_and_what_opens_doors_is_nowhere, async |app| {
    logs::keep();
    let mut planted = Planted::default();
    let sam = app.specialist().await;
    let (ana, phone) = plant_client(app, &sam, &mut planted).await;
    plant_agenda(app, &sam, ana, &phone, &mut planted).await;
    plant_goals_and_plans(app, &sam, ana, &phone, &mut planted).await;
    plant_papers(app, &sam, ana, &mut planted).await;
    plant_check_in(app, ana, &phone, &mut planted).await;
    plant_help(app, &sam, &phone, &mut planted).await;
    plant_emergency(app, ana, &mut planted).await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let mut number = 0;
    let mut word = |name: &str| {
        number += 1;
        planted.word(&format!("Note{name}{number}"))
    };
    crate::notes::whole(app, (&sam, &supervisor), (ana, &phone), &mut word).await;
    plant_calendars(app, &sam, ana, &phone, &mut planted).await;
    let staff = app.specialist().await;
    plant_staff(app, &staff, &mut planted).await;
    planted.also([sam.email.clone()]);
    app.advance(hours(1));
    app.deliver().await;
    planted.also([phone.inbox(app)[0]["notification"]["data"]["receipt_token"].as_str().unwrap()]);

    assert!(planted.0.len() >= 50, "{} secrets", planted.0.len());
    let all = bytes(app);
    let found = String::from_utf8_lossy(&all).contains("Harbor Recovery");
    assert!(found, "the search finds what is there");
    planted.assert_absent("the database", &all);
    let log = logs::kept();
    assert!(log.contains("/v1/agenda-items"), "the log is looked at");
    planted.assert_absent("the log", log.as_bytes());
});

both!(a_value_copied_to_another_row_does_not_open, async |app| {
    let sam = app.specialist().await;
    let (ana, _) = (app.client(&sam).await, app.client(&sam).await);
    app.sql(
        "UPDATE clients SET preferred_name = (SELECT c.preferred_name FROM clients c WHERE c.id <> clients.id LIMIT 1)",
    )
    .await;
    assert_eq!(app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.refused(500), "internal");
});
