use cairn_shared::check_ins::{self, NewContent};
use cairn_tests::{Staff, TestApp, both, id_of};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, check_in, every_type, published, send};

const EDITS: usize = 1000;

/// A form that anybody can edit at random: some items come, some go, all texts change.
struct Draft {
    content: Value,
    next: usize,
    random: StdRng,
}

impl Draft {
    fn items(&mut self) -> &mut Vec<Value> {
        self.content["ui_schema"]["items"].as_array_mut().unwrap()
    }

    fn words(&mut self) -> Value {
        let letters: Vec<char> = ('a'..='z').chain('à'..='ž').chain([' ', '"', '\\', '\u{1F33F}']).collect();
        let length = self.random.random_range(1..40);
        let text: String = (0..length).map(|_| letters[self.random.random_range(0..letters.len())]).collect();
        json!({ "en": format!("{text}?"), "es": format!("¿{text}?") })
    }

    fn edit(&mut self) {
        let count = self.items().len();
        let at = self.random.random_range(0..count);
        let words = self.words();
        match self.random.random_range(0..6) {
            0 | 1 => self.items()[at]["label"] = words,
            2 => self.items()[at]["help"] = words,
            3 => {
                let id = format!("item{}", self.next);
                self.next += 1;
                self.content["schema"]["properties"][&id] = json!({ "type": "integer", "minimum": 0, "maximum": 4 });
                self.items().push(json!({ "id": id, "type": "scale", "label": words }));
            }
            4 if self.items().len() > 3 => {
                let gone = self.items().remove(at);
                let id = gone["id"].as_str().unwrap().to_owned();
                self.content["schema"]["properties"].as_object_mut().unwrap().remove(&id);
                for item in self.items() {
                    if item["when"]["item"] == json!(id) {
                        item.as_object_mut().unwrap().remove("when");
                    }
                }
            }
            _ => {
                let id = self.items()[at]["id"].as_str().unwrap().to_owned();
                let title = json!(format!("{}", self.next));
                self.content["schema"]["properties"][&id]["title"] = title;
            }
        }
    }

    fn new_content(&self) -> NewContent {
        NewContent {
            schema: self.content["schema"].clone(),
            ui_schema: serde_json::from_value(self.content["ui_schema"].clone()).unwrap(),
            scoring: None,
        }
    }
}

async fn rendered(app: &TestApp, by: &Staff, id: Uuid) -> Vec<u8> {
    let by = app.fresh(by).await;
    let answer = app.get(format!("/v1/check-ins/{id}?render=true")).by(&by).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.bytes
}

both!(old_answers_look_the_same_after_a_thousand_edits, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let (form, version) = published(app, &admin(app).await, &every_type()).await;
    let answers = json!({ "mood": 6, "hours": 7.25, "words": "A “walk” with Bo \u{1F33F}", "places": ["park"] });
    let first = id_of(&send(app, &phone, ana, &check_in(app, &json!(version), answers)).await.expect(201));
    let mut kept = vec![(first, rendered(app, &sam, first).await)];
    let text = String::from_utf8(kept[0].1.clone()).unwrap();
    assert!(text.contains("In your words") && text.contains("\"hours\":7.25"), "{text}");

    let mut draft = Draft { content: every_type(), next: 0, random: StdRng::seed_from_u64(4) };
    for edit in 1..=EDITS {
        draft.edit();
        let mut tx = app.database.begin_write(&app.organization.scope()).await.unwrap();
        let version = check_ins::add_version(&mut tx, form, draft.new_content()).await.unwrap();
        check_ins::publish(&mut tx, version.id).await.unwrap();
        tx.commit().await.unwrap();
        if edit % 100 == 0 {
            let sent = send(app, &phone, ana, &check_in(app, &json!(version.id), json!({}))).await.expect(201);
            kept.push((id_of(&sent), rendered(app, &sam, id_of(&sent)).await));
        }
    }
    assert_eq!(app.count_where("check_in_form_versions", "state = 'retired'").await, i64::try_from(EDITS).unwrap());
    for (id, before) in kept {
        assert_eq!(String::from_utf8(rendered(app, &sam, id).await), String::from_utf8(before));
    }
});
