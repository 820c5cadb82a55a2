use cairn_shared::packets::verify;
use cairn_tests::{Answer, Credential, TestApp, both, days, minutes};
use serde_json::{Value, json};

use super::groups::Group;
use super::{Desk, afternoon, at, notes_of, pair, problems};

async fn export(app: &TestApp, desk: &Desk, by: &impl AsRef<Credential>, from: &str, to: &str) -> Answer {
    let target = format!("/v1/clients/{}/packets", desk.team.ana.id);
    app.post(target, json!({ "from": from, "to": to })).by(by).await
}

both!(a_packet_holds_what_was_signed_and_proves_itself, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let (note, voided) = (desk.signed(app, 16).await, desk.signed(app, 17).await);
    desk.ready(app, 18).await;
    let sam = desk.sam(app).await;
    let addition = json!({ "text": "One thing more", "name": sam.name });
    app.post(format!("{}/addenda", at(&note)), addition).by(&sam).await.expect(201);
    app.post(format!("{}/void", at(&voided)), json!({ "reason": "Wrong client" })).by(&sam).await.expect(200);
    let answer = export(app, &desk, &sam, "2027-03-01", "2027-03-02").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    let report = verify(&answer.bytes);
    assert_eq!((report.findings.len(), report.notes), (0, 2), "a draft is nobody's evidence: {:?}", report.findings);
    // The audit log knows it by its hash, and the client sees that it was taken out.
    let row = app.column("SELECT detail FROM audit_events WHERE action = 'export'").await;
    assert!(row[0].contains(&report.sha256), "{row:?}");
    // What is in it is what was signed, to the byte.
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    let quoted = serde_json::to_string(note["content"].as_str().unwrap()).unwrap();
    assert!(text.contains(&quoted) && text.contains("Wrong client") && text.contains("One thing more"));
    assert!(text.contains("prohibits unauthorized use or disclosure"));
    assert!(text.contains("record.pdf") && text.contains("%PDF-1.7"));
    let mut damaged = answer.bytes.clone();
    let place = text.find("One thing more").map(|_| find(&damaged, b"One thing more")).unwrap();
    damaged[place] ^= 1;
    let findings = verify(&damaged).findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].place, "bundle.json");
    // Conformance looks at the same file with other people's programs.
    if let Ok(folder) = std::env::var("CAIRN_PACKETS_OUT") {
        std::fs::create_dir_all(&folder).unwrap();
        let name = format!("packet_{:?}.zip", app.backend).to_lowercase();
        std::fs::write(format!("{folder}/{name}"), &answer.bytes).unwrap();
    }
});

/// Several pages of it.
fn long_text() -> String {
    let paragraph = "Caminamos por el parque y después nos sentamos en una banca. Contó que la última semana fue difícil: no durmió \
        bien, discutió con su hermana y pensó en dejar el curso. Practicamos juntos la respiración y escribió en su cuaderno qué la \
        ayuda cuando se siente así. También dijo: «Ya sé a quién llamar». ";
    (1..=24).map(|number| format!("{number}. {paragraph}\n\n")).collect()
}

// What an auditor may meet: signed by one and by two, added to, void and written anew, of a group, long, late.
both!(a_packet_of_everything_is_whole, async |app| {
    let group = Group::meet(app).await;
    let desk = &group.desk;
    group.write(app, group.body()).await.expect(200);
    let sam = desk.sam(app).await;
    let target = format!("{}/sign", notes_of(&group.session));
    app.post(&target, json!({ "name": sam.name })).by(&sam).await.expect(200);

    let cosigned = desk.signed(app, 14).await;
    let supervisor = app.fresh(&desk.team.supervisor).await;
    app.post(format!("{}/cosign", at(&cosigned)), json!({ "name": supervisor.name })).by(&supervisor).await.expect(200);
    for kind in ["addendum", "correction"] {
        let addition = json!({ "kind": kind, "text": "The walk was in the morning, not at noon.", "name": sam.name });
        app.post(format!("{}/addenda", at(&cosigned)), addition).by(&sam).await.expect(201);
    }
    let own = json!({ "text": "Fueron tres caminatas, no dos." });
    app.post(format!("{}/client-words", at(&cosigned)), own).by(&desk.team.phone).await.expect(201);
    let name = json!({ "name": "Ana" });
    app.post(format!("{}/client-signature", at(&cosigned)), name).by(&desk.team.phone).await.expect(201);

    let voided = desk.signed(app, 15).await;
    app.post(format!("{}/void", at(&voided)), json!({ "reason": "The time of the session was wrong" }))
        .by(&sam)
        .await
        .expect(200);
    let draft = app.post(format!("{}/replacement", at(&voided)), json!({})).by(&sam).await.expect(201);
    let draft = desk.write(app, &draft, json!({})).await.expect(200);
    desk.sign(app, &draft).await.expect(200);

    let long = desk.ready(app, 18).await;
    let long =
        desk.write(app, &long, json!({ "texts": { "intervention": long_text() }, "confirm": [] })).await.expect(200);
    app.advance(days(4));
    let sam = desk.sam(app).await;
    let body = json!({ "name": sam.name, "late_reason": "I was ill from Tuesday to Thursday." });
    app.post(format!("{}/sign", at(&long)), body).by(&sam).await.expect(200);

    let answer = export(app, desk, &sam, "2027-03-01", "2027-03-06").await;
    let report = verify(&answer.bytes);
    assert_eq!((report.findings.len(), report.notes), (0, 5), "{:?}", report.findings);
    if let Ok(folder) = std::env::var("CAIRN_PACKETS_OUT") {
        std::fs::create_dir_all(&folder).unwrap();
        let name = format!("packet_everything_{:?}.zip", app.backend).to_lowercase();
        std::fs::write(format!("{folder}/{name}"), &answer.bytes).unwrap();
    }
});

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

both!(a_packet_is_for_those_who_may_and_for_days_that_are_some, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    desk.signed(app, 17).await;
    let sam = desk.sam(app).await;
    for (from, to, field, code) in
        [("2027-03-01", "2027-03-01", "to", "before_start"), ("2027-03-01", "2028-03-03", "to", "too_long")]
    {
        assert_eq!(problems(&export(app, &desk, &sam, from, to).await), [pair(field, code)]);
    }
    let admin = app.fresh(&desk.admin).await;
    assert_eq!(export(app, &desk, &admin, "2027-03-01", "2027-03-02").await.status, 404);
    assert_eq!(export(app, &desk, &desk.team.phone, "2027-03-01", "2027-03-02").await.status, 200, "her own");
    let none = export(app, &desk, &sam, "2027-02-01", "2027-03-01").await;
    assert_eq!((verify(&none.bytes).findings.len(), verify(&none.bytes).notes), (0, 0));
    let before: Value = json!(app.count_where("audit_events", "action = 'export'").await);
    app.advance(minutes(11));
    assert_eq!(export(app, &desk, &sam, "2027-03-01", "2027-03-02").await.refused(403), "step_up_required");
    assert_eq!(json!(app.count_where("audit_events", "action = 'export'").await), before);
});
