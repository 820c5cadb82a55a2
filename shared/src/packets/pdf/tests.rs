use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::notes::hash_of;
use crate::packets::{BundledAddendum, BundledNote, BundledSignature, BundledTemplate, FORMAT};

const NOTICE: &str = "These records are protected.";

fn template() -> String {
    json!({
        "needs_goals": true,
        "schema": { "type": "object", "additionalProperties": false, "properties": {} },
        "sections": [
            { "id": "goal", "label": { "en": "Goal" }, "parts": ["goals"] },
            { "id": "done", "label": { "en": "What was done" }, "parts": ["intervention", "response", "plan", "risk"] },
        ],
        "ui_schema": { "items": [] },
    })
    .to_string()
}

fn note(number: u32, words: &str) -> BundledNote {
    let content: Value = json!({
        "client": { "id": Uuid::from_u128(7), "preferred_name": "Ana", "legal_name": "Ana Example" },
        "author": { "id": Uuid::from_u128(8), "name": "Sam Example", "credential": {
            "credential_type": "Peer specialist", "number": "P-1", "issuer": "Board", "state": "ID",
            "issued_on": "2026-01-01", "expires_on": "2027-12-31" } },
        "session": {
            "kind": "individual", "modality": "audio_only", "state": "finished", "place_of_service": "11", "setting": null,
            "starts_at": "2027-03-01T15:00:00.000Z", "ends_at": "2027-03-01T15:53:00.000Z",
            "time_zone": "America/New_York", "service_date": format!("2027-03-{number:02}"), "minutes": 53,
            "excluded_minutes": 7, "excluded_reason": "travel", "billable": true, "service_code": "H0038",
            "modifiers": ["HQ", "U1"],
            "attendance": { "attendance": "present", "arrived_at": null, "left_at": null, "others_present": ["guardian"] },
        },
        "units": { "units": 3, "working": ["53 minutes are 3 quarters of an hour, 8 minutes are left"] },
        "care_plan": null, "template": { "name": "GIRP", "number": 1 }, "late_entry": { "reason": "The road was closed" },
        "goals": [{ "goal_id": Uuid::from_u128(9), "title": "Walk", "progress": "some", "comment": null }],
        "texts": { "intervention": words, "plan": "Walk on Friday" }, "activities": [], "risk": { "level": "none" },
        "answers": {}, "sources": {},
    });
    let content = serde_jcs::to_string(&content).expect("text");
    let hash = hash_of(&content);
    let signature = BundledSignature {
        role: "author".to_owned(),
        signer_id: None,
        name: "Sam Example".to_owned(),
        signed_at: Timestamp(1_803_920_000_000),
        hash: hash.clone(),
    };
    BundledNote {
        id: Uuid::from_u128(100 + u128::from(number)),
        session_id: Uuid::nil(),
        author_id: Uuid::from_u128(8),
        author: "Sam Example".to_owned(),
        template_version_id: Uuid::from_u128(2),
        state: if number == 2 { "voided" } else { "signed" }.to_owned(),
        content,
        content_hash: hash.clone(),
        signatures: vec![signature],
        addenda: vec![addendum(Uuid::from_u128(100 + u128::from(number)), &hash)],
        replaces: None,
        voided_at: (number == 2).then_some(Timestamp(1_803_930_000_000)),
        void_reason: (number == 2).then(|| "Wrong day".to_owned()),
    }
}

fn addendum(note_id: Uuid, note_hash: &str) -> BundledAddendum {
    let content = json!({
        "format": "cairn-addendum/1", "note_id": note_id, "note_hash": note_hash, "number": 1, "kind": "client_words",
        "author_id": Uuid::from_u128(7), "name": "Ana", "text": "It helped me", "at": "2027-03-02T10:00:00.000Z",
    })
    .to_string();
    BundledAddendum { content_hash: hash_of(&content), content }
}

fn bundle(notes: Vec<BundledNote>) -> Bundle {
    let content = template();
    Bundle {
        format: FORMAT.to_owned(),
        organization_id: Uuid::nil(),
        organization: "Harbor".to_owned(),
        client_id: Uuid::from_u128(7),
        client: "Ana Example".to_owned(),
        from: "2027-03-01".parse().expect("a date"),
        to: "2027-04-01".parse().expect("a date"),
        made_at: Timestamp(1_803_940_000_000),
        made_by: None,
        notes,
        templates: vec![BundledTemplate {
            version_id: Uuid::from_u128(2),
            name: "GIRP".to_owned(),
            content_hash: hash_of(&content),
            content,
        }],
        care_plans: Vec::new(),
    }
}

fn pages(bundle: &Bundle) -> (Vec<Vec<String>>, Vec<Mark>) {
    let faces = Faces::load().expect("fonts");
    let files = [("bundle.json".to_owned(), "ab".repeat(32))];
    let (pages, marks) = lay_out(&faces, bundle, &files, NOTICE).expect("pages");
    let text = |placed: Placed| match placed {
        Placed::Text { text, .. } => Some(text),
        Placed::Rule { .. } => None,
    };
    (pages.into_iter().map(|page| page.into_iter().filter_map(text).collect()).collect(), marks)
}

#[test]
fn every_note_begins_where_the_contents_say() {
    // So many that the contents themselves go over some pages.
    let (pages, marks) = pages(&bundle((0..150).map(|number| note(number % 28 + 1, "We walked")).collect()));
    assert_eq!(marks.len(), 150);
    let front = marks[0].page;
    assert!(front > 2, "{front}");
    let contents: Vec<&String> = pages[..front].iter().flatten().collect();
    for mark in marks {
        let heading = pages[mark.page][0].trim_end_matches(", VOID");
        assert!(mark.title.starts_with(heading), "{mark:?}");
        let entry = contents.iter().position(|text| **text == mark.title).expect("an entry");
        let numbers: Vec<&str> =
            contents.windows(2).filter(|pair| *pair[0] == mark.title).map(|pair| pair[1].as_str()).collect();
        assert!(numbers.contains(&(mark.page + 1).to_string().as_str()), "{entry}: {numbers:?}, {mark:?}");
    }
}

#[test]
fn a_note_is_told_whole() {
    let (pages, _) = pages(&bundle(vec![note(1, "We walked\nand talked"), note(2, "Nothing")]));
    let all = pages.concat();
    for wanted in [
        "Ana Example",
        "10:00 to 10:53, America/New_York",
        "53, 7 more are left out: travel",
        "individual, audio only, finished",
        "H0038 HQ U1",
        "Peer specialist, number P-1, Board (ID), 2026-01-01 to 2027-12-31",
        "The road was closed",
        "Walk: some progress",
        "We walked",
        "and talked",
        "It helped me",
        "Wrong day",
        "guardian",
        "11, office",
        "Sam Example, Peer specialist",
        "signed by its author; no other signature is needed",
    ] {
        assert!(all.iter().any(|line| line == wanted), "{wanted} in {all:#?}");
    }
    assert!(all.iter().any(|line| line == &note(1, "We walked\nand talked").content_hash));
    assert!(all.iter().any(|line| line == &"ab".repeat(32)));
}

#[test]
fn the_same_bundle_makes_the_same_document() {
    let one = bundle(vec![note(1, "Caminamos por el río \u{1F600}")]);
    let document = typeset(&one, &[], NOTICE).expect("a document");
    assert!(document.starts_with(b"%PDF-1.7"));
    assert_eq!(document, typeset(&one, &[], NOTICE).expect("a document"));
    assert!(typeset(&bundle(Vec::new()), &[], NOTICE).is_ok(), "nothing was signed on these days");
}

#[test]
fn whatever_was_written_can_be_set() {
    for words in
        ["\u{0}\u{7f}", "\r\n\r\n", "العربية 中文 \u{301}", &"x".repeat(20_000), &"a\n".repeat(3_000), "\u{fffe}"]
    {
        typeset(&bundle(vec![note(1, words)]), &[], NOTICE).expect(words);
    }
}
