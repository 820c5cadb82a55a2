//! Whatever is done in whatever order: no draft is lost, and no signed byte changes.

use std::collections::HashMap;

use cairn_tests::{Answer, Staff, TestApp, both};
use serde_json::{Value, json};

use super::{Desk, afternoon, at, save, tag};

/// A small generator, so that a failing sequence is known by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX constants; the upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What must be true of the notes, kept beside the program.
#[derive(Default)]
struct Model {
    /// By id: the texts that the last accepted save left.
    drafts: HashMap<String, Value>,
    /// By id: exactly what was signed, and its hash.
    signed: HashMap<String, (String, String)>,
}

impl Model {
    fn saw(&mut self, note: &Value) {
        let id = note["id"].as_str().unwrap().to_owned();
        match note["content"].as_str() {
            Some(content) => {
                let now = (content.to_owned(), note["content_hash"].as_str().unwrap().to_owned());
                self.drafts.remove(&id);
                let before = self.signed.entry(id).or_insert_with(|| now.clone());
                assert_eq!(*before, now, "a signed byte changed");
            }
            None => drop(self.drafts.insert(id, note["texts"].clone())),
        }
    }

    async fn check(&self, app: &TestApp, by: &Staff, what: &str) {
        for (id, texts) in &self.drafts {
            let note = app.get(format!("/v1/notes/{id}")).by(by).await.expect(200);
            assert_eq!(note["texts"], *texts, "a draft was lost after {what}");
        }
        for (id, (content, hash)) in &self.signed {
            let note = app.get(format!("/v1/notes/{id}")).by(by).await.expect(200);
            assert_eq!(
                (note["content"].as_str(), note["content_hash"].as_str()),
                (Some(&**content), Some(&**hash)),
                "{what}"
            );
        }
    }
}

async fn step(app: &TestApp, desk: &Desk, notes: &mut [Value], sam: &Staff, dice: &mut Dice) -> (String, Answer) {
    let place = usize::try_from(dice.roll(notes.len() as u64)).unwrap();
    let note = notes[place].clone();
    let supervisor = &desk.team.supervisor;
    let post = |verb: &str, body: Value| app.post(format!("{}/{verb}", at(&note)), body);
    let text = format!("Words {}", dice.roll(1_000_000));
    match dice.roll(11) {
        0 | 1 => ("save".to_owned(), save(app, &note, sam, json!({ "texts": { "plan": text } })).await),
        2 => (
            "save too much".to_owned(),
            save(app, &note, sam, json!({ "texts": { "plan": "x".repeat(20_001) } })).await,
        ),
        3 => {
            let stale = json!({ "version": note["version"].as_i64().unwrap() - 1, "id": note["id"] });
            ("save late".to_owned(), save(app, &stale, sam, json!({ "texts": { "response": text } })).await)
        }
        4 => {
            let answer = app.patch(at(&note), json!({ "texts": { "plan": null } })).header("if-match", &tag(&note));
            ("empty".to_owned(), answer.by(sam).await)
        }
        5 => {
            let marks: Vec<&String> = note["marks"].as_object().unwrap().keys().collect();
            ("sign".to_owned(), post("sign", json!({ "name": sam.name, "confirm": marks })).by(sam).await)
        }
        6 => ("add".to_owned(), post("addenda", json!({ "text": text, "name": sam.name })).by(sam).await),
        7 => ("void".to_owned(), post("void", json!({ "reason": text })).by(sam).await),
        8 => ("replace".to_owned(), post("replacement", json!({})).by(sam).await),
        9 => ("cosign".to_owned(), post("cosign", json!({ "name": supervisor.name })).by(supervisor).await),
        _ => ("client".to_owned(), post("client-words", json!({ "text": text })).by(&desk.team.phone).await),
    }
}

async fn live(app: &TestApp, desk: &Desk, sam: &Staff, notes: &mut Vec<Value>, seed: u64) -> usize {
    let mut dice = Dice(seed);
    let mut model = Model::default();
    for note in notes.iter() {
        model.saw(&app.get(at(note)).by(sam).await.expect(200));
    }
    let mut taken = 0;
    for round in 0..30 {
        let (what, answer) = step(app, desk, notes, sam, &mut dice).await;
        let what = format!("{what} (sequence {seed}, step {round}: {})", answer.status);
        assert!(answer.status < 500, "{what}: {}", answer.text());
        // What was refused changed nothing; what was done is seen as it was answered.
        model.check_refused(app, sam, &answer, &what).await;
        if answer.status < 300 {
            taken += 1;
            let body = if answer.json["note"].is_object() { &answer.json["note"] } else { &answer.json };
            let changed = app.get(at(body)).by(sam).await.expect(200);
            model.saw(&changed);
            match notes.iter_mut().find(|note| note["id"] == changed["id"]) {
                Some(known) => *known = changed,
                None => notes.push(changed),
            }
        }
        model.check(app, sam, &what).await;
    }
    taken
}

impl Model {
    async fn check_refused(&self, app: &TestApp, by: &Staff, answer: &Answer, what: &str) {
        if answer.status >= 400 {
            self.check(app, by, what).await;
        }
    }
}

both!(no_sequence_changes_a_signed_byte_or_loses_a_draft, async |backend: Backend| {
    let app = TestApp::start(backend).await;
    let desk = Desk::open(&app).await;
    afternoon(&app);
    let desk = desk.fresh(&app).await;
    let sam = desk.sam(&app).await;
    let mut taken = 0;
    for seed in 1..=8 {
        let hour = 2 * u32::try_from(seed).unwrap() + 1;
        let mut notes = vec![desk.ready(&app, hour).await, desk.ready(&app, hour + 1).await];
        taken += live(&app, &desk, &sam, &mut notes, seed).await;
    }
    assert!(taken > 60, "only {taken} of 240 steps did anything");
    assert!(app.count_where("notes", "content_hash IS NOT NULL").await >= 3, "something was signed");
    app.close().await;
});
