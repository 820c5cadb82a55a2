//! What the document of a packet says, in the order in which an auditor reads it.

use std::collections::BTreeMap;

use chrono::{Days, SecondsFormat};
use chrono_tz::Tz;
use serde_json::Value;
use uuid::Uuid;

use super::super::bundle::{Bundle, BundledNote, BundledPlan, BundledSignature};
use super::places::place_name;
use super::sheet::{HEADING, Mark, SECTION, SMALL, Sheet, TEXT, TITLE};
use crate::clients::Language;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::note_templates::TemplateContent;
use crate::notes::{AddendumContent, ShownSection, read_signed, render};

/// What the clock of that place showed, and the same moment to the second in UTC.
fn moment(at: Timestamp, zone: Tz) -> String {
    let exactly = at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true);
    if zone == Tz::UTC {
        return exactly;
    }
    format!("{} ({exactly})", at.to_utc().with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"))
}

fn instant(value: &Value) -> Option<Timestamp> {
    serde_json::from_value(value.clone()).ok()
}

/// `audio_only` as it is read.
fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// The same at the beginning of a line.
fn label(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(plain(rest.as_str()).chars()).collect())
}

/// What has been signed, and whether somebody still has to.
fn standing(state: &str) -> String {
    match state {
        "signed" => "signed by its author; no other signature is needed".to_owned(),
        "awaiting_cosign" => "signed by its author; a supervisor has still to sign".to_owned(),
        "cosigned" => "signed by its author and a supervisor".to_owned(),
        "voided" => "void: it was signed, and counts no more".to_owned(),
        other => plain(other),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The first page: what this is, of whom, and how it can be checked.
pub fn cover(sheet: &mut Sheet<'_>, bundle: &Bundle, files: &[(String, String)], notice: &str) {
    sheet.text(TITLE, "Record of services");
    sheet.space(6.0);
    let last = bundle.to.checked_sub_days(Days::new(1)).unwrap_or(bundle.to);
    sheet.pair("Client", &bundle.client);
    sheet.pair("Client's id", &bundle.client_id.to_string());
    sheet.pair("Organization", &bundle.organization);
    sheet.pair("Days of service", &format!("{} to {last}", bundle.from));
    sheet.pair("Made at", &bundle.made_at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true));
    let voided = bundle.notes.iter().filter(|note| note.state == "voided").count();
    let void = if voided > 0 { format!(" ({voided} void)") } else { String::new() };
    sheet.pair("Notes", &format!("{}{void}", bundle.notes.len()));
    sheet.pair("Plans of care", &bundle.care_plans.len().to_string());
    sheet.space(6.0);
    sheet.text(TEXT, notice);
    sheet.heading(SECTION, "How to check this record");
    sheet.text(
        TEXT,
        "This document is for reading. Every text that was signed stands beside it to the byte in bundle.json, with the SHA-256 \
         that each signature was given over; the same hashes are printed here. \"cairn verify\" checks every byte of the \
         packet without a network and names each one that was altered.",
    );
    for (name, sha256) in files {
        sheet.pair_in(SMALL, &format!("SHA-256 of {name}"), sha256);
    }
}

/// The list of what follows.
pub fn contents(sheet: &mut Sheet<'_>, marks: &[Mark]) {
    if marks.is_empty() {
        return;
    }
    sheet.heading(HEADING, "Contents");
    for mark in marks {
        sheet.entry(&mark.title, &(mark.page + 1).to_string());
    }
}

pub fn plan(sheet: &mut Sheet<'_>, plan: &BundledPlan) -> Result<()> {
    let content: Value = serde_json::from_str(&plan.content).map_err(Error::internal)?;
    sheet.break_page();
    let title = format!("Plan of care, version {}", plan.version_number);
    sheet.mark(&format!("{title}, from {}", text(&content["effective_on"])));
    sheet.text(HEADING, &title);
    sheet.pair("State", &plain(&plan.state));
    sheet.pair("In force from", text(&content["effective_on"]));
    sheet.pair("To", text(&content["expires_on"]));
    sheet.pair("Review due", text(&content["review_due_on"]));
    sheet.heading(SECTION, "Goals");
    for goal in content["goals"].as_array().into_iter().flatten() {
        sheet.text(TEXT, text(&goal["title"]));
        if let Some(measure) = goal["measure"].as_str() {
            let value = if goal["value"].is_null() { String::new() } else { goal["value"].to_string() };
            sheet.pair("Measured by", &format!("{measure}: {value} {}", text(&goal["unit"])));
        }
        sheet.pair("Due", text(&goal["due"]));
    }
    sheet.heading(SECTION, "Services");
    for service in content["services"].as_array().into_iter().flatten() {
        sheet.pair(text(&service["service_type"]), text(&service["frequency"]));
    }
    let order = &content["service_order"];
    if order.is_object() {
        let dates = format!(
            "{}, on {}, for {} to {}",
            text(&order["ordered_by"]),
            text(&order["ordered_on"]),
            text(&order["valid_from"]),
            text(&order["valid_to"])
        );
        sheet.pair("Ordered by", &dates);
    }
    signatures(sheet, &plan.signatures, None, &plan.content_hash, Tz::UTC);
    Ok(())
}

/// Notes under the headings of the templates that they were written with.
pub struct Notes {
    templates: BTreeMap<Uuid, TemplateContent>,
    /// Void notes, each with the one that takes its place.
    followed: BTreeMap<Uuid, Uuid>,
}

impl Notes {
    pub fn of(bundle: &Bundle) -> Result<Self> {
        let read = |template: &super::super::BundledTemplate| {
            Ok((template.version_id, TemplateContent::stored(&template.content)?))
        };
        let follows = |note: &BundledNote| Some((note.replaces?, note.id));
        Ok(Self {
            templates: bundle.templates.iter().map(read).collect::<Result<_>>()?,
            followed: bundle.notes.iter().filter_map(follows).collect(),
        })
    }

    pub fn add(&self, sheet: &mut Sheet<'_>, note: &BundledNote) -> Result<()> {
        let content: Value = serde_json::from_str(&note.content).map_err(Error::internal)?;
        let session = &content["session"];
        let zone: Tz = text(&session["time_zone"]).parse().unwrap_or(Tz::UTC);
        let (body, goals) = read_signed(&note.content)?;
        let template = self.templates.get(&note.template_version_id);
        let template = template.ok_or_else(|| Error::internal("a note without its template"))?;
        let shown = render(&body, &goals, template, Language::En);
        sheet.break_page();
        let state = if note.state == "voided" { ", VOID" } else { "" };
        let starts = instant(&session["starts_at"]);
        let clock = starts.map(|at| at.to_utc().with_timezone(&zone).format("%H:%M").to_string()).unwrap_or_default();
        sheet.mark(&format!("Note of {} {clock}, {}{state}", text(&session["service_date"]), note.author));
        sheet.text(HEADING, &format!("Note of {}{state}", text(&session["service_date"])));
        if note.state == "voided" {
            let when = note.voided_at.map(|at| moment(at, zone)).unwrap_or_default();
            sheet.pair("Void since", &when);
            sheet.pair("Reason", note.void_reason.as_deref().unwrap_or_default());
            let next = self.followed.get(&note.id);
            sheet.pair("Replaced by", &next.map_or_else(String::new, |next| format!("note {next}")));
        }
        if let Some(replaced) = note.replaces {
            sheet.pair("Takes the place of", &format!("note {replaced}"));
        }
        sheet.pair("State", &standing(&note.state));
        facts(sheet, note, &content, zone);
        sections(sheet, &shown);
        sheet.rule();
        let held = content["author"]["credential"]["credential_type"].as_str();
        signatures(sheet, &note.signatures, held, &note.content_hash, zone);
        additions(sheet, note, zone)
    }
}

/// What the session was, and what followed from it.
fn facts(sheet: &mut Sheet<'_>, note: &BundledNote, content: &Value, zone: Tz) {
    let (session, author) = (&content["session"], &content["author"]);
    let time = |name: &str| instant(&session[name]).map(|at| at.to_utc().with_timezone(&zone));
    sheet
        .pair("Client", content["client"]["legal_name"].as_str().unwrap_or(text(&content["client"]["preferred_name"])));
    let mut when = time("starts_at").map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
    if let Some(end) = time("ends_at") {
        when.push_str(&format!(" to {}", end.format("%H:%M")));
    }
    sheet.pair("Time", &format!("{when}, {zone}"));
    let (from, to) = (&session["attendance"]["arrived_at"], &session["attendance"]["left_at"]);
    let there = |label: &str, at: &Value| {
        instant(at).map(|at| format!("{label} {}", at.to_utc().with_timezone(&zone).format("%H:%M")))
    };
    let there: Vec<String> = [there("from", from), there("to", to)].into_iter().flatten().collect();
    sheet.pair("Client was there", &there.join(" "));
    if let Some(minutes) = session["minutes"].as_i64() {
        let excluded = session["excluded_minutes"].as_i64().unwrap_or_default();
        let why = plain(text(&session["excluded_reason"]));
        let less = if excluded > 0 { format!(", {excluded} more are left out: {why}") } else { String::new() };
        sheet.pair("Minutes", &format!("{minutes}{less}"));
    }
    let mut kind = plain(text(&session["kind"]));
    if let Some(size) = session["group_size"].as_u64().filter(|_| session["kind"] == "group") {
        kind.push_str(&format!(" of {size}"));
    }
    let how = [kind, plain(text(&session["modality"])), plain(text(&session["state"]))];
    sheet.pair("Session", &how.join(", "));
    let setting = session["setting"].as_str().map(|setting| format!(", {setting}")).unwrap_or_default();
    let code = text(&session["place_of_service"]);
    let name = place_name(code).map(|name| format!(", {name}")).unwrap_or_default();
    sheet.pair("Place of service", &format!("{code}{name}{setting}"));
    sheet.pair("Attendance", &plain(text(&session["attendance"]["attendance"])));
    let others: Vec<String> =
        session["attendance"]["others_present"].as_array().into_iter().flatten().map(|one| plain(text(one))).collect();
    sheet.pair("Also there", &others.join(", "));
    let modifiers: Vec<&str> = session["modifiers"].as_array().into_iter().flatten().map(text).collect();
    let code = [&[text(&session["service_code"])][..], &modifiers].concat().join(" ");
    sheet.pair("Service", &code);
    if session["billable"] == false {
        sheet.pair("Not billable", &plain(text(&session["non_billable_reason"])));
    }
    let working: Vec<&str> = content["units"]["working"].as_array().into_iter().flatten().map(text).collect();
    sheet.pair("Units", &format!("{}\n{}", content["units"]["units"], working.join("\n")));
    sheet.pair("Author", text(&author["name"]));
    let credential = &author["credential"];
    if credential.is_object() {
        let held = format!(
            "{}, number {}, {} ({}), {} to {}",
            text(&credential["credential_type"]),
            text(&credential["number"]),
            text(&credential["issuer"]),
            text(&credential["state"]),
            text(&credential["issued_on"]),
            credential["expires_on"].as_str().unwrap_or("no end")
        );
        sheet.pair("Credential as held", &held);
    }
    let plan = &content["care_plan"];
    if plan.is_object() {
        sheet.pair("Plan of care", &format!("version {}", plan["version_number"]));
    }
    sheet.pair("Format", &format!("{}, version {}", text(&content["template"]["name"]), content["template"]["number"]));
    if let Some(late) = content["late_entry"].as_object() {
        sheet.pair("Late entry", late.get("reason").map(text).unwrap_or_default());
    }
    sheet.pair_in(SMALL, "Note's id", &note.id.to_string());
}

fn sections(sheet: &mut Sheet<'_>, shown: &[ShownSection]) {
    for section in shown {
        sheet.heading(SECTION, &section.label);
        for line in &section.lines {
            sheet.pair(&line.label, &line.text);
        }
    }
}

/// `held`: what the author was, as the signed text has it.
fn signatures(sheet: &mut Sheet<'_>, signatures: &[BundledSignature], held: Option<&str>, hash: &str, zone: Tz) {
    sheet.heading(SECTION, "Signatures");
    for signature in signatures {
        let held = held.filter(|_| signature.role == "author").map(|held| format!(", {held}")).unwrap_or_default();
        let who = if signature.role == "cosigner" { "Supervisor".to_owned() } else { label(&signature.role) };
        sheet.pair(&who, &format!("{}{held}\n{}", signature.name, moment(signature.signed_at, zone)));
        sheet.pair_in(SMALL, "given over SHA-256", &signature.hash);
    }
    sheet.pair_in(SMALL, "SHA-256 of the text", hash);
}

fn additions(sheet: &mut Sheet<'_>, note: &BundledNote, zone: Tz) -> Result<()> {
    for addendum in &note.addenda {
        let content: AddendumContent = serde_json::from_str(&addendum.content).map_err(Error::internal)?;
        let kind = serde_json::to_value(content.kind).map_err(Error::internal)?;
        let title = match text(&kind) {
            "client_words" => "The client's own words".to_owned(),
            other => format!("Added later: {}", plain(other)),
        };
        sheet.heading(SECTION, &title);
        sheet.text(TEXT, &content.text);
        sheet.pair("Signed by", &format!("{}\n{}", content.name, moment(content.at, zone)));
        sheet.pair_in(SMALL, "SHA-256", &addendum.content_hash);
    }
    Ok(())
}
