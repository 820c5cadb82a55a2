use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::content::{PlanGoal, Service, ServiceOrder, check_goal_ids, check_order, check_services};
use super::dates::{PlanDates, plan_dates, usual_review};
use super::entity::{care_plan, care_plan_goal};
use super::load::{Loaded, PlanView, dates, find, state};
use super::state::PlanState;
use crate::attention;
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::goals::{self, GoalView};
use crate::policy::Act;
use crate::secrets::{DataKey, Sealed};

/// A plan as written. Without an end it is for a year; without a review date for the usual one.
#[derive(Clone, Debug)]
pub struct NewPlan {
    pub effective_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub review_due_on: Option<NaiveDate>,
    pub goal_ids: Vec<Uuid>,
    pub services: Vec<Service>,
    pub service_order: Option<ServiceOrder>,
}

/// A change of a draft: outer `None` leaves a member alone, inner `None` means the usual, or none.
#[derive(Clone, Debug, Default)]
pub struct PlanPatch {
    pub effective_on: Option<NaiveDate>,
    pub expires_on: Option<Option<NaiveDate>>,
    pub review_due_on: Option<Option<NaiveDate>>,
    pub goal_ids: Option<Vec<Uuid>>,
    pub services: Option<Vec<Service>>,
    pub service_order: Option<Option<ServiceOrder>>,
}

/// Begins a plan, as a draft.
///
/// # Errors
/// `Conflict("plan_open")` while another one of this client is being written or signed.
pub async fn create(tx: &mut ScopedTx, client_id: Uuid, new: NewPlan) -> Result<PlanView> {
    let client = clients::authorize(tx, client_id, Act::WriteCarePlans).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let dates = plan_dates(new.effective_on, new.expires_on, new.review_due_on);
    let goals = goals::snapshots(tx, &key, client_id, &new.goal_ids).await?;
    check(&dates, &new.goal_ids, &goals, &new.services, new.service_order.as_ref())?;
    let goals = in_order(&new.goal_ids, &goals);
    let draft = Draft { dates, goals: &goals, services: &new.services, order: new.service_order.as_ref() };
    insert_draft(tx, client_id, key, &draft, None).await?.view(tx).await
}

/// What a draft is made of.
pub(super) struct Draft<'a> {
    pub dates: PlanDates,
    pub goals: &'a [PlanGoal],
    pub services: &'a [Service],
    pub order: Option<&'a ServiceOrder>,
}

/// Writes a new version of the client's plan. `replaces` is the one that it revises; else the one in force.
pub(super) async fn insert_draft(
    tx: &mut ScopedTx,
    client_id: Uuid,
    key: std::sync::Arc<DataKey>,
    draft: &Draft<'_>,
    replaces: Option<Uuid>,
) -> Result<Loaded> {
    let plan_open = || Error::Conflict("plan_open", "another plan of this client is not finished yet".to_owned());
    let earlier = care_plan::Entity::find()
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(client_id))
        .order_by_desc(care_plan::COLUMN.version_number)
        .all(tx.conn())
        .await?;
    let mut in_force = None;
    for row in &earlier {
        match state(tx, row)? {
            PlanState::Draft | PlanState::AwaitingSignatures => return Err(plan_open()),
            PlanState::InForce => in_force = in_force.or(Some(row.id)),
            PlanState::Superseded | PlanState::Ended => {}
        }
    }
    let id = tx.new_id();
    let mut row = care_plan::Model {
        id,
        organization_id: tx.organization_id(),
        client_id,
        version_number: earlier.first().map_or(0, |row| row.version_number) + 1,
        state: PlanState::Draft.as_str().to_owned(),
        effective_on: String::new(),
        expires_on: String::new(),
        review_due_on: String::new(),
        services: seal_services(tx, &key, id, draft.services)?,
        ordered_by: None,
        ordered_on: None,
        order_valid_from: None,
        order_valid_to: None,
        content: None,
        content_hash: None,
        replaces: replaces.or(in_force),
        needs_revision: false,
        created_by: tx.scope().actor.id(),
        version: 1,
        created_at: tx.now(),
        submitted_at: None,
        in_force_at: None,
    };
    set_dates(&mut row, &draft.dates);
    set_order(tx, &key, &mut row, draft.order);
    row.clone().into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        // Somebody else began the same version a moment ago.
        if is_unique_violation(&error) { plan_open() } else { error.into() }
    })?;
    insert_goals(tx, &key, id, draft.goals).await?;
    let detail = json!({ "version_number": row.version_number, "replaces": row.replaces });
    tx.record(AuditEvent::new("create", "care_plan", id).client(client_id).detail(detail));
    Ok(Loaded { row, key })
}

/// Changes a draft.
///
/// # Errors
/// `Conflict("not_a_draft")` once it was submitted.
pub async fn update(tx: &mut ScopedTx, plan_id: Uuid, if_version: Option<i64>, patch: PlanPatch) -> Result<PlanView> {
    let mut loaded = find(tx, plan_id, Act::WriteCarePlans).await?;
    if if_version.is_some_and(|version| version != loaded.row.version) {
        return Err(Error::PreconditionFailed);
    }
    check_draft(&loaded, tx)?;
    let client_id = loaded.row.client_id;
    let before = loaded.view(tx).await?;
    let dates = patched_dates(&dates(&loaded.row)?, &patch);
    let goal_ids: Vec<Uuid> = match &patch.goal_ids {
        Some(ids) => ids.clone(),
        None => before.goals.iter().map(|goal| goal.goal_id).collect(),
    };
    let services = patch.services.as_ref().unwrap_or(&before.services);
    let order = patch.service_order.as_ref().map_or(before.service_order.as_ref(), Option::as_ref);
    let goals = goals::snapshots(tx, &loaded.key, client_id, &goal_ids).await?;
    check(&dates, &goal_ids, &goals, services, order)?;

    let key = loaded.key.clone();
    set_dates(&mut loaded.row, &dates);
    set_order(tx, &key, &mut loaded.row, order);
    loaded.row.services = seal_services(tx, &key, plan_id, services)?;
    save(tx, &mut loaded.row).await?;
    replace_goals(tx, &key, plan_id, &in_order(&goal_ids, &goals)).await?;
    let members: Vec<&str> = [
        (patch.effective_on.is_some(), "effective_on"),
        (patch.expires_on.is_some(), "expires_on"),
        (patch.review_due_on.is_some(), "review_due_on"),
        (patch.goal_ids.is_some(), "goal_ids"),
        (patch.services.is_some(), "services"),
        (patch.service_order.is_some(), "service_order"),
    ]
    .into_iter()
    .filter_map(|(present, name)| present.then_some(name))
    .collect();
    tx.record(AuditEvent::new("update", "care_plan", plan_id).client(client_id).detail(json!({ "members": members })));
    loaded.view(tx).await
}

pub(super) fn check_draft(loaded: &Loaded, tx: &ScopedTx) -> Result<()> {
    if loaded.state(tx)? == PlanState::Draft {
        return Ok(());
    }
    Err(Error::Conflict("not_a_draft", "only a draft can be changed; begin a revision".to_owned()))
}

/// A review date that nobody chose moves with the plan's other dates.
fn patched_dates(now: &PlanDates, patch: &PlanPatch) -> PlanDates {
    let effective_on = patch.effective_on.unwrap_or(now.effective_on);
    let end = patch.expires_on.unwrap_or(Some(now.expires_on));
    let chosen = now.review_due_on != usual_review(now.effective_on, now.expires_on);
    let review = patch.review_due_on.unwrap_or(chosen.then_some(now.review_due_on));
    plan_dates(effective_on, end, review)
}

fn check(
    dates: &PlanDates,
    goal_ids: &[Uuid],
    goals: &[GoalView],
    services: &[Service],
    order: Option<&ServiceOrder>,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    dates.check(&mut errors);
    let known: Vec<Uuid> = goals.iter().map(|goal| goal.id).collect();
    check_goal_ids(&mut errors, goal_ids, &known);
    check_services(&mut errors, services);
    if let Some(order) = order {
        check_order(&mut errors, order);
    }
    errors.into_result()
}

/// The goals as the plan will have them, in the order of the ids.
pub(super) fn in_order(ids: &[Uuid], goals: &[GoalView]) -> Vec<PlanGoal> {
    ids.iter().filter_map(|id| goals.iter().find(|goal| goal.id == *id)).map(PlanGoal::from).collect()
}

fn set_dates(row: &mut care_plan::Model, dates: &PlanDates) {
    row.effective_on = dates.effective_on.to_string();
    row.expires_on = dates.expires_on.to_string();
    row.review_due_on = dates.review_due_on.to_string();
}

fn set_order(tx: &ScopedTx, key: &DataKey, row: &mut care_plan::Model, order: Option<&ServiceOrder>) {
    let place = tx.place("care_plans", "ordered_by", row.id);
    row.ordered_by = order.map(|order| tx.seal(key, &place, order.ordered_by.trim()));
    row.ordered_on = order.map(|order| order.ordered_on.to_string());
    row.order_valid_from = order.map(|order| order.valid_from.to_string());
    row.order_valid_to = order.map(|order| order.valid_to.to_string());
}

fn seal_services(tx: &ScopedTx, key: &DataKey, plan_id: Uuid, services: &[Service]) -> Result<Sealed> {
    let text = serde_jcs::to_string(services).map_err(Error::internal)?;
    Ok(tx.seal(key, &tx.place("care_plans", "services", plan_id), &text))
}

pub(super) async fn replace_goals(tx: &ScopedTx, key: &DataKey, plan_id: Uuid, goals: &[PlanGoal]) -> Result<()> {
    care_plan_goal::Entity::delete_many()
        .filter(care_plan_goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan_goal::COLUMN.plan_id.eq(plan_id))
        .exec(tx.conn())
        .await?;
    insert_goals(tx, key, plan_id, goals).await
}

async fn insert_goals(tx: &ScopedTx, key: &DataKey, plan_id: Uuid, goals: &[PlanGoal]) -> Result<()> {
    if goals.is_empty() {
        return Ok(());
    }
    let rows = goals.iter().enumerate().map(|(position, goal)| {
        let id = tx.new_id();
        let seal = |column, text: &str| tx.seal(key, &tx.place("care_plan_goals", column, id), text);
        let row = care_plan_goal::Model {
            id,
            organization_id: tx.organization_id(),
            plan_id,
            goal_id: goal.goal_id,
            position: i64::try_from(position).unwrap_or(i64::MAX),
            title: seal("title", &goal.title),
            measure: goal.measure.as_deref().map(|text| seal("measure", text)),
            value: goal.value,
            unit: goal.unit.as_deref().map(|text| seal("unit", text)),
            due_on: goal.due.map(|due| due.to_string()),
        };
        row.into_active_model().reset_all()
    });
    care_plan_goal::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes the row under its next version.
pub(super) async fn save(tx: &ScopedTx, row: &mut care_plan::Model) -> Result<()> {
    row.version += 1;
    row.clone().into_active_model().reset_all().update(tx.conn()).await?;
    attention::look_again(tx, row.client_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_review_date_that_was_chosen_stays_and_the_usual_one_moves_along() {
        let usual = plan_dates(date("2027-01-01"), Some(date("2027-12-31")), None);
        let later = PlanPatch { effective_on: Some(date("2027-02-01")), ..PlanPatch::default() };
        assert_eq!(patched_dates(&usual, &later).review_due_on, date("2027-10-02"));
        let shorter = PlanPatch { expires_on: Some(Some(date("2027-09-30"))), ..PlanPatch::default() };
        assert_eq!(patched_dates(&usual, &shorter).review_due_on, date("2027-07-02"));
        let chosen = PlanDates { review_due_on: date("2027-05-05"), ..usual };
        assert_eq!(patched_dates(&chosen, &shorter).review_due_on, date("2027-05-05"));
        let back = PlanPatch { review_due_on: Some(None), ..shorter };
        assert_eq!(patched_dates(&chosen, &back).review_due_on, date("2027-07-02"));
        let a_year = PlanPatch { expires_on: Some(None), ..PlanPatch::default() };
        assert_eq!(patched_dates(&chosen, &a_year).expires_on, date("2027-12-31"));
    }
}
