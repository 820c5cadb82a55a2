use cairn_shared::scope::Role;
use cairn_tests::{TestApp, both};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, credential, notes_of, pair, problems, save};

async fn queue(app: &TestApp, by: &cairn_tests::Staff) -> Vec<Value> {
    let list = app.get("/v1/notes/cosign-queue").by(&app.fresh(by).await).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|note| note["id"].clone()).collect()
}

both!(a_supervisor_signs_after_the_author, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let (later, note) = (desk.signed(app, 18).await, desk.signed(app, 16).await);
    assert_eq!(note["state"], "awaiting_cosign", "in the author's first 90 days");
    let supervisor = app.fresh(&desk.team.supervisor).await;
    assert_eq!(queue(app, &supervisor).await, [note["id"].clone(), later["id"].clone()], "oldest session first");
    let cosign = async |by: &cairn_tests::Staff, name: &str| {
        app.post(format!("{}/cosign", at(&note)), json!({ "name": name })).by(&app.fresh(by).await).await
    };
    assert_eq!(cosign(&desk.team.sam, &desk.team.sam.name).await.refused(403), "role");
    let stranger = app.staff(&[Role::Supervisor]).await;
    assert_eq!(cosign(&stranger, &stranger.name).await.refused(404), "not_found");
    assert_eq!(problems(&cosign(&supervisor, "Mickey").await), [pair("name", "differs")]);
    let done = cosign(&supervisor, &supervisor.name).await.expect(200);
    assert_eq!((&done["state"], &done["content"]), (&json!("cosigned"), &note["content"]));
    let signatures = done["signatures"].as_array().unwrap();
    assert_eq!(signatures.iter().map(|one| &one["role"]).collect::<Vec<_>>(), ["author", "cosigner"]);
    assert!(signatures.iter().all(|one| one["hash"] == note["content_hash"]));
    assert_eq!(cosign(&supervisor, &supervisor.name).await.refused(409), "not_awaiting_cosign");
    assert_eq!(queue(app, &supervisor).await, [later["id"].clone()]);
    assert_eq!(queue(app, &stranger).await, Vec::<Value>::new());
});

both!(nobody_signs_their_own_note_twice, async |app| {
    let desk = Desk::open(app).await;
    // Both at once: a specialist of hers who supervises another one of hers.
    let both = app.staff(&[Role::Specialist, Role::Supervisor]).await;
    let kim = app.specialist().await;
    app.supervise(&both, &kim).await;
    for who in [&both, &kim] {
        let target = format!("/v1/clients/{}/assignments", desk.team.ana.id);
        app.post(target, json!({ "staff_id": who.id, "starts_on": "2027-03-01" }))
            .by(&desk.team.supervisor)
            .await
            .expect(201);
    }
    credential(app, &desk.admin, &both, json!({})).await;
    afternoon(app);
    let by = app.fresh(&both).await;
    let session = json!({ "client_ids": [desk.team.ana.id], "place_of_service": "11",
        "starts_at": "2027-03-01T15:30:00Z", "ends_at": "2027-03-01T16:00:00Z" });
    let session = app.post("/v1/sessions", session).by(&by).await.expect(201);
    let note = app.post(notes_of(&session), json!({})).by(&by).await.expect(201);
    let note = save(app, &note, &by, desk.body()).await.expect(200);
    let signed = app.post(format!("{}/sign", at(&note)), json!({ "name": both.name })).by(&by).await.expect(200);
    assert_eq!(signed["note"]["state"], "awaiting_cosign");
    let own = app.post(format!("{}/cosign", at(&note)), json!({ "name": both.name })).by(&by).await;
    assert_eq!(own.refused(403), "own_note");
    // A supervisor of the client's other specialist is none of this author's.
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let other = app.post(format!("{}/cosign", at(&note)), json!({ "name": supervisor.name })).by(&supervisor).await;
    assert_eq!(other.refused(403), "not_supervisor");
});

both!(what_is_given_back_waits_for_the_author, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let note = desk.signed(app, 17).await;
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let target = format!("{}/return", at(&note));
    assert_eq!(
        problems(&app.post(&target, json!({ "comment": " " })).by(&supervisor).await),
        [pair("comment", "required")]
    );
    let back = app.post(&target, json!({ "comment": "Which exercise?" })).by(&supervisor).await.expect(200);
    assert_eq!((&back["state"], &back["comments"][0]["text"]), (&json!("awaiting_cosign"), &json!("Which exercise?")));
    assert_eq!(queue(app, &supervisor).await, Vec::<Value>::new());
    let sam = desk.sam(app).await;
    let list = app.get("/v1/notes?returned=true").by(&sam).await.expect(200);
    assert_eq!(list["items"][0]["id"], note["id"]);
    assert_eq!(app.get(at(&note)).by(&desk.team.phone).await.expect(200).get("comments"), None, "between staff");
    let body = json!({ "text": "The breathing one", "name": sam.name });
    app.post(format!("{}/addenda", at(&note)), body).by(&sam).await.expect(201);
    assert_eq!(queue(app, &supervisor).await, [note["id"].clone()], "answered");
    app.post(format!("{}/cosign", at(&note)), json!({ "name": supervisor.name })).by(&supervisor).await.expect(200);
});
