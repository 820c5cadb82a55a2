//! Goals and check-ins of invented people, over as many days as they have.

use anyhow::Context;
use cairn_shared::agenda::zone::resolve;
use cairn_shared::agenda::{Kind, Response};
use cairn_shared::attention::Severity;
use cairn_shared::attention::entity::attention_reason;
use cairn_shared::check_ins::entity::{check_in, check_in_form, check_in_schedule};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::ScopedTx;
use cairn_shared::goals::entity::{goal, goal_progress, goal_proposal, goal_step};
use cairn_shared::reminders::rule::ReminderRule;
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::moods::{DayAnswers, Story, life, phq9};
use super::rows::{Person, Rows};
use super::texts::{GOALS, GoalText};

/// The forms that everybody has.
#[derive(Clone, Copy)]
pub struct Forms {
    daily: Form,
    phq9: Form,
}

#[derive(Clone, Copy)]
struct Form {
    id: Uuid,
    version_id: Uuid,
}

impl Forms {
    pub fn daily_version(&self) -> Uuid {
        self.daily.version_id
    }

    pub async fn find(tx: &ScopedTx) -> anyhow::Result<Self> {
        let find = async |key: &str| {
            let form = check_in_form::Entity::find()
                .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(check_in_form::COLUMN.key.eq(key))
                .one(tx.conn())
                .await?
                .with_context(|| format!("the form {key}"))?;
            let version_id = form.published_version_id.with_context(|| format!("a version of {key}"))?;
            anyhow::Ok(Form { id: form.id, version_id })
        };
        Ok(Self { daily: find("daily").await?, phq9: find("phq9").await? })
    }
}

/// Instruments are asked every so many days.
const FORTNIGHT: i64 = 14;
const PHQ9_BANDS: [(i64, &str); 5] =
    [(4, "minimal"), (9, "mild"), (14, "moderate"), (19, "moderately_severe"), (27, "severe")];

impl Rows {
    /// Half a year of evenings, as the story has it, and a longer form every fortnight.
    pub fn add_check_ins(
        &mut self,
        tx: &ScopedTx,
        rng: &mut ChaCha8Rng,
        person: &Person<'_>,
        forms: &Forms,
        (story, days): (Story, i64),
        today: NaiveDate,
    ) {
        let evening = NaiveTime::from_hms_opt(19, 0, 0).unwrap_or_default();
        let first = today - Duration::days(days);
        let start = first.and_time(evening);
        let reminders = [ReminderRule::MinutesBefore(0)];
        let title = person.say("How are you today?", "¿Cómo estás hoy?");
        let item_id = self.add_item(tx, person, Kind::CheckIn, title, start, None, Some("FREQ=DAILY"), &reminders);
        let schedule_id = tx.new_id();
        self.form_schedules.push(check_in_schedule::ActiveModel {
            id: Set(schedule_id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(person.id),
            form_id: Set(forms.daily.id),
            item_id: Set(item_id),
            created_by_kind: Set("staff".to_owned()),
            created_by: Set(Some(person.specialist)),
            created_at: Set(tx.now().minus(Duration::days(days))),
            ended_at: Set(None),
            version: Set(1),
        });
        let answers = life(story, days, rng);
        for (day, answered) in (0..days).zip(&answers) {
            let Some(answered) = answered else { continue };
            let date = first + Duration::days(day);
            let at = person.at(date.and_time(evening) + Duration::minutes(rng.random_range(0..150)));
            let row = self.check_in(tx, person, forms.daily, date, at, &written(answered));
            row.schedule_id = Set(Some(schedule_id));
            row.item_id = Set(Some(item_id));
            row.original_local = Set(Some(cairn_shared::agenda::format_local(date.and_time(evening))));
            row.mood = Set(answered.mood);
            row.safe_state = Set(answered.safe.map(|safe| if safe { "safe" } else { "not_safe" }.to_owned()));
            if answered.safe == Some(false) {
                row.safety_severity = Set(Some("urgent".to_owned()));
                row.resources_version = Set(Some(1));
                let check_in_id = row.id.clone().take().unwrap_or_default();
                self.add_looked_after(tx, person, check_in_id, at);
            }
            self.add_answer(tx, person, item_id, date.and_time(evening), Response::Done);
        }
        for day in (FORTNIGHT..=days).step_by(usize::try_from(FORTNIGHT).unwrap_or(1)) {
            let last = usize::try_from(day).unwrap_or(0).min(answers.len());
            let recent = &answers[last.saturating_sub(usize::try_from(FORTNIGHT).unwrap_or(0))..last];
            self.add_phq9(tx, rng, person, forms, recent, first + Duration::days(day - 1));
        }
    }

    /// Was not safe, and somebody was there within minutes.
    fn add_looked_after(&mut self, tx: &ScopedTx, person: &Person<'_>, check_in_id: Uuid, at: Timestamp) {
        let after = |minutes| at.plus(Duration::minutes(minutes));
        self.reasons.push(attention_reason::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            client_id: Set(person.id),
            kind: Set("not_safe".to_owned()),
            severity: Set(Severity::Urgent.rank()),
            since: Set(at),
            code: Set("said_not_safe".to_owned()),
            parameters: Set("{}".to_owned()),
            subject_type: Set(Some("check_in".to_owned())),
            subject_id: Set(check_in_id.to_string()),
            standing: Set(false),
            state: Set("resolved".to_owned()),
            due_at: Set(Some(after(15))),
            created_at: Set(at),
            acknowledged_at: Set(Some(after(6))),
            acknowledged_by: Set(Some(person.specialist)),
            ended_at: Set(Some(after(50))),
            ended_by: Set(Some(person.specialist)),
            outcome: Set(Some("talked".to_owned())),
            note: Set(None),
        });
    }

    fn add_phq9(
        &mut self,
        tx: &ScopedTx,
        rng: &mut ChaCha8Rng,
        person: &Person<'_>,
        forms: &Forms,
        recent: &[Option<DayAnswers>],
        date: NaiveDate,
    ) {
        let moods: Vec<i64> = recent.iter().flatten().filter_map(|day| day.mood).collect();
        if moods.len() < 3 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let mean = moods.iter().sum::<i64>() as f64 / moods.len() as f64;
        let items = phq9(mean, 0, rng);
        let total: i64 = items.iter().sum();
        let answers: Map<String, Value> =
            items.iter().enumerate().map(|(index, value)| (format!("q{}", index + 1), json!(value))).collect();
        let at = person.at(date.and_time(NaiveTime::from_hms_opt(20, 30, 0).unwrap_or_default()));
        let row = self.check_in(tx, person, forms.phq9, date, at, &answers);
        row.instrument = Set(Some("phq9".to_owned()));
        row.scorer_version = Set(Some(1));
        row.score_status = Set(Some("scored".to_owned()));
        row.score = Set(Some(total));
        row.band = Set(PHQ9_BANDS.iter().find(|(end, _)| total <= *end).map(|(_, band)| (*band).to_owned()));
        row.missing = Set(Some(0));
        row.item9 = Set(Some(items[8]));
    }

    fn check_in(
        &mut self,
        tx: &ScopedTx,
        person: &Person<'_>,
        form: Form,
        date: NaiveDate,
        at: Timestamp,
        answers: &Map<String, Value>,
    ) -> &mut check_in::ActiveModel {
        let id = tx.new_id();
        // Names are in order in such a map, and the numbers are short: this is canonical.
        let text = Value::Object(answers.clone()).to_string();
        self.check_ins.push(check_in::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(person.id),
            form_id: Set(form.id),
            form_version_id: Set(form.version_id),
            schedule_id: Set(None),
            item_id: Set(None),
            original_local: Set(None),
            local_date: Set(date.to_string()),
            answers: Set(tx.seal(person.key, &tx.place("check_ins", "answers", id), &text)),
            answered_at: Set(at),
            received_at: Set(at),
            language: Set(person.say("en", "es").to_owned()),
            recorded_by_kind: Set("client".to_owned()),
            recorded_by: Set(Some(person.id)),
            instrument: Set(None),
            scorer_version: Set(None),
            score_status: Set(None),
            score: Set(None),
            band: Set(None),
            missing: Set(None),
            mood: Set(None),
            safe_state: Set(None),
            item9: Set(None),
            safety_severity: Set(None),
            resources_version: Set(None),
        });
        let last = self.check_ins.len() - 1;
        &mut self.check_ins[last]
    }

    /// A goal or three: one on its way, for some one reached, for some one that the specialist proposes.
    pub fn add_goals(
        &mut self,
        tx: &ScopedTx,
        rng: &mut ChaCha8Rng,
        person: &Person<'_>,
        index: usize,
        days: i64,
        today: NaiveDate,
    ) {
        let text = |offset: usize| &GOALS[(index * 3 + offset) % GOALS.len()];
        let began = today - Duration::days(days * 3 / 4);
        self.add_goal(tx, rng, person, text(0), ("active", Some("in_progress")), (began, today));
        if index.is_multiple_of(2) {
            let began = today - Duration::days(days / 3);
            let how = if index.is_multiple_of(4) { "improving" } else { "no_change" };
            self.add_goal(tx, rng, person, text(1), ("active", Some(how)), (began, today));
        }
        if index % 4 == 1 {
            let ended = today - Duration::days(days / 4);
            self.add_goal(tx, rng, person, text(1), ("completed", Some("achieved")), (began, ended));
        }
        if index % 5 == 2 {
            self.add_goal(tx, rng, person, text(2), ("proposed", None), (today - Duration::days(2), today));
        }
    }

    fn add_goal(
        &mut self,
        tx: &ScopedTx,
        rng: &mut ChaCha8Rng,
        person: &Person<'_>,
        text: &GoalText,
        (lifecycle, achievement): (&str, Option<&str>),
        (began, until): (NaiveDate, NaiveDate),
    ) {
        let id = tx.new_id();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        let at = |date: NaiveDate| person.at(date.and_time(noon)).min(tx.now());
        let seal = |table, column, row, text: &str| tx.seal(person.key, &tx.place(table, column, row), text);
        let proposed = lifecycle == "proposed";
        let done = match lifecycle {
            "completed" => 3,
            "proposed" => 0,
            _ => rng.random_range(1..3),
        };
        for (position, step) in text.steps.iter().enumerate() {
            let step_id = tx.new_id();
            let days = (until - began).num_days() * (i64::try_from(position).unwrap_or(0) + 1) / 4;
            self.goal_steps.push(goal_step::ActiveModel {
                id: Set(step_id),
                organization_id: Set(tx.organization_id()),
                client_id: Set(person.id),
                goal_id: Set(id),
                position: Set(i64::try_from(position).unwrap_or(0)),
                title: Set(seal("goal_steps", "title", step_id, person.say(step[0], step[1]))),
                due_on: Set(None),
                done_at: Set((position < done).then(|| at(began + Duration::days(days)))),
                agenda_item_id: Set(None),
            });
        }
        let (mut newest, mut count) = (None, 0);
        if let Some((_, _, aim)) = text.target.filter(|_| !proposed) {
            let weeks = (until - began).num_days() / 7;
            for week in 0..weeks {
                #[expect(clippy::cast_precision_loss, reason = "weeks of a few years")]
                let way = (week + 1) as f64 / weeks as f64;
                let value = (aim * (0.2 + 0.8 * way) + rng.random_range(-0.8..0.8)).round().clamp(0.0, aim);
                // Some weeks nobody writes anything down.
                if rng.random_bool(0.2) {
                    continue;
                }
                let value = if lifecycle == "completed" && week + 1 == weeks { aim } else { value };
                let recorded_at = at(began + Duration::days(week * 7 + 6));
                self.goal_progress.push(goal_progress::ActiveModel {
                    id: Set(tx.new_id()),
                    organization_id: Set(tx.organization_id()),
                    client_id: Set(person.id),
                    goal_id: Set(id),
                    value: Set(Some(value)),
                    note: Set(None),
                    achievement_status: Set(None),
                    step_id: Set(None),
                    step_done: Set(None),
                    recorded_at: Set(recorded_at),
                    recorded_by_kind: Set("client".to_owned()),
                    recorded_by: Set(Some(person.id)),
                    created_at: Set(recorded_at),
                });
                newest = Some((value, recorded_at));
                count += 1;
            }
        }
        let proposal_id = proposed.then(|| tx.new_id());
        if let Some(proposal_id) = proposal_id {
            self.goal_proposals.push(goal_proposal::ActiveModel {
                id: Set(proposal_id),
                organization_id: Set(tx.organization_id()),
                client_id: Set(person.id),
                goal_id: Set(id),
                kind: Set("new".to_owned()),
                changes: Set(seal("goal_proposals", "changes", proposal_id, "{}")),
                reason: Set(None),
                state: Set("open".to_owned()),
                content_version: Set(1),
                proposed_by: Set(person.specialist),
                created_at: Set(at(began)),
                decided_at: Set(None),
                note: Set(None),
            });
        }
        let target = text.target;
        self.goals.push(goal::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(person.id),
            created_by_kind: Set(if proposed { "staff" } else { "client" }.to_owned()),
            created_by: Set(Some(if proposed { person.specialist } else { person.id })),
            title: Set(seal("goals", "title", id, person.say(text.title[0], text.title[1]))),
            why: Set(Some(seal("goals", "why", id, person.say(text.why[0], text.why[1])))),
            life_area: Set(text.life_area.to_owned()),
            lifecycle_status: Set(lifecycle.to_owned()),
            achievement_status: Set(achievement.map(str::to_owned)),
            target_measure: Set(target.map(|(m, _, _)| seal("goals", "target_measure", id, person.say(m[0], m[1])))),
            target_value: Set(target.map(|(_, _, aim)| aim)),
            target_unit: Set(target.map(|(_, u, _)| seal("goals", "target_unit", id, person.say(u[0], u[1])))),
            // Some have a date, a few of them soon.
            target_due_on: Set(target
                .filter(|_| lifecycle == "active" && rng.random_bool(0.5))
                .map(|_| (until + Duration::days(rng.random_range(2..90))).to_string())),
            progress_value: Set(newest.map(|(value, _)| value)),
            progress_value_at: Set(newest.map(|(_, at)| at)),
            progress_at: Set(newest.map(|(_, at)| at)),
            progress_count: Set(count),
            open_proposal_id: Set(proposal_id),
            content_version: Set(1),
            version: Set(1 + count),
            created_at: Set(at(began)),
            updated_at: Set(newest.map_or_else(|| at(began), |(_, at)| at)),
        });
    }
}

impl Person<'_> {
    /// The instant of a local time of theirs.
    fn at(&self, local: NaiveDateTime) -> Timestamp {
        resolve(local, self.zone).map_or_else(|| local.and_utc().into(), |resolved| resolved.at.into())
    }
}

fn written(day: &DayAnswers) -> Map<String, Value> {
    let mut answers = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            answers.insert(name.to_owned(), value);
        }
    };
    put("mood", day.mood.map(Value::from));
    // Whole hours without a point, as canonical JSON writes them.
    #[expect(clippy::cast_possible_truncation, reason = "hours of a day")]
    let hours = |hours: f64| if hours.fract() == 0.0 { json!(hours as i64) } else { json!(hours) };
    put("sleep_hours", day.sleep_hours.map(hours));
    put("craving", day.craving.map(Value::from));
    put("used", day.used.map(Value::from));
    put("supports", day.supports.map(Value::from));
    put("goal_step", day.goal_step.map(Value::from));
    put("safe", day.safe.map(Value::from));
    answers
}
