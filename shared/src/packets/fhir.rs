//! The same in HL7 FHIR R4 (4.0.1): sessions as `Encounter`, signed notes as `DocumentReference` with `Provenance`, goals and plans
//! of care as `Goal` and `CarePlan`. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::bundle::{Bundle, BundledNote, BundledPlan, BundledSignature};
use crate::error::{Error, Result};

/// Of the codes below, what is told to whoever gets a record under 42 CFR Part 2.
fn security() -> Value {
    json!([
        coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted"),
        coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "42CFRPart2", "42 CFR Part2"),
    ])
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [coding(system, code, display)] })
}

fn reference(id: &str) -> Value {
    json!({ "reference": format!("urn:uuid:{id}") })
}

/// FHIR knows no null and no empty list: what is not there is left out.
fn prune(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let kept: Vec<Value> = items.into_iter().filter_map(prune).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::Object(members) => {
            let kept: Map<String, Value> =
                members.into_iter().filter_map(|(name, value)| Some((name, prune(value)?))).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::String(text) => (!text.trim().is_empty()).then_some(Value::String(text)),
        other => Some(other),
    }
}

/// A Bundle of type `collection` with everything that the packet holds.
pub fn fhir_bundle(bundle: &Bundle) -> Result<Value> {
    let mut all = Collection::default();
    let client = bundle.client_id.to_string();
    all.add(json!({
        "resourceType": "Organization", "id": bundle.organization_id, "name": bundle.organization,
    }));
    all.add(json!({ "resourceType": "Patient", "id": client, "meta": { "security": security() },
        "name": [{ "text": bundle.client }], "managingOrganization": reference(&bundle.organization_id.to_string()) }));
    for plan in &bundle.care_plans {
        care_plan(&mut all, plan, &client)?;
    }
    for note in &bundle.notes {
        session_and_note(&mut all, note, &client)?;
    }
    let entries: Vec<Value> = all
        .resources
        .into_iter()
        .map(|(id, resource)| json!({ "fullUrl": format!("urn:uuid:{id}"), "resource": resource }))
        .collect();
    let whole =
        json!({ "resourceType": "Bundle", "type": "collection", "timestamp": bundle.made_at, "entry": entries });
    prune(whole).ok_or_else(|| Error::internal("an empty bundle"))
}

/// Resources by id, each once, in the order in which they came.
#[derive(Default)]
struct Collection {
    resources: Vec<(String, Value)>,
}

impl Collection {
    fn add(&mut self, resource: Value) {
        let id = resource["id"].as_str().unwrap_or_default().to_owned();
        if !self.resources.iter().any(|(known, _)| *known == id) {
            self.resources.push((id, resource));
        }
    }
}

fn care_plan(all: &mut Collection, plan: &BundledPlan, client: &str) -> Result<()> {
    let content: Value = serde_json::from_str(&plan.content).map_err(Error::internal)?;
    let goals = content["goals"].as_array().cloned().unwrap_or_default();
    for goal in &goals {
        let measured = goal["measure"].as_str();
        let target = json!([{
            "measure": measured.map(|text| json!({ "text": text })),
            // Only with a measure (FHIR R4, Goal, invariant gol-1).
            "detailQuantity": measured.map(|_| json!({ "value": goal["value"], "unit": goal["unit"] })),
            "dueDate": goal["due"],
        }]);
        all.add(json!({
            "resourceType": "Goal", "id": goal["goal_id"], "meta": { "security": security() },
            "lifecycleStatus": "active", "description": { "text": goal["title"] }, "subject": reference(client),
            "target": target,
        }));
    }
    let status = match plan.state.as_str() {
        "in_force" => "active",
        "superseded" => "revoked",
        "ended" => "completed",
        _ => "draft",
    };
    let services = content["services"].as_array().cloned().unwrap_or_default();
    let say = |service: &Value| {
        let text = |name: &str| service[name].as_str().unwrap_or_default().to_owned();
        format!("{}, {}", text("service_type"), text("frequency"))
    };
    let titles: Vec<String> = goals.iter().filter_map(|goal| goal["title"].as_str().map(escape)).collect();
    let narrative = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{}</p></div>", titles.join("; "));
    all.add(json!({
        "resourceType": "CarePlan", "id": plan.id, "meta": { "security": security() },
        "text": { "status": "generated", "div": narrative },
        "status": status, "intent": "plan",
        "category": [concept("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assessment and Plan of Treatment")],
        "subject": reference(client),
        "period": { "start": content["effective_on"], "end": content["expires_on"] },
        "goal": goals.iter().filter_map(|goal| goal["goal_id"].as_str().map(reference)).collect::<Vec<_>>(),
        "activity": services.iter().map(|service| json!({ "detail": { "status": "in-progress", "description": say(service) } })).collect::<Vec<_>>(),
    }));
    Ok(())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn session_and_note(all: &mut Collection, note: &BundledNote, client: &str) -> Result<()> {
    let content: Value = serde_json::from_str(&note.content).map_err(Error::internal)?;
    let (author, session) = (&content["author"], &content["session"]);
    let credential = &author["credential"];
    let qualification = credential.is_object().then(|| {
        json!([{
            "identifier": [{ "value": credential["number"] }],
            "code": { "text": credential["credential_type"] },
            "period": { "start": credential["issued_on"], "end": credential["expires_on"] },
            "issuer": { "display": credential["issuer"] },
        }])
    });
    all.add(json!({
        "resourceType": "Practitioner", "id": note.author_id, "name": [{ "text": note.author }],
        "qualification": qualification,
    }));
    all.add(encounter(note, session, client));
    let status = if note.state == "voided" { "entered-in-error" } else { "current" };
    let document = |id: String, at: Value, data: &str, relates: Value| {
        json!({
            "resourceType": "DocumentReference", "id": id, "meta": { "security": security() },
            "status": status, "docStatus": "final",
            "type": concept("http://loinc.org", "11506-3", "Progress note"),
            "category": [concept("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note", "Clinical Note")],
            "subject": reference(client), "date": at, "author": [reference(&note.author_id.to_string())],
            "relatesTo": relates,
            "content": [{ "attachment": { "contentType": "application/json", "data": STANDARD.encode(data) } }],
            "context": { "encounter": [reference(&note.session_id.to_string())],
                "period": { "start": session["starts_at"], "end": session["ends_at"] } },
        })
    };
    let replaced = note.replaces.map(|id| json!([{ "code": "replaces", "target": reference(&id.to_string()) }]));
    all.add(document(note.id.to_string(), content["signed_at"].clone(), &note.content, replaced.unwrap_or_default()));
    for signature in &note.signatures {
        all.add(provenance(note, signature, client));
    }
    for addendum in &note.addenda {
        let added: Value = serde_json::from_str(&addendum.content).map_err(Error::internal)?;
        let appends = json!([{ "code": "appends", "target": reference(&note.id.to_string()) }]);
        let id = id_from(&[&note.id.to_string(), "addendum", &added["number"].to_string()]);
        all.add(document(id, added["at"].clone(), &addendum.content, appends));
    }
    Ok(())
}

fn encounter(note: &BundledNote, session: &Value, client: &str) -> Value {
    let text = |name: &str| session[name].as_str().unwrap_or_default();
    let (class, display) = match (text("modality"), text("place_of_service")) {
        ("video" | "audio_only" | "text", _) => ("VR", "virtual"),
        (_, "12") => ("HH", "home health"),
        (_, "11" | "53" | "57") => ("AMB", "ambulatory"),
        _ => ("FLD", "field"),
    };
    let attended = text("state") == "finished";
    let service = session["service_code"].as_str().map(|code| {
        json!({ "coding": [{ "system": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "code": code }] })
    });
    let kind = if text("kind") == "group" { "Peer support, group" } else { "Peer support, individual" };
    json!({
        "resourceType": "Encounter", "id": note.session_id, "meta": { "security": security() },
        "status": if attended { "finished" } else { "cancelled" },
        "class": coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", class, display),
        "type": [{ "text": kind }], "serviceType": service, "subject": reference(client),
        "participant": [{ "individual": reference(&note.author_id.to_string()) }],
        "period": { "start": session["starts_at"], "end": session["ends_at"] },
        "length": session["minutes"].as_i64().map(|minutes| json!({
            "value": minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min",
        })),
    })
}

fn provenance(note: &BundledNote, signature: &BundledSignature, client: &str) -> Value {
    const ROLES: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    const PURPOSES: &str = "urn:iso-astm:E1762-95:2013";
    let (role, role_name, purpose, purpose_name) = match signature.role.as_str() {
        "author" => ("author", "Author", "1.2.840.10065.1.12.1.1", "Author's Signature"),
        "cosigner" => ("verifier", "Verifier", "1.2.840.10065.1.12.1.2", "Coauthor's Signature"),
        _ => ("attester", "Attester", "1.2.840.10065.1.12.1.6", "Consent Witness Signature"),
    };
    let who = match (signature.role.as_str(), signature.signer_id) {
        ("client", _) => reference(client),
        ("author", Some(id)) => reference(&id.to_string()),
        // Somebody of whom the packet holds no more than the name.
        _ => json!({ "display": signature.name }),
    };
    json!({
        "resourceType": "Provenance", "id": id_from(&[&note.id.to_string(), "signature", &signature.role]),
        "target": [reference(&note.id.to_string())], "recorded": signature.signed_at,
        "agent": [{ "type": concept(ROLES, role, role_name), "who": who }],
        "signature": [{ "type": [coding(PURPOSES, purpose, purpose_name)], "when": signature.signed_at, "who": who,
            "sigFormat": "text/plain", "data": STANDARD.encode(&signature.hash) }],
    })
}

/// An id that follows from these parts, in the form of a UUID (RFC 9562, version 8).
fn id_from(parts: &[&str]) -> String {
    let digest = crate::secrets::sha256(parts.join("\0").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_empty_is_left() {
        let value = json!({ "a": null, "b": [], "c": { "d": null }, "e": [{ "f": "" }, 0, false], "g": "x" });
        assert_eq!(prune(value), Some(json!({ "e": [0, false], "g": "x" })));
        assert_eq!(prune(json!({})), None);
    }

    #[test]
    fn ids_follow_from_what_they_name() {
        let id = id_from(&["a", "b"]);
        assert_eq!(id, id_from(&["a", "b"]));
        assert_ne!(id, id_from(&["ab", ""]));
        assert_eq!(id.parse::<Uuid>().expect("an id").get_version_num(), 8);
    }
}
