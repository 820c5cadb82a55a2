//! The notes of a group in one pass: what is true for all is written once, each person's part once, and whoever was not there
//! is marked so.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::body::{Body, BodyPatch};
use super::draft::{insert, template};
use super::entity::note;
use super::load::{NoteView, find};
use super::names::Names;
use super::sources;
use super::state::NoteState;
use super::update::{changed, require_draft, write};
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldError, Result};
use crate::note_templates;
use crate::policy::Act;
use crate::sessions::{self, Attendance, AttendeePatch, Kind, SessionView};

/// What is written of a group.
#[derive(Clone, Debug, Default)]
pub struct GroupNote {
    pub template_version_id: Option<Uuid>,
    /// Stands in everybody's note, and names nobody.
    pub shared: BodyPatch,
    /// By client. Who is not in it was not there.
    pub parts: BTreeMap<Uuid, GroupPart>,
}

/// One person's part; it names nobody else.
#[derive(Clone, Debug, Default)]
pub struct GroupPart {
    pub own: BodyPatch,
    pub attendance: Option<Attendance>,
    pub arrived_at: Option<Option<Timestamp>>,
    pub left_at: Option<Option<Timestamp>>,
}

/// What is shared, with one's own over it.
fn together(shared: &BodyPatch, own: &BodyPatch) -> BodyPatch {
    let mut patch = shared.clone();
    patch.texts.extend(own.texts.clone());
    patch.answers.extend(own.answers.clone());
    patch.goals = own.goals.clone().or(patch.goals);
    patch.activities = match (patch.activities, &own.activities) {
        (Some(mut all), Some(own)) => {
            all.extend(own.iter().filter(|activity| !shared_has(shared, activity)).cloned());
            Some(all)
        }
        (all, own) => own.clone().or(all),
    };
    patch.risk = own.risk.clone().or(patch.risk);
    patch.confirm.extend(own.confirm.clone());
    patch
}

fn shared_has(shared: &BodyPatch, activity: &super::body::Activity) -> bool {
    shared.activities.iter().flatten().any(|known| known == activity)
}

/// Texts of a change that hold one of these names.
fn naming(patch: &BodyPatch, names: &Names, base: &str, code: &'static str, message: &str) -> Vec<FieldError> {
    let mut body = Body::default();
    body.apply(patch.clone());
    let found = body.words().into_iter().filter(|(_, text)| names.stand_in(text));
    found.map(|(path, _)| FieldError::new(format!("{base}.{path}"), code, message)).collect()
}

/// Writes the drafts of a group: begins those that are not there yet, and changes the others.
///
/// # Errors
/// `Invalid` names the person and the part: `parts.{client_id}.texts.response`, or `shared.texts.intervention` for what
/// names somebody. Nothing is written then.
pub async fn write_group(tx: &mut ScopedTx, session_id: Uuid, group: GroupNote) -> Result<Vec<NoteView>> {
    let session = sessions::lock_for_note(tx, session_id).await?;
    if session.kind != Kind::Group {
        return Err(Error::Conflict("not_a_group", "this session is not of a group".to_owned()));
    }
    check_people(tx, &session, &group).await?;
    take_attendance(tx, &session, &group).await?;
    let session = sessions::lock_for_note(tx, session_id).await?;
    let (mut notes, mut wrong) = (Vec::new(), Vec::new());
    for (client_id, part) in &group.parts {
        if session.attendee(*client_id).is_none_or(|attendee| !attendee.attendance.was_there()) {
            continue;
        }
        let patch = together(&group.shared, &part.own);
        match write_one(tx, &session, *client_id, group.template_version_id, patch).await {
            Ok(id) => notes.push(id),
            Err(error) => match inside(*client_id, error) {
                Error::Invalid(errors) => wrong.extend(errors),
                other => return Err(other),
            },
        }
    }
    if !wrong.is_empty() {
        wrong.dedup();
        return Err(Error::Invalid(wrong));
    }
    if notes.is_empty() {
        return Err(Error::invalid("parts", "required", "at least one person who was there"));
    }
    let mut views = Vec::with_capacity(notes.len());
    for id in notes {
        views.push(super::get(tx, id).await?);
    }
    Ok(views)
}

/// Says whose part it is about.
fn inside(client_id: Uuid, error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let named = errors.into_iter().map(|error| match error.field.as_str() {
        "template_version_id" => error,
        _ => FieldError { field: format!("parts.{client_id}.{}", error.field), ..error },
    });
    Error::Invalid(named.collect())
}

/// Everybody was at the session, and nobody is named where they do not belong.
async fn check_people(tx: &ScopedTx, session: &SessionView, group: &GroupNote) -> Result<()> {
    let mut wrong = Vec::new();
    for client_id in group.parts.keys().filter(|id| session.attendee(**id).is_none()) {
        let field = format!("parts.{client_id}");
        wrong.push(FieldError::new(field, "not_an_attendee", "nobody with this id was at this session"));
    }
    let everybody = sources::others(tx, session, Uuid::nil()).await?;
    let message = "names somebody of the group: what is shared stands in everybody's note";
    wrong.extend(naming(&group.shared, &everybody, "shared", "names_attendee", message));
    for (client_id, part) in &group.parts {
        let others = sources::others(tx, session, *client_id).await?;
        let message = "names somebody else of the group; their own note is the place for that";
        wrong.extend(naming(&part.own, &others, &format!("parts.{client_id}"), "names_another", message));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// Who has no part was not there.
async fn take_attendance(tx: &mut ScopedTx, session: &SessionView, group: &GroupNote) -> Result<()> {
    for attendee in &session.attendees {
        let part = group.parts.get(&attendee.client_id);
        let patch = match part {
            None => AttendeePatch { attendance: Some(Attendance::NoShow), ..AttendeePatch::default() },
            Some(part) => AttendeePatch {
                attendance: part.attendance.or(Some(Attendance::Present).filter(|_| !attendee.attendance.was_there())),
                arrived_at: part.arrived_at,
                left_at: part.left_at,
                others_present: None,
            },
        };
        let same = patch.attendance.is_none_or(|attendance| attendance == attendee.attendance);
        if !same || patch.arrived_at.is_some() || patch.left_at.is_some() {
            let written = sessions::update_attendee(tx, session.id, attendee.client_id, None, patch).await;
            written.map_err(|error| inside(attendee.client_id, error))?;
        }
    }
    Ok(())
}

async fn write_one(
    tx: &mut ScopedTx,
    session: &SessionView,
    client_id: Uuid,
    template_version_id: Option<Uuid>,
    patch: BodyPatch,
) -> Result<Uuid> {
    let known = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note::COLUMN.session_id.eq(session.id))
        .filter(note::COLUMN.client_id.eq(client_id))
        .filter(note::COLUMN.state.ne(NoteState::Voided.as_str()))
        .one(tx.conn())
        .await?;
    if let Some(known) = known {
        let mut loaded = find(tx, known.id, Act::WriteNotes, true).await?;
        loaded.require_author(tx)?;
        require_draft(&loaded)?;
        let version = match template_version_id.filter(|id| *id != loaded.row.template_version_id) {
            Some(id) => template(tx, session, Some(id)).await?,
            None => note_templates::open_version(tx, loaded.row.template_version_id).await?,
        };
        let (body, _, _) = loaded.body(tx)?;
        let body = changed(&version, body, patch)?;
        write(tx, &mut loaded, &version, &body).await?;
        return Ok(loaded.row.id);
    }
    let version = template(tx, session, template_version_id).await?;
    let filled = super::prefill::prefill(&sources::known(tx, session, client_id).await?, &version.content);
    let body = changed(&version, filled, patch)?;
    Ok(insert(tx, session, client_id, &version, &body, None).await?.row.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note_templates::{Domain, Part};
    use crate::notes::body::{Activity, Risk, RiskLevel};

    fn texts(all: &[(Part, &str)]) -> BodyPatch {
        let texts = all.iter().map(|(part, text)| (*part, Some((*text).to_owned())));
        BodyPatch { texts: texts.collect(), ..BodyPatch::default() }
    }

    fn activity(text: &str) -> Activity {
        Activity { domain: Domain::Mentoring, text: text.to_owned() }
    }

    #[test]
    fn ones_own_part_stands_over_what_is_shared() {
        let mut shared = texts(&[(Part::Intervention, "Breathing"), (Part::Plan, "Next week")]);
        shared.activities = Some(vec![activity("Breathing")]);
        let mut own = texts(&[(Part::Response, "Calmer"), (Part::Plan, "Call first")]);
        own.activities = Some(vec![activity("Breathing"), activity("Walk")]);
        own.risk = Some(Some(Risk { level: RiskLevel::None, action: None }));
        let patch = together(&shared, &own);
        let text = |part| patch.texts[&part].as_deref();
        assert_eq!(text(Part::Intervention), Some("Breathing"));
        assert_eq!((text(Part::Response), text(Part::Plan)), (Some("Calmer"), Some("Call first")));
        assert_eq!(patch.activities, Some(vec![activity("Breathing"), activity("Walk")]));
        assert_eq!(patch.risk, own.risk);
    }

    #[test]
    fn who_names_somebody_hears_where() {
        let names = Names::of_others(["Bob"], &[]);
        let found = naming(&texts(&[(Part::Response, "Like Bob"), (Part::Plan, "Walk")]), &names, "shared", "c", "m");
        assert_eq!(found.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["shared.texts.response"]);
    }
}
