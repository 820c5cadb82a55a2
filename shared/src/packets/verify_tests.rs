use uuid::Uuid;

use super::*;
use crate::clock::Timestamp;
use crate::notes::hash_of;
use crate::packets::bundle::{BundledNote, BundledSignature, BundledTemplate};
use crate::packets::manifest::{manifest, seal};
use crate::packets::{DOCUMENT, FHIR, NOTICE};

fn bundle() -> Bundle {
    let (content, template) = ("{\"texts\":{\"plan\":\"Walk\"}}".to_owned(), "{}".to_owned());
    let hash = hash_of(&content);
    let signature = BundledSignature {
        role: "author".to_owned(),
        signer_id: None,
        name: "Sam".to_owned(),
        signed_at: Timestamp(0),
        hash: hash.clone(),
    };
    Bundle {
        format: FORMAT.to_owned(),
        organization_id: Uuid::nil(),
        organization: "Harbor".to_owned(),
        client_id: Uuid::nil(),
        client: "Ana".to_owned(),
        from: chrono::NaiveDate::default(),
        to: chrono::NaiveDate::default(),
        made_at: Timestamp(0),
        made_by: None,
        notes: vec![BundledNote {
            id: Uuid::from_u128(1),
            session_id: Uuid::nil(),
            author_id: Uuid::nil(),
            author: "Sam".to_owned(),
            template_version_id: Uuid::from_u128(2),
            state: "signed".to_owned(),
            content,
            content_hash: hash,
            signatures: vec![signature],
            addenda: Vec::new(),
            replaces: None,
            voided_at: None,
            void_reason: None,
        }],
        templates: vec![BundledTemplate {
            version_id: Uuid::from_u128(2),
            name: "GIRP".to_owned(),
            content_hash: hash_of(&template),
            content: template,
        }],
        care_plans: Vec::new(),
    }
}

fn packet(bundle: &Bundle) -> Vec<u8> {
    let mut entries = vec![
        Entry::new(DOCUMENT, "%PDF-1.7"),
        Entry::new(BUNDLE, serde_jcs::to_string(bundle).expect("text")),
        Entry::new(FHIR, "{}"),
        Entry::new(NOTICE, "Notice"),
    ];
    let text = manifest(&entries).expect("a manifest");
    entries.push(Entry::new(MANIFEST, text.clone()));
    entries.extend(SEALS.map(|name| Entry::new(name, seal(text.as_bytes()))));
    archive::write(&entries).bytes
}

/// Where in which file a byte of the archive is.
fn place(bytes: &[u8], at: usize) -> (String, usize) {
    let entries = archive::by_directory(bytes).expect("whole");
    let written = archive::write(&entries);
    for (entry, contents) in entries.iter().zip(written.contents) {
        if contents.contains(&at) {
            return (entry.name.clone(), at - contents.start);
        }
    }
    ("archive".to_owned(), at)
}

#[test]
fn a_whole_packet_is_whole() {
    let report = verify(&packet(&bundle()));
    assert_eq!(report.findings, []);
    assert!(report.is_whole());
    assert_eq!(report.notes, 1);
}

#[test]
fn a_flipped_byte_anywhere_is_named() {
    let bytes = packet(&bundle());
    for at in 0..bytes.len() {
        // Of the files every fifth byte, each with one flip: a block is searched for each.
        let (file, inside) = place(&bytes, at);
        if file != "archive" && inside % 5 != 0 {
            continue;
        }
        let mut damaged = bytes.clone();
        damaged[at] ^= if at % 2 == 0 { 0x01 } else { 0x80 };
        let findings = verify(&damaged).findings;
        let named: Vec<(&str, Option<usize>)> =
            findings.iter().map(|finding| (finding.place.as_str(), finding.byte)).collect();
        assert_eq!(named, [(file.as_str(), Some(inside))], "byte {at}: {findings:?}");
    }
}

#[test]
fn what_is_cut_off_or_added_is_noticed() {
    let bytes = packet(&bundle());
    for cut in [0, 1, 30, bytes.len() / 2, bytes.len() - 1] {
        assert!(!verify(&bytes[..cut]).is_whole(), "{cut}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(!verify(&longer).is_whole());
}

#[test]
fn who_packs_it_anew_is_still_found_out_by_the_hashes_inside() {
    let mut altered = bundle();
    altered.notes[0].content = altered.notes[0].content.replace("Walk", "Run");
    let findings = verify(&packet(&altered)).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].place, format!("note {}", Uuid::from_u128(1)));
    let mut altered = bundle();
    altered.notes[0].content = altered.notes[0].content.replace("Walk", "Run");
    altered.notes[0].content_hash = hash_of(&altered.notes[0].content);
    let findings = verify(&packet(&altered)).findings;
    assert_eq!(findings[0].message, "the signature as author is of something else");
    let mut without = bundle();
    without.templates.clear();
    assert!(!verify(&packet(&without)).is_whole());
}
