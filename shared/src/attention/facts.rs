//! Fetches what the rules of some kinds read, and nothing else.

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::kind::Kind;
use super::reasons::{AttendanceFact, CheckInFact, Facts, cannot_have_missed};
use super::rules::Rules;
use crate::agenda::entity::participation;
use crate::agenda::{self, Attendance, OccurrenceId, Window, happenings, parse_local};
use crate::care_plans::entity::care_plan;
use crate::check_ins::entity::{check_in, check_in_schedule};
use crate::clients::entity::client;
use crate::clients::read_zone;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::devices::entity::{device, push_subscription};
use crate::error::{Error, Result};
use crate::goals::entity::goal;

/// Enough for the longest stretch that a rule looks back on, with two answers a day.
const CHECK_INS: u64 = 60;
const ATTENDANCES: u64 = 20;
/// How long a schedule that asks least often, once a month, takes from one check-in to the next.
const A_MONTH: i64 = 31;

pub(super) async fn fetch(tx: &ScopedTx, client: &client::Model, rules: &Rules, kinds: &[Kind]) -> Result<Facts> {
    let wants = |kind: Kind| kinds.contains(&kind) && rules.enabled(kind).is_some();
    let mut facts = Facts {
        now: tx.now(),
        zone: read_zone("time_zone", &client.time_zone).map_err(|_| Error::internal("a client without a time zone"))?,
        paused_until: client.paused_until,
        check_ins: Vec::new(),
        expected: None,
        attendances: Vec::new(),
        goals: Vec::new(),
        plans: Vec::new(),
        phone_since: None,
        confirmed_at: None,
    };
    if wants(Kind::CheckInsMissed) || wants(Kind::MoodBelowBaseline) {
        facts.check_ins = check_ins(tx, client.id).await?;
        let newest = facts.check_ins.first().map(|found| found.local_date);
        if wants(Kind::CheckInsMissed) && !cannot_have_missed(newest, facts.today(), rules) {
            facts.expected = Some(expected(tx, client.id, &facts, rules).await?);
        }
    }
    if wants(Kind::AppointmentMissed) {
        facts.attendances = attendances(tx, client.id).await?;
    }
    if wants(Kind::GoalDue) {
        facts.goals = goals(tx, client.id).await?;
    }
    if wants(Kind::PlanReviewDue) {
        facts.plans = plans(tx, client.id).await?;
    }
    if wants(Kind::Unreachable) {
        phones(tx, client.id, &mut facts).await?;
    }
    Ok(facts)
}

fn date(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(|_| Error::internal("an unreadable date"))
}

async fn check_ins(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<CheckInFact>> {
    let rows: Vec<(String, Timestamp, Option<i64>)> = check_in::Entity::find()
        .select_only()
        .column(check_in::Column::LocalDate)
        .column(check_in::Column::AnsweredAt)
        .column(check_in::Column::Mood)
        .filter(check_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in::COLUMN.client_id.eq(client_id))
        .order_by_desc(check_in::COLUMN.local_date)
        .order_by_desc(check_in::COLUMN.answered_at)
        .limit(CHECK_INS)
        .into_tuple()
        .all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|(local_date, answered_at, mood)| Ok(CheckInFact { local_date: date(&local_date)?, answered_at, mood }))
        .collect()
}

/// The local dates that each running schedule asks on: as far back and ahead as a rule for monthly check-ins must see.
async fn expected(tx: &ScopedTx, client_id: Uuid, facts: &Facts, rules: &Rules) -> Result<Vec<Vec<NaiveDate>>> {
    let item_ids: Vec<Uuid> = check_in_schedule::Entity::find()
        .select_only()
        .column(check_in_schedule::Column::ItemId)
        .filter(check_in_schedule::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_schedule::COLUMN.client_id.eq(client_id))
        .filter(check_in_schedule::COLUMN.ended_at.is_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    if item_ids.is_empty() {
        return Ok(Vec::new());
    }
    let in_a_row = rules.enabled(Kind::CheckInsMissed).map_or(1, |rule| rule.number("in_a_row"));
    let reach = Duration::days((in_a_row + 1) * A_MONTH);
    let window = Window { from: facts.now.minus(reach), to: facts.now.plus(reach) };
    let items = agenda::load(tx.conn(), tx.organization_id(), item_ids).await?;
    Ok(items
        .iter()
        .filter(|item| item.row.cancelled_at.is_none())
        .map(|item| {
            let mut dates: Vec<NaiveDate> = happenings(&item.schedules, &item.overrides, facts.zone, window)
                .into_iter()
                .filter(|happening| !happening.cancelled)
                .map(|happening| happening.start.local.date())
                .collect();
            dates.sort_unstable();
            dates.dedup();
            dates
        })
        .collect())
}

async fn attendances(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<AttendanceFact>> {
    let rows = participation::Entity::find()
        .filter(participation::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(participation::COLUMN.client_id.eq(client_id))
        .filter(participation::COLUMN.attendance.is_not_null())
        .order_by_desc(participation::COLUMN.attendance_at)
        .limit(ATTENDANCES)
        .all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let original_local =
                parse_local(&row.original_local).ok_or_else(|| Error::internal("an unreadable start"))?;
            let attendance = row.attendance.as_deref().and_then(Attendance::parse);
            Ok(AttendanceFact {
                occurrence_id: OccurrenceId { item_id: row.item_id, original_local }.to_string(),
                on: original_local.date(),
                missed: attendance == Some(Attendance::NoShow),
                attended: attendance == Some(Attendance::Attended),
                recorded_at: row.attendance_at.unwrap_or(tx.now()),
            })
        })
        .collect()
}

async fn goals(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<(Uuid, NaiveDate)>> {
    let rows: Vec<(Uuid, Option<String>, Option<String>)> = goal::Entity::find()
        .select_only()
        .column(goal::Column::Id)
        .column(goal::Column::TargetDueOn)
        .column(goal::Column::AchievementStatus)
        .filter(goal::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(goal::COLUMN.client_id.eq(client_id))
        .filter(goal::COLUMN.lifecycle_status.is_in(["accepted", "active"]))
        .filter(goal::COLUMN.target_due_on.is_not_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    let reached = |status: Option<&str>| matches!(status, Some("achieved" | "sustaining"));
    rows.into_iter()
        .filter(|(_, _, status)| !reached(status.as_deref()))
        .filter_map(|(id, due_on, _)| Some((id, due_on?)))
        .map(|(id, due_on)| Ok((id, date(&due_on)?)))
        .collect()
}

async fn plans(tx: &ScopedTx, client_id: Uuid) -> Result<Vec<(Uuid, NaiveDate)>> {
    let rows: Vec<(Uuid, String)> = care_plan::Entity::find()
        .select_only()
        .column(care_plan::Column::Id)
        .column(care_plan::Column::ReviewDueOn)
        .filter(care_plan::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(care_plan::COLUMN.client_id.eq(client_id))
        .filter(care_plan::COLUMN.state.eq("in_force"))
        .into_tuple()
        .all(tx.conn())
        .await?;
    rows.into_iter().map(|(id, review_on)| Ok((id, date(&review_on)?))).collect()
}

async fn phones(tx: &ScopedTx, client_id: Uuid, facts: &mut Facts) -> Result<()> {
    facts.phone_since = device::Entity::find()
        .select_only()
        .column(device::Column::CreatedAt)
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(device::COLUMN.client_id.eq(client_id))
        .filter(device::COLUMN.revoked_at.is_null())
        .order_by_asc(device::COLUMN.created_at)
        .limit(1)
        .into_tuple()
        .one(tx.conn())
        .await?;
    facts.confirmed_at = push_subscription::Entity::find()
        .select_only()
        .column(push_subscription::Column::ConfirmedAt)
        .filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(push_subscription::COLUMN.client_id.eq(client_id))
        .order_by_desc(push_subscription::COLUMN.confirmed_at)
        .limit(1)
        .into_tuple()
        .one(tx.conn())
        .await?;
    Ok(())
}

/// Clients by id, for lists over them. Access is the caller's to check.
pub(super) async fn clients(
    tx: &ScopedTx,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, client::Model>> {
    let rows = client::Entity::find()
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(client::COLUMN.id.is_in(ids))
        .all(tx.conn())
        .await?;
    tx.warm_data_keys(rows.iter().map(|row| row.data_key_id)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
