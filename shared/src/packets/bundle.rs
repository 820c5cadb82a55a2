//! All that a packet says, for programs: exactly what was signed, with its hashes. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::notes::{AddendumContent, hash_of};

/// The documentation of one client for some days, `to` exclusive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bundle {
    pub format: String,
    pub organization_id: Uuid,
    pub organization: String,
    pub client_id: Uuid,
    pub client: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub made_at: Timestamp,
    pub made_by: Option<Uuid>,
    /// In the order of their sessions.
    pub notes: Vec<BundledNote>,
    /// Those that the notes were written with.
    pub templates: Vec<BundledTemplate>,
    /// Newest first.
    pub care_plans: Vec<BundledPlan>,
}

/// A note as it was signed, and what came after.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundledNote {
    pub id: Uuid,
    pub session_id: Uuid,
    pub author_id: Uuid,
    pub author: String,
    pub template_version_id: Uuid,
    pub state: String,
    /// Exactly what was signed: canonical JSON (RFC 8785).
    pub content: String,
    /// SHA-256 of it, in hexadecimal digits.
    pub content_hash: String,
    pub signatures: Vec<BundledSignature>,
    pub addenda: Vec<BundledAddendum>,
    pub replaces: Option<Uuid>,
    pub voided_at: Option<Timestamp>,
    pub void_reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundledSignature {
    pub role: String,
    /// Plans of care name their signers only.
    pub signer_id: Option<Uuid>,
    pub name: String,
    pub signed_at: Timestamp,
    /// Of what was signed.
    pub hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundledAddendum {
    pub content: String,
    pub content_hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundledTemplate {
    pub version_id: Uuid,
    pub name: String,
    pub content: String,
    pub content_hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundledPlan {
    pub id: Uuid,
    pub version_number: i64,
    pub state: String,
    pub content: String,
    pub content_hash: String,
    pub signatures: Vec<BundledSignature>,
}

impl Bundle {
    /// What does not hold together: a place, and why.
    pub fn check(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let templates: BTreeSet<Uuid> = self.templates.iter().map(|template| template.version_id).collect();
        for template in &self.templates {
            same(&mut found, &format!("template {}", template.version_id), &template.content, &template.content_hash);
        }
        for plan in &self.care_plans {
            let place = format!("care plan {}", plan.id);
            same(&mut found, &place, &plan.content, &plan.content_hash);
            signed(&mut found, &place, &plan.content_hash, &plan.signatures);
        }
        for note in &self.notes {
            let place = format!("note {}", note.id);
            same(&mut found, &place, &note.content, &note.content_hash);
            signed(&mut found, &place, &note.content_hash, &note.signatures);
            if !note.signatures.iter().any(|signature| signature.role == "author") {
                found.push((place.clone(), "its author did not sign it".to_owned()));
            }
            if !templates.contains(&note.template_version_id) {
                found.push((place.clone(), "the template that it was written with is missing".to_owned()));
            }
            for (index, addendum) in note.addenda.iter().enumerate() {
                let place = format!("{place}, addition {}", index + 1);
                same(&mut found, &place, &addendum.content, &addendum.content_hash);
                match serde_json::from_str::<AddendumContent>(&addendum.content) {
                    Ok(content) if content.note_hash == note.content_hash && content.note_id == note.id => {}
                    Ok(_) => found.push((place, "was added to something else".to_owned())),
                    Err(_) => found.push((place, "cannot be read".to_owned())),
                }
            }
        }
        found
    }
}

fn same(found: &mut Vec<(String, String)>, place: &str, content: &str, hash: &str) {
    if hash_of(content) != hash {
        found.push((place.to_owned(), "is not what its hash was made of".to_owned()));
    }
}

fn signed(found: &mut Vec<(String, String)>, place: &str, hash: &str, signatures: &[BundledSignature]) {
    for signature in signatures.iter().filter(|signature| signature.hash != hash) {
        found.push((place.to_owned(), format!("the signature as {} is of something else", signature.role)));
    }
}
