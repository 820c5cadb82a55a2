use std::collections::HashMap;

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Condition, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::edit::{move_to, save};
use super::entity::goal_progress;
use super::input::MAX_AMOUNT;
use super::load::{Loaded, find};
use super::status::Achievement;
use super::steps::{check_takes_progress, set_done};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{FieldErrors, Result};
use crate::identity;
use crate::policy::Act;
use crate::secrets::DataKey;
use crate::text::check_text;

/// A phone's clock may be that much fast.
const AHEAD: Duration = Duration::minutes(5);
const LATE: Duration = Duration::days(366);

/// Progress as written.
#[derive(Clone, Debug, Default)]
pub struct NewProgress {
    pub value: Option<f64>,
    /// For senders who want to be sure: must be the unit of the target.
    pub unit: Option<String>,
    pub note: Option<String>,
    pub achievement_status: Option<Achievement>,
    pub step_id: Option<Uuid>,
    pub done: Option<bool>,
    pub recorded_at: Option<Timestamp>,
}

/// Progress that was recorded, decrypted.
#[derive(Clone, Debug)]
pub struct ProgressView {
    pub id: Uuid,
    pub goal_id: Uuid,
    pub value: Option<f64>,
    pub note: Option<String>,
    pub achievement_status: Option<Achievement>,
    pub step_id: Option<Uuid>,
    pub step_done: Option<bool>,
    pub recorded_at: Timestamp,
    pub by_client: bool,
    /// Who of the staff wrote it down, and their name.
    pub recorded_by: Option<(Uuid, String)>,
    pub created_at: Timestamp,
}

/// Records progress by the client or by staff. A goal that was agreed becomes active with it.
pub async fn record_progress(tx: &mut ScopedTx, goal_id: Uuid, new: NewProgress) -> Result<ProgressView> {
    let mut loaded = find(tx, goal_id, Act::WriteGoals).await?;
    check_takes_progress(&loaded)?;
    let unit = loaded.view(tx)?.target.map(|target| target.unit);
    check(&new, unit.as_deref(), &loaded.step_ids(), tx.now())?;

    let id = tx.new_id();
    let recorded_at = new.recorded_at.unwrap_or(tx.now());
    let by_client = tx.scope().client_id().is_some();
    let row = goal_progress::Model {
        id,
        organization_id: tx.organization_id(),
        client_id: loaded.row.client_id,
        goal_id,
        value: new.value,
        note: new.note.as_deref().map(|note| tx.seal(&loaded.key, &tx.place("goal_progress", "note", id), note)),
        achievement_status: new.achievement_status.map(|status| status.as_str().to_owned()),
        step_id: new.step_id,
        step_done: new.done,
        recorded_at,
        recorded_by_kind: if by_client { "client" } else { "staff" }.to_owned(),
        recorded_by: tx.scope().actor.id(),
        created_at: tx.now(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    if let (Some(step_id), Some(done)) = (new.step_id, new.done) {
        set_done(tx, &mut loaded, step_id, done).await?;
    }
    take_in(&mut loaded, &row, new.achievement_status)?;
    save(tx, &mut loaded.row).await?;
    let detail = json!({ "goal_id": goal_id, "achievement_status": new.achievement_status });
    tx.record(AuditEvent::new("create", "goal_progress", id).client(row.client_id).detail(detail));
    let names = match row.recorded_by.filter(|_| !by_client) {
        Some(staff_id) => identity::names_of(tx, &[staff_id]).await?,
        None => HashMap::new(),
    };
    view(tx, &loaded.key, &row, &names)
}

/// What the goal says of its progress afterwards. Progress that arrives late does not overrule newer.
fn take_in(loaded: &mut Loaded, row: &goal_progress::Model, status: Option<Achievement>) -> Result<()> {
    let next = loaded.lifecycle()?.after_progress();
    move_to(&mut loaded.row, next)?;
    let goal = &mut loaded.row;
    let newest = goal.progress_at.is_none_or(|at| row.recorded_at >= at);
    if let Some(status) = status.filter(|_| newest) {
        goal.achievement_status = Some(status.as_str().to_owned());
    }
    if row.value.is_some() && goal.progress_value_at.is_none_or(|at| row.recorded_at >= at) {
        goal.progress_value = row.value;
        goal.progress_value_at = Some(row.recorded_at);
    }
    goal.progress_at = goal.progress_at.max(Some(row.recorded_at));
    goal.progress_count += 1;
    Ok(())
}

/// What is wrong with it, all at once. `unit` is the target's, where there is a target.
fn check(new: &NewProgress, unit: Option<&str>, steps: &[Uuid], now: Timestamp) -> Result<()> {
    let mut errors = FieldErrors::default();
    let empty = new.value.is_none() && new.note.is_none() && new.achievement_status.is_none() && new.step_id.is_none();
    if empty && new.done.is_none() {
        errors.add("value", "required", "say something of it: a value, a note, how it goes, or a step");
    }
    match (new.value, unit) {
        (Some(_), None) => errors.add("value", "no_target", "this goal has no target to measure"),
        (Some(value), _) if !(-MAX_AMOUNT..=MAX_AMOUNT).contains(&value) => {
            errors.add("value", "out_of_range", "-1000000000 to 1000000000");
        }
        _ => {}
    }
    if new.unit.as_deref().is_some_and(|given| Some(given.trim()) != unit) {
        errors.add("unit", "wrong_unit", "this is not the unit of the goal's target");
    }
    if let Some(note) = &new.note {
        check_text(&mut errors, "note", note, 1, 2000);
    }
    match (new.step_id, new.done) {
        (Some(_), None) => errors.add("done", "required", "say whether the step is done"),
        (None, Some(_)) => errors.add("step_id", "required", "say which step"),
        (Some(id), Some(_)) if !steps.contains(&id) => {
            errors.add("step_id", "unknown_step", "the goal has no step of this id");
        }
        _ => {}
    }
    if new.recorded_at.is_some_and(|at| at > now.plus(AHEAD) || at < now.minus(LATE)) {
        errors.add("recorded_at", "out_of_range", "in the past, and not more than a year ago");
    }
    errors.into_result()
}

/// Progress of a goal, newest first.
pub async fn list_progress(tx: &ScopedTx, goal_id: Uuid, page: &PageRequest) -> Result<(Uuid, Page<ProgressView>)> {
    let loaded = find(tx, goal_id, Act::ReadGoals).await?;
    let mut query = goal_progress::Entity::find()
        .filter(goal_progress::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal_progress::COLUMN.goal_id.eq(goal_id))
        .order_by_desc(goal_progress::COLUMN.recorded_at)
        .order_by_desc(goal_progress::COLUMN.id)
        .limit(page.limit + 1);
    if let Some((at, id)) = page.after.as_deref().and_then(read_key) {
        query =
            query.filter(Condition::any().add(goal_progress::COLUMN.recorded_at.lt(at)).add(
                Condition::all().add(goal_progress::COLUMN.recorded_at.eq(at)).add(goal_progress::COLUMN.id.lt(id)),
            ));
    }
    let rows = query.all(tx.conn()).await?;
    let mut staff: Vec<Uuid> =
        rows.iter().filter(|row| row.recorded_by_kind == "staff").filter_map(|row| row.recorded_by).collect();
    staff.sort_unstable();
    staff.dedup();
    let names = identity::names_of(tx, &staff).await?;
    let views = rows.iter().map(|row| view(tx, &loaded.key, row, &names)).collect::<Result<Vec<_>>>()?;
    let key = |view: &ProgressView| format!("{} {}", view.recorded_at.0, view.id);
    Ok((loaded.row.client_id, Page::cut(views, page, "goal-progress", key)))
}

fn read_key(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once(' ')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

fn view(
    tx: &ScopedTx,
    key: &DataKey,
    row: &goal_progress::Model,
    names: &HashMap<Uuid, String>,
) -> Result<ProgressView> {
    let by_client = row.recorded_by_kind == "client";
    let place = tx.place("goal_progress", "note", row.id);
    Ok(ProgressView {
        id: row.id,
        goal_id: row.goal_id,
        value: row.value,
        note: row.note.as_ref().map(|sealed| key.open(&place, sealed)).transpose()?,
        achievement_status: row.achievement_status.as_deref().and_then(Achievement::parse),
        step_id: row.step_id,
        step_done: row.step_done,
        recorded_at: row.recorded_at,
        by_client,
        recorded_by: row.recorded_by.filter(|_| !by_client).map(|id| (id, names.get(&id).cloned().unwrap_or_default())),
        created_at: row.created_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn faults(new: &NewProgress, unit: Option<&str>) -> Vec<(String, &'static str)> {
        match check(new, unit, &[Uuid::from_u128(1)], NOW) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
            Ok(()) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let at = |at: Timestamp| NewProgress { note: Some("x".into()), recorded_at: Some(at), ..Default::default() };
        let of =
            |value: f64, unit: &str| NewProgress { value: Some(value), unit: Some(unit.into()), ..Default::default() };
        let step = |id, done| NewProgress { step_id: id, done, ..Default::default() };
        let (known, unknown) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        for (new, unit, expected) in [
            (of(2.0, "walks"), Some("walks"), None),
            (of(2.0, " walks "), Some("walks"), None),
            (of(2.0, "miles"), Some("walks"), Some(("unit", "wrong_unit"))),
            (of(1e10, "walks"), Some("walks"), Some(("value", "out_of_range"))),
            (of(f64::NAN, "walks"), Some("walks"), Some(("value", "out_of_range"))),
            (NewProgress { value: Some(1.0), ..Default::default() }, None, Some(("value", "no_target"))),
            (NewProgress::default(), Some("walks"), Some(("value", "required"))),
            (step(known, Some(true)), None, None),
            (step(known, None), None, Some(("done", "required"))),
            (step(None, Some(true)), None, Some(("step_id", "required"))),
            (step(unknown, Some(true)), None, Some(("step_id", "unknown_step"))),
            (at(NOW.plus(AHEAD)), None, None),
            (at(Timestamp(NOW.0 + AHEAD.num_milliseconds() + 1)), None, Some(("recorded_at", "out_of_range"))),
            (at(NOW.minus(LATE)), None, None),
            (at(Timestamp(NOW.0 - LATE.num_milliseconds() - 1)), None, Some(("recorded_at", "out_of_range"))),
        ] {
            let expected: Vec<_> = expected.map(|(field, code)| (field.to_owned(), code)).into_iter().collect();
            assert_eq!(faults(&new, unit), expected, "{new:?}");
        }
    }
}
