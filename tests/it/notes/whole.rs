use cairn_shared::scope::Role;
use cairn_tests::{Client, Credential, Staff, TestApp};
use serde_json::json;

use super::{at, credential, notes_of, save};

/// Everything that can be written of a note, in these words: a draft, a signed note with what was added to it, and a voided one.
pub async fn whole(
    app: &TestApp,
    (sam, supervisor): (&Staff, &Staff),
    (ana, phone): (Client, &impl AsRef<Credential>),
    word: &mut dyn FnMut(&str) -> String,
) {
    let admin = app.staff(&[Role::Admin]).await;
    credential(app, &admin, sam, json!({ "number": word("Credential") })).await;
    let phrase = json!({ "kind": "phrase", "domain": "mentoring", "words": { "en": word("Phrase") } });
    app.post("/v1/note-phrases", phrase).by(&admin).await.expect(201);
    let (sam, supervisor) = (app.fresh(sam).await, app.fresh(supervisor).await);
    let list = app.get("/v1/note-templates").by(&sam).await.expect(200);
    let intake = list["items"].as_array().unwrap().iter().find(|one| one["key"] == "intake").unwrap().clone();
    let mut notes = Vec::new();
    for hour in [10, 11, 12] {
        let body = json!({ "client_ids": [ana.id], "place_of_service": "11",
            "starts_at": format!("2027-03-01T{hour}:00:00Z"), "ends_at": format!("2027-03-01T{hour}:45:00Z") });
        let session = app.post("/v1/sessions", body).by(&sam).await.expect(201);
        let begin = json!({ "template_version_id": intake["published_version_id"] });
        let note = app.post(notes_of(&session), begin).by(&sam).await.expect(201);
        let body = json!({
            "texts": { "intervention": word("Intervention"), "response": word("Response"), "plan": word("Plan") },
            "goals": [],
            "activities": [{ "domain": "mentoring", "text": word("Activity") }],
            "risk": { "level": "low", "action": word("Action") },
            "answers": { "hopes": word("Hopes"), "rights_explained": true },
        });
        notes.push(save(app, &note, &sam, body).await.expect(200));
    }
    for note in &notes[1..] {
        let body = json!({ "name": sam.name, "late_reason": word("Late") });
        app.post(format!("{}/sign", at(note)), body).by(&sam).header("idempotency-key", "sign").await.expect(200);
    }
    let note = at(&notes[1]);
    app.post(format!("{note}/return"), json!({ "comment": word("Comment") })).by(&supervisor).await.expect(200);
    let addition = json!({ "text": word("Addition"), "name": sam.name });
    app.post(format!("{note}/addenda"), addition).by(&sam).await.expect(201);
    app.post(format!("{note}/client-words"), json!({ "text": word("OwnWords") })).by(phone).await.expect(201);
    app.post(format!("{note}/client-signature"), json!({ "name": word("Signed") })).by(phone).await.expect(201);
    app.post(format!("{}/void", at(&notes[2])), json!({ "reason": word("Void") })).by(&sam).await.expect(200);
}
