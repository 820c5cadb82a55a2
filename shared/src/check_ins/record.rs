//! Taking in a check-in: the write that comes most often, so it asks the database as little as it can.

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, JoinType, OnConflict, Query};
use sea_orm::{ActiveModelTrait, ConnectionTrait, ExprTrait, FromQueryResult, IntoActiveModel, Iterable};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::cache::fixed_content;
use super::entity::check_in;
use super::safety::{Flags, flags, texts};
use super::scoring::score;
use super::view::{CheckInView, answers_place, view};
use crate::agenda::zone::local_of;
use crate::agenda::{Schedule, for_check_ins};
use crate::attention::{self, SafetyTrigger, Touched};
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::clients::{self, Language, read_zone};
use crate::clock::Timestamp;
use crate::crisis::{self, CrisisResources};
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::forms::VersionState;
use crate::policy::{Act, Reach, reaches};

/// A check-in as a phone sends it, perhaps days late.
#[derive(Clone, Debug)]
pub struct NewCheckIn {
    /// Made by the phone: sent twice, it is stored once.
    pub id: Uuid,
    pub form_version_id: Uuid,
    pub answers: Map<String, Value>,
    /// When the client answered, by the phone's clock.
    pub answered_at: Timestamp,
    pub schedule_id: Option<Uuid>,
    /// In which language it was asked; the client's when left out.
    pub language: Option<Language>,
    /// The day that it is about, if not the day of the answer: that day or one of the three before.
    pub local_date: Option<NaiveDate>,
}

/// What became of it.
#[derive(Debug)]
pub enum Recorded {
    /// With where to turn, when the answers call for somebody at once.
    New(Box<CheckInView>, Option<CrisisResources>),
    /// The same was there already.
    Known(Box<CheckInView>, Option<CrisisResources>),
    /// Another check-in has answered this day of the schedule.
    AlreadyAnswered(Uuid),
}

/// A phone's clock may be ahead by this much.
const AHEAD: Duration = Duration::minutes(5);
/// Older answers are no answers to anything any more; also how long a retired version is still taken.
const OLDEST: Duration = Duration::days(14);
/// So many days back a check-in can be about.
const BACK: i64 = 3;

/// What the client is asked, as the check-in names it.
#[derive(Debug, FromQueryResult)]
struct Asked {
    form_id: Option<Uuid>,
    state: Option<String>,
    retired_at: Option<Timestamp>,
    item_id: Option<Uuid>,
    schedule_form_id: Option<Uuid>,
    ended_at: Option<Timestamp>,
}

const CLIENT: &str = "client_";

/// The client, the version and the schedule in one query.
async fn facts(tx: &ScopedTx, client_id: Uuid, new: &NewCheckIn) -> Result<(client::Model, Asked)> {
    let (version, schedule) = ("check_in_form_versions", "check_in_schedules");
    let mut query = Query::select();
    for column in client::Column::iter() {
        let name = column.to_string();
        query.expr_as(Expr::col(("clients", Alias::new(&name))), format!("{CLIENT}{name}"));
    }
    query
        .columns([(version, "form_id"), (version, "state"), (version, "retired_at")])
        .columns([(schedule, "item_id"), (schedule, "ended_at")])
        .expr_as(Expr::col((schedule, "form_id")), "schedule_form_id")
        .from("clients")
        .join(
            JoinType::LeftJoin,
            version,
            Expr::col((version, "id"))
                .eq(new.form_version_id)
                .and(Expr::col((version, "organization_id")).eq(tx.organization_id())),
        )
        .join(
            JoinType::LeftJoin,
            schedule,
            Expr::col((schedule, "id"))
                .eq(new.schedule_id.unwrap_or_default())
                .and(Expr::col((schedule, "client_id")).eq(client_id)),
        )
        .and_where(Expr::col(("clients", "id")).eq(client_id))
        .and_where(Expr::col(("clients", "organization_id")).eq(tx.organization_id()));
    let row = tx.conn().query_one(&query).await?.ok_or(Error::NotFound)?;
    Ok((client::Model::from_query_result(&row, CLIENT)?, Asked::from_query_result(&row, "")?))
}

/// Stores a check-in of a client, by the client or by staff who write down what they were told.
pub async fn record(tx: &mut ScopedTx, client_id: Uuid, new: NewCheckIn) -> Result<Recorded> {
    let own = reaches(tx.scope(), Act::AnswerCheckIn) == [Reach::Own];
    if own && tx.scope().client_id() != Some(client_id) {
        return Err(Error::NotFound);
    }
    if !own {
        clients::authorize(tx, client_id, Act::AnswerCheckIn).await?;
    }
    let (client, asked) = facts(tx, client_id, &new).await?;
    let zone = read_zone("time_zone", &client.time_zone)?;
    let form_id = check(tx, &new, &asked)?;
    let content = fixed_content(tx, new.form_version_id).await?;
    let language = new.language.unwrap_or_else(|| Language::parse(&client.language));
    let mut errors = FieldErrors::default();
    if !content.languages().contains(&language.as_str()) {
        errors.add("language", "unknown_language", "the form is not there in this language");
    }
    content.answers.check(&new.answers, &mut errors);
    errors.into_result()?;

    let occurrence = match (new.schedule_id, asked.item_id) {
        (Some(_), Some(item_id)) => Some((item_id, series_of(tx, item_id).await?)),
        _ => None,
    };
    let day_zone = occurrence.as_ref().and_then(|(_, series)| series.last()?.zone).unwrap_or(zone);
    let local_date = day_of(&new, day_zone)?;
    let original = occurrence
        .as_ref()
        .and_then(|(item_id, series)| Some((*item_id, for_check_ins::occurrence_of_day(series, zone, local_date)?)));

    let text = serde_jcs::to_string(&new.answers).map_err(Error::internal)?;
    let key = tx.data_key(client.data_key_id).await?;
    let words = attention::holds_trigger_words(tx, &texts(&content, &new.answers)).await?;
    let flags = flags(&content, &new.answers, words);
    let score = content.scoring.and_then(|scoring| Some((scoring, score(scoring, &new.answers)?)));
    let resources = if flags.severity.is_some() { Some(crisis::current(tx).await?) } else { None };
    let row = check_in::Model {
        id: new.id,
        organization_id: tx.organization_id(),
        client_id,
        form_id,
        form_version_id: new.form_version_id,
        schedule_id: new.schedule_id,
        item_id: original.map(|(item_id, _)| item_id),
        original_local: original.map(|(_, original)| crate::agenda::format_local(original)),
        local_date: local_date.to_string(),
        answers: tx.seal(&key, &answers_place(tx, new.id), &text),
        answered_at: new.answered_at,
        received_at: tx.now(),
        language: language.as_str().to_owned(),
        recorded_by_kind: if own { "client" } else { "staff" }.to_owned(),
        recorded_by: tx.scope().actor.id(),
        instrument: score.map(|(scoring, _)| scoring.instrument.as_str().to_owned()),
        scorer_version: score.map(|(scoring, _)| scoring.version),
        score_status: score.map(|(_, score)| score.status.as_str().to_owned()),
        score: score.and_then(|(_, score)| score.total),
        band: score.and_then(|(_, score)| score.band).map(ToOwned::to_owned),
        missing: score.map(|(_, score)| score.missing),
        mood: flags.mood,
        safe_state: flags.safe.map(|safe| if safe { "safe" } else { "not_safe" }.to_owned()),
        item9: flags.item9,
        safety_severity: flags.severity.map(|severity| severity.as_str().to_owned()),
        resources_version: resources.as_ref().map(|resources| resources.version),
    };
    if !insert(tx, &row).await? {
        return known(tx, &row, &text).await;
    }
    if let Some((item_id, original)) = original {
        for_check_ins::mark_done(tx, item_id, original, client_id, new.answered_at).await?;
    }
    let detail = json!({ "form_version_id": new.form_version_id, "schedule_id": new.schedule_id });
    tx.record(AuditEvent::new("create", "check_in", new.id).client(client_id).detail(detail));
    if let Some(trigger) = trigger(&flags) {
        attention::raise_safety(tx, &client, new.id, trigger).await?;
    }
    attention::refresh_client(tx, &client, Touched::CheckIns).await?;
    Ok(Recorded::New(Box::new(view(row, text)?), resources))
}

fn trigger(flags: &Flags) -> Option<SafetyTrigger> {
    match (flags.safe, flags.item9) {
        (Some(false), _) => Some(SafetyTrigger::NotSafe),
        (_, Some(answer @ 1..)) => Some(SafetyTrigger::Item9 { answer }),
        _ if flags.words => Some(SafetyTrigger::Words),
        _ => None,
    }
}

/// Checks what does not need the form's contents; returns the form's id.
fn check(tx: &ScopedTx, new: &NewCheckIn, asked: &Asked) -> Result<Uuid> {
    let mut errors = FieldErrors::default();
    if new.answered_at > tx.now().plus(AHEAD) {
        errors.add("answered_at", "in_the_future", "at most 5 minutes ahead of the server's clock");
    } else if new.answered_at < tx.now().minus(OLDEST) {
        errors.add("answered_at", "too_old", "at most 14 days ago");
    }
    let state = asked.state.as_deref().and_then(VersionState::parse);
    match (asked.form_id, state) {
        (None, _) | (_, None) => errors.add("form_version_id", "unknown_version", "no version of a form has this id"),
        (_, Some(VersionState::Draft)) => {
            errors.add("form_version_id", "not_published", "this version is a draft");
        }
        (_, Some(VersionState::Retired)) if asked.retired_at.is_none_or(|at| new.answered_at > at.plus(OLDEST)) => {
            errors.add("form_version_id", "version_retired", "this version is asked no more; take the newer one");
        }
        _ => {}
    }
    if new.schedule_id.is_some() {
        if asked.item_id.is_none() {
            errors.add("schedule_id", "unknown_schedule", "this client has no such schedule");
        } else if asked.schedule_form_id != asked.form_id && asked.form_id.is_some() {
            errors.add("form_version_id", "other_form", "the schedule asks another form");
        }
    }
    errors.into_result()?;
    if asked.ended_at.is_some_and(|ended| new.answered_at > ended) {
        return Err(Error::Conflict("schedule_ended", "this schedule had ended before".to_owned()));
    }
    asked.form_id.ok_or_else(|| Error::internal("a form neither found nor refused"))
}

async fn series_of(tx: &ScopedTx, item_id: Uuid) -> Result<Vec<Schedule>> {
    let rows = for_check_ins::stretches(tx, &[item_id]).await?;
    rows.iter().map(Schedule::try_from).collect()
}

fn day_of(new: &NewCheckIn, zone: Tz) -> Result<NaiveDate> {
    let answered_on = local_of(new.answered_at.to_utc(), zone).date();
    let day = new.local_date.unwrap_or(answered_on);
    if (0..=BACK).contains(&(answered_on - day).num_days()) {
        Ok(day)
    } else {
        let message = format!("the day of the answer or one of the {BACK} before it");
        Err(Error::invalid("local_date", "out_of_range", message))
    }
}

/// False when the id or the day of the schedule is taken.
async fn insert(tx: &ScopedTx, row: &check_in::Model) -> Result<bool> {
    let inserted = check_in::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(inserted > 0)
}

/// What stands in the way: the same check-in, another with its id, or another of the day.
async fn known(tx: &ScopedTx, new: &check_in::Model, text: &str) -> Result<Recorded> {
    let find = || check_in::Entity::find().filter(check_in::COLUMN.organization_id.eq(tx.organization_id()));
    let taken = || Err(Error::Conflict("id_taken", "another check-in has this id".to_owned()));
    if let Some(there) = find().filter(check_in::COLUMN.id.eq(new.id)).one(tx.conn()).await? {
        if there.client_id != new.client_id {
            return taken();
        }
        let stored = super::view::open(tx, &there).await?;
        let same = there.form_version_id == new.form_version_id
            && there.schedule_id == new.schedule_id
            && there.answered_at == new.answered_at
            && there.local_date == new.local_date
            && there.language == new.language
            && stored == text;
        if !same {
            return taken();
        }
        // A phone that asks again needs them still.
        let resources = if there.safety_severity.is_some() { Some(crisis::current(tx).await?) } else { None };
        return Ok(Recorded::Known(Box::new(view(there, stored)?), resources));
    }
    // The id is of another organization then.
    let Some(schedule_id) = new.schedule_id else { return taken() };
    let first = find()
        .filter(check_in::COLUMN.schedule_id.eq(schedule_id))
        .filter(check_in::COLUMN.local_date.eq(new.local_date.as_str()))
        .one(tx.conn())
        .await?;
    first.map_or_else(taken, |first| Ok(Recorded::AlreadyAnswered(first.id)))
}
