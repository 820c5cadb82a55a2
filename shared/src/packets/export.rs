use chrono::{Days, NaiveDate};
use serde_json::json;
use uuid::Uuid;

use super::archive::{self, Entry};
use super::bundle::{Bundle, BundledAddendum, BundledNote, BundledPlan, BundledSignature, BundledTemplate};
use super::fhir::fhir_bundle;
use super::manifest::{manifest, seal};
use super::pdf::typeset;
use super::{BUNDLE, DOCUMENT, FHIR, FORMAT, MANIFEST, NOTICE, SEALS};
use crate::audit::AuditEvent;
use crate::care_plans::{self, PlanView};
use crate::clients;
use crate::db::{PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::notes::{self, NoteView};
use crate::organizations;
use crate::policy::Act;
use crate::secrets::sha256;

/// Longer than this is several packets.
const LONGEST_DAYS: u64 = 366;

/// The statement that goes with every disclosure of such records (42 CFR 2.32(a)(2)).
const STATEMENT: &str = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

const CONTENTS: &str = "\n\n\
    record.pdf     to read: sessions, notes, signatures\n\
    bundle.json    what was signed, to the byte, with its hashes\n\
    fhir.json      the same in HL7 FHIR R4\n\
    manifest.json  what each file looked like when this packet was made\n\
    seal-*.txt     what the manifest looked like\n\n\
    To check every byte: cairn verify PACKET\n";

/// A packet, and the hash that it is known by.
#[derive(Clone, Debug)]
pub struct Packet {
    pub bytes: Vec<u8>,
    /// SHA-256 of all of it, in hexadecimal digits; the audit log keeps the same.
    pub sha256: String,
    pub notes: usize,
}

/// Puts together what was signed about a client for these days of service, `to` exclusive.
///
/// # Errors
/// `Invalid` for days that are none, or too many.
pub async fn export(tx: &mut ScopedTx, client_id: Uuid, from: NaiveDate, to: NaiveDate) -> Result<Packet> {
    clients::authorize(tx, client_id, Act::ExportPacket).await?;
    if to <= from {
        return Err(Error::invalid("to", "before_start", "after the first day"));
    }
    if from.checked_add_days(Days::new(LONGEST_DAYS)).is_some_and(|last| to > last) {
        return Err(Error::invalid("to", "too_long", format!("at most {LONGEST_DAYS} days")));
    }
    let bundle = gather(tx, client_id, from, to).await?;
    // Setting some hundred pages is nothing that others should wait for.
    let packet = tokio::task::spawn_blocking(move || pack(&bundle)).await.map_err(Error::internal)??;
    let detail = json!({ "from": from, "to": to, "notes": packet.notes, "sha256": packet.sha256 });
    tx.record(AuditEvent::new("export", "packet", client_id).client(client_id).detail(detail));
    Ok(packet)
}

fn pack(bundle: &Bundle) -> Result<Packet> {
    let mut entries = vec![
        Entry::new(BUNDLE, serde_jcs::to_string(bundle).map_err(Error::internal)?),
        Entry::new(FHIR, serde_jcs::to_string(&fhir_bundle(bundle)?).map_err(Error::internal)?),
        Entry::new(NOTICE, format!("{STATEMENT}{CONTENTS}")),
    ];
    let beside = |entry: &Entry| (entry.name.clone(), hex::encode(sha256(&entry.bytes)));
    let files: Vec<(String, String)> = entries[..2].iter().map(beside).collect();
    entries.insert(0, Entry::new(DOCUMENT, typeset(bundle, &files, STATEMENT)?));
    let manifest = manifest(&entries)?;
    let seal = seal(manifest.as_bytes());
    entries.push(Entry::new(MANIFEST, manifest));
    entries.extend(SEALS.map(|name| Entry::new(name, seal.clone())));
    let bytes = archive::write(&entries).bytes;
    Ok(Packet { sha256: hex::encode(sha256(&bytes)), notes: bundle.notes.len(), bytes })
}

async fn gather(tx: &ScopedTx, client_id: Uuid, from: NaiveDate, to: NaiveDate) -> Result<Bundle> {
    let client = clients::get(tx, client_id).await?;
    let organization = organizations::current(tx).await?;
    let (mut bundled, mut templates) = (Vec::new(), Vec::new());
    for id in notes::in_period(tx, client_id, from, to).await? {
        let note = notes::get(tx, id).await?;
        let version_id = note.head.template_version_id;
        if !templates.iter().any(|known: &BundledTemplate| known.version_id == version_id) {
            let (content, content_hash) = note.template_text();
            templates.push(BundledTemplate {
                version_id,
                name: note.template_name().to_owned(),
                content: content.to_owned(),
                content_hash: content_hash.to_owned(),
            });
        }
        bundled.push(bundled_note(note)?);
    }
    Ok(Bundle {
        format: FORMAT.to_owned(),
        organization_id: organization.id,
        organization: organization.name,
        client_id,
        client: client.legal_name.unwrap_or(client.preferred_name),
        from,
        to,
        made_at: tx.now(),
        made_by: tx.scope().actor.id(),
        notes: bundled,
        templates,
        care_plans: plans(tx, client_id, from, to).await?,
    })
}

fn bundled_note(note: NoteView) -> Result<BundledNote> {
    let unsigned = || Error::internal("a note that was not signed in a packet");
    let signatures = note.signatures.into_iter().map(|signature| BundledSignature {
        role: signature.role.as_str().to_owned(),
        signer_id: Some(signature.signer_id),
        name: signature.name,
        signed_at: signature.signed_at,
        hash: signature.hash,
    });
    let addenda = note.addenda.into_iter();
    Ok(BundledNote {
        id: note.head.id,
        session_id: note.head.session_id,
        author_id: note.head.author_id,
        author: note.author_name,
        template_version_id: note.head.template_version_id,
        state: note.head.state.as_str().to_owned(),
        content: note.content.ok_or_else(unsigned)?,
        content_hash: note.head.content_hash.ok_or_else(unsigned)?,
        signatures: signatures.collect(),
        addenda: addenda.map(|one| BundledAddendum { content: one.text, content_hash: one.hash }).collect(),
        replaces: note.head.replaces_note_id,
        voided_at: note.head.voided_at,
        void_reason: note.void_reason,
    })
}

/// Plans that were signed by all and touch these days, newest first.
async fn plans(tx: &ScopedTx, client_id: Uuid, from: NaiveDate, to: NaiveDate) -> Result<Vec<BundledPlan>> {
    let mut found = Vec::new();
    let mut page = PageRequest { limit: PageRequest::MAX_LIMIT, after: None };
    loop {
        let plans = care_plans::list(tx, client_id, &page).await?;
        page.after = plans.items.last().map(|plan| plan.version_number.to_string());
        let more = plans.next_cursor.is_some();
        let touches = |plan: &PlanView| plan.dates.effective_on < to && plan.dates.expires_on >= from;
        for plan in plans.items.into_iter().filter(touches) {
            let signed = plan.in_force_at.is_some();
            if let (true, Some(content), Some(content_hash)) = (signed, plan.content, plan.content_hash) {
                let signatures = plan.signatures.into_iter().map(|signature| BundledSignature {
                    role: signature.role.as_str().to_owned(),
                    signer_id: None,
                    name: signature.name,
                    signed_at: signature.signed_at,
                    hash: signature.hash,
                });
                found.push(BundledPlan {
                    id: plan.id,
                    version_number: plan.version_number,
                    state: plan.state.as_str().to_owned(),
                    content,
                    content_hash,
                    signatures: signatures.collect(),
                });
            }
        }
        if !more {
            return Ok(found);
        }
    }
}
