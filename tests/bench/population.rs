//! People for measuring: each with exactly what a measurement needs.

use std::sync::Arc;

use anyhow::Context;
use cairn_shared::agenda::Kind;
use cairn_shared::agenda::zone::{local_of, parse_zone, resolve};
use cairn_shared::audit::AuditEvent;
use cairn_shared::check_ins::entity::check_in_form;
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::{Database, ScopedTx};
use cairn_shared::identity::{Carrier, NewStaff, add_staff, start_sign_in};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::reminders::rule::ReminderRule;
use cairn_shared::scope::{Actor, Role, Scope};
use cairn_shared::secrets::DataKey;
use chrono::{Duration, NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Set};
use uuid::Uuid;

use crate::phones::{phone, sign_in, subscribe};
use crate::push_service::PushService;
use crate::rows::{NewItem, Owner, Rows};

/// The organization that `cairn demo` makes; its people are joined when it is there.
const ORGANIZATION: &str = "Cairn Demo";
const ZONES: [&str; 4] = ["America/New_York", "America/Chicago", "America/Boise", "America/Phoenix"];
const AT_ONCE: usize = 250;
/// Days of life behind those with a full agenda.
const PAST_DAYS: i64 = 180;

async fn daily_form(database: &Database, organization_id: Uuid) -> anyhow::Result<(Uuid, Uuid)> {
    let tx = database.begin_read(&Scope::system(organization_id, "bench")).await?;
    let form = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(organization_id))
        .filter(check_in_form::COLUMN.key.eq("daily"))
        .one(tx.conn())
        .await?
        .context("the daily form")?;
    tx.finish().await?;
    Ok((form.id, form.published_version_id.context("a version of the daily form")?))
}

/// What somebody has.
pub enum Life<'a> {
    /// A daily routine with three reminders.
    OneRoutine,
    /// A phone, and one appointment in a few hours whose reminder is not planned yet.
    Phone(&'a PushService),
    /// A phone that is signed in, and nothing else.
    SignedIn,
    /// Half a year of evening check-ins, goals, a weekly meeting, and for every fourth an open reason.
    Followed,
    /// A phone that is signed in, fifty occurrences in any two weeks, and half a year behind them.
    Full,
}

/// Somebody, as far as a measurement needs to know.
pub struct Person {
    pub id: Uuid,
    pub zone: Tz,
    /// The token of their phone.
    pub token: String,
    /// The appointment of [`Life::Phone`] and its local start.
    pub appointment: Option<(Uuid, NaiveDateTime)>,
}

pub struct Crowd<'a> {
    database: &'a Database,
    scope: Scope,
    staff: Uuid,
    rng: StdRng,
    count: usize,
    /// The daily form and its version.
    form: (Uuid, Uuid),
}

impl<'a> Crowd<'a> {
    /// Finds or makes the organization, with one specialist for everybody.
    pub async fn gather(database: &'a Database, seed: u64) -> anyhow::Result<Self> {
        Self::gather_as(database, seed, ORGANIZATION).await
    }

    /// The same in an organization of another name.
    pub async fn gather_as(database: &'a Database, seed: u64, name: &str) -> anyhow::Result<Self> {
        let zone = parse_zone(ZONES[0]).context("a zone")?;
        let organization = match organizations::find_by_name(database, name).await? {
            Some(found) => found,
            None => organizations::create(database, name, zone, SecondFactor::Optional).await?,
        };
        let scope = Scope { zone, ..Scope::system(organization.id, "bench") };
        let staff = Uuid::nil();
        let mut crowd = Self {
            database,
            scope,
            staff,
            rng: StdRng::seed_from_u64(seed),
            count: 0,
            form: daily_form(database, organization.id).await?,
        };
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        crowd.another_specialist(&format!("{plain}@bench.example")).await?;
        Ok(crowd)
    }

    /// From now on everybody is added to the caseload of a new specialist.
    pub async fn another_specialist(&mut self, email: &str) -> anyhow::Result<()> {
        let mut tx = self.database.begin_write(&self.scope).await?;
        let new = NewStaff {
            email: email.to_owned(),
            name: "Sam".to_owned(),
            roles: vec![Role::Specialist],
            // Nobody signs in with it.
            password_hash: "!".to_owned(),
        };
        self.staff = add_staff(&mut tx, new).await?.id;
        tx.commit().await?;
        Ok(())
    }

    /// A token of that specialist.
    pub async fn sign_specialist_in(&self) -> anyhow::Result<String> {
        let mut scope = self.scope.clone();
        scope.actor = Actor::Staff { staff_id: self.staff, roles: vec![Role::Specialist] };
        let mut tx = self.database.begin_write(&scope).await?;
        let new = start_sign_in(&mut tx, None, Carrier::Token).await?;
        tx.finish().await?;
        Ok(new.token.0)
    }

    /// Assigns so many who are there already to that specialist as well.
    pub async fn take_on(&self, people: usize) -> anyhow::Result<()> {
        let tx = self.database.begin_write(&self.scope).await?;
        let ids: Vec<Uuid> = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::COLUMN.organization_id.eq(self.scope.organization_id))
            .limit(u64::try_from(people)?)
            .into_tuple()
            .all(tx.conn())
            .await?;
        for chunk in ids.chunks(500) {
            let rows = chunk.iter().map(|id| assignment(&tx, *id, self.staff));
            assignment::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        }
        Ok(tx.finish().await?)
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Who works with those that are added now.
    pub fn staff(&self) -> Uuid {
        self.staff
    }

    /// Adds people of one life. Everybody is counted: a phone's address has its owner's number.
    pub async fn add(&mut self, people: usize, life: &Life<'_>) -> anyhow::Result<Vec<Person>> {
        let mut added = Vec::with_capacity(people);
        while added.len() < people {
            let mut tx = self.database.begin_write(&self.scope).await?;
            let mut rows = Rows::default();
            let ids: Vec<Uuid> = (0..AT_ONCE.min(people - added.len())).map(|_| tx.new_id()).collect();
            for new in tx.create_client_keys(&ids).await? {
                added.push(self.person(&tx, &mut rows, life, new)?);
            }
            rows.write(&tx).await?;
            tx.record(AuditEvent::new("create", "bench_population", added.len()));
            tx.commit().await?;
        }
        Ok(added)
    }

    fn person(
        &mut self,
        tx: &ScopedTx,
        rows: &mut Rows,
        life: &Life<'_>,
        (id, key_id, key): (Uuid, Uuid, Arc<DataKey>),
    ) -> anyhow::Result<Person> {
        let number = self.count;
        self.count += 1;
        let zone = parse_zone(ZONES[number % ZONES.len()]).context("a zone")?;
        // Measured phones get everything at once; other people sleep at night.
        let quiet = matches!(life, Life::OneRoutine);
        rows.clients.push(client::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(key_id),
            preferred_name: Set(tx.seal(&key, &tx.place("clients", "preferred_name", id), &format!("Ana {number}"))),
            legal_name: Set(None),
            strengths: Set(None),
            email: Set(None),
            email_hmac: Set(None),
            phone: Set(None),
            phone_hmac: Set(None),
            time_zone: Set(zone.name().to_owned()),
            language: Set(if number % 6 == 4 { "es" } else { "en" }.to_owned()),
            quiet_from: Set(quiet.then_some(21 * 60)),
            quiet_to: Set(quiet.then_some(8 * 60)),
            daily_cap: Set(None),
            notification_detail: Set("none".to_owned()),
            detail_chosen_at: Set(None),
            paused_until: Set(None),
            version: Set(1),
            created_at: Set(tx.now()),
        });
        rows.assignments.push(assignment(tx, id, self.staff));
        let owner = Owner { id, key_id, key: &key, zone, staff: self.staff };
        let mut person = Person { id, zone, token: String::new(), appointment: None };
        match life {
            Life::OneRoutine => self.routine(tx, rows, &owner),
            Life::Phone(service) => {
                let device_id = phone(tx, rows, &owner);
                subscribe(tx, rows, &owner, device_id, service, number)?;
                person.appointment = Some(appointment(tx, rows, &owner));
            }
            Life::SignedIn => {
                let device_id = phone(tx, rows, &owner);
                person.token = sign_in(tx, rows, &owner, device_id);
            }
            Life::Followed => self.followed(tx, rows, &owner, number),
            Life::Full => {
                let device_id = phone(tx, rows, &owner);
                person.token = sign_in(tx, rows, &owner, device_id);
                self.full(tx, rows, &owner);
            }
        }
        Ok(person)
    }

    fn routine(&mut self, tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>) {
        let yesterday = local_of(tx.now().to_utc(), owner.zone).date() - Duration::days(1);
        let start = yesterday.and_time(clock(self.rng.random_range(11..20), 5 * self.rng.random_range(0..12)));
        let reminders = [120, 30, 5].map(ReminderRule::MinutesBefore);
        let item = NewItem { reminders: &reminders, by_client: false, ..daily(tx, start) };
        rows.item(tx, owner, &item);
    }

    fn followed(&mut self, tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>, number: usize) {
        let today = local_of(tx.now().to_utc(), owner.zone).date();
        for day in 0..PAST_DAYS {
            if self.rng.random_bool(0.8) {
                let evening = (today - Duration::days(day + 1)).and_time(clock(19, 0));
                rows.check_in(tx, owner, self.form, evening, self.rng.random_range(0..=10));
            }
        }
        for _ in 0..2 {
            rows.goal(tx, owner);
        }
        if number.is_multiple_of(4) {
            rows.reason(tx, owner, 1 + i64::try_from(number % 3).unwrap_or(0));
        }
        let start = (today - Duration::days(PAST_DAYS)).and_time(clock(10, 0));
        let item = NewItem {
            kind: Kind::Appointment,
            title: "Weekly meeting",
            rule: Some("FREQ=WEEKLY"),
            by_client: false,
            ..daily(tx, start)
        };
        let item_id = rows.item(tx, owner, &item);
        for week in 0..PAST_DAYS / 7 {
            rows.answer(tx, owner, item_id, start + Duration::weeks(week), true);
        }
    }

    /// Three things a day and four a week: fifty in any fourteen days.
    fn full(&mut self, tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>) {
        let today = local_of(tx.now().to_utc(), owner.zone).date();
        let began = today - Duration::days(PAST_DAYS);
        let before = [ReminderRule::MinutesBefore(10)];
        let with_day_before = [ReminderRule::DaysBefore { days: 1, at: clock(9, 0) }, ReminderRule::MinutesBefore(60)];
        for (place, hour) in [8, 13, 19].into_iter().enumerate() {
            let start = began.and_time(clock(hour, 5 * self.rng.random_range(0..12)));
            let item_id = rows.item(tx, owner, &NewItem { reminders: &before, ..daily(tx, start) });
            for original in (0..PAST_DAYS).map(|day| start + Duration::days(day)) {
                if self.rng.random_bool(0.8) {
                    rows.answer(tx, owner, item_id, original, false);
                }
                if place != 0 {
                    continue;
                }
                if let Some(start) = resolve(original, owner.zone) {
                    let starts_at = Timestamp::from(start.at);
                    let due_at = starts_at.minus(Duration::minutes(10));
                    rows.reminder(tx, (item_id, owner.id), Kind::Routine, (original, starts_at), due_at, true);
                }
            }
        }
        for (kind, title, hour) in [
            (Kind::Appointment, "Weekly meeting", 10),
            (Kind::Meeting, "Group", 17),
            (Kind::ToDo, "Laundry", 12),
            (Kind::ToDo, "Call home", 18),
        ] {
            let start = (began + Duration::days(self.rng.random_range(0..7))).and_time(clock(hour, 0));
            let with_others = kind.is_with_others();
            let reminders: &[ReminderRule] = if with_others { &with_day_before } else { &before };
            let rule = Some("FREQ=WEEKLY");
            let item = NewItem { kind, title, rule, reminders, by_client: !with_others, ..daily(tx, start) };
            let item_id = rows.item(tx, owner, &item);
            for original in (0..PAST_DAYS / 7 - 1).map(|week| start + Duration::weeks(week)) {
                rows.answer(tx, owner, item_id, original, with_others);
            }
        }
    }
}

fn assignment(tx: &ScopedTx, client_id: Uuid, staff_id: Uuid) -> assignment::ActiveModel {
    assignment::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        staff_id: Set(staff_id),
        starts_on: Set((tx.today() - Duration::days(PAST_DAYS)).to_string()),
        ends_on: Set(None),
        created_at: Set(tx.now()),
    }
}

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

fn daily(tx: &ScopedTx, start: NaiveDateTime) -> NewItem<'static> {
    NewItem {
        kind: Kind::Routine,
        title: "Morning walk",
        start,
        minutes: 30,
        rule: Some("FREQ=DAILY"),
        reminders: &[],
        by_client: true,
        planned_until: tx.now(),
    }
}

/// An appointment in about four hours of which the planner thinks that all is planned.
fn appointment(tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>) -> (Uuid, NaiveDateTime) {
    let start = local_of(tx.now().plus(Duration::hours(4)).to_utc(), owner.zone);
    let start = start.date().and_time(clock(start.hour(), start.minute()));
    let item = NewItem {
        kind: Kind::Appointment,
        title: "Coffee",
        rule: None,
        reminders: &[ReminderRule::MinutesBefore(10)],
        by_client: false,
        planned_until: tx.now().plus(Duration::days(30)),
        ..daily(tx, start)
    };
    (rows.item(tx, owner, &item), start)
}
