use std::sync::Arc;

use anyhow::Context;
use cairn_shared::agenda::entity::{
    agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, participation,
};
use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::zone::{local_of, parse_zone};
use cairn_shared::agenda::{Attendance, Kind, Response, Schedule, format_local};
use cairn_shared::audit::AuditEvent;
use cairn_shared::attention::entity::attention_refresh;
use cairn_shared::check_ins::entity::{check_in, check_in_schedule};
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::clock::Timestamp;
use cairn_shared::dashboards::entity::client_summary;
use cairn_shared::db::{Database, ScopedTx};
use cairn_shared::goals::entity::{goal, goal_progress, goal_proposal, goal_step};
use cairn_shared::identity::{NewStaff, Passwords, add_staff, supervise};
use cairn_shared::organizations::{self, SecondFactor};
use cairn_shared::reminders::rule::ReminderRule;
use cairn_shared::scope::{Role, Scope};
use cairn_shared::secrets::DataKey;
use chrono::{Duration, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::Set;
use uuid::Uuid;

use super::moods::Story;
use super::recovery::Forms;

pub const STAFF: [(&str, &str); 6] = [
    ("sam@demo.example", "specialist"),
    ("rosa@demo.example", "specialist"),
    ("lee@demo.example", "specialist"),
    ("kim@demo.example", "supervisor"),
    ("pat@demo.example", "scheduler"),
    ("ada@demo.example", "admin"),
];
const NAMES: [&str; 12] =
    ["Ana", "Ben", "Carla", "Dev", "Elena", "Frank", "Grace", "Hugo", "Ines", "Jo", "Kofi", "Luz"];
const ZONES: [&str; 4] = ["America/New_York", "America/Chicago", "America/Boise", "America/Phoenix"];
const ROUTINES: [(&str, &str); 4] = [
    ("Morning walk", "Caminata de la mañana"),
    ("Call a friend", "Llamar a un amigo"),
    ("Write three lines", "Escribir tres líneas"),
    ("Cook at home", "Cocinar en casa"),
];
const CHUNK: usize = 250;

/// What to invent.
pub struct Plan {
    pub clients: usize,
    pub days: i64,
    pub seed: u64,
}

/// What was invented.
pub struct Population {
    pub rows: usize,
    /// The client whose phone is tried out.
    pub first_client: Option<Uuid>,
}

/// Fills a new demo organization.
pub async fn populate(
    database: &Database,
    plan: &Plan,
    password: &str,
    progress: impl Fn(u64),
) -> anyhow::Result<Population> {
    let env = &database.env;
    let passwords = Passwords::new(env.keys.pepper(), &*env.random)?;
    let hash = passwords.hash(password, &*env.random).await?;
    let zone: Tz = parse_zone(ZONES[0]).context("a zone")?;
    let organization = organizations::create(database, super::ORGANIZATION, zone, SecondFactor::Optional).await?;
    let scope = Scope { zone, ..Scope::system(organization.id, "demo") };
    let mut tx = database.begin_write(&scope).await?;
    let mut specialists = Vec::new();
    for (email, role) in STAFF {
        let role = Role::parse(role).context("a role")?;
        let name = email.split('@').next().unwrap_or_default();
        let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let new = NewStaff { email: email.to_owned(), name, roles: vec![role], password_hash: hash.clone() };
        let added = add_staff(&mut tx, new).await?;
        if role == Role::Specialist {
            specialists.push(added.id);
        } else if role == Role::Supervisor {
            for specialist in &specialists {
                supervise(&mut tx, added.id, *specialist).await?;
            }
        }
    }
    tx.commit().await?;

    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut written = STAFF.len() * 2 + 3;
    let mut done = 0;
    let mut first_client = None;
    while done < plan.clients {
        let count = CHUNK.min(plan.clients - done);
        let mut tx = database.begin_write(&scope).await?;
        let mut rows = Rows::default();
        let forms = Forms::find(&tx).await?;
        let ids: Vec<Uuid> = (0..count).map(|_| tx.new_id()).collect();
        for (index, new) in (done..).zip(tx.create_client_keys(&ids).await?) {
            first_client.get_or_insert(new.0);
            rows.add_client(&tx, plan, &mut rng, index, &specialists, &forms, new)?;
        }
        written += count + rows.insert(&tx).await?;
        tx.record(AuditEvent::new("create", "demo_population", done));
        tx.commit().await?;
        done += count;
        progress(done as u64);
    }
    Ok(Population { rows: written, first_client })
}

/// Rows of one batch, written together.
#[derive(Default)]
pub(super) struct Rows {
    clients: Vec<client::ActiveModel>,
    assignments: Vec<assignment::ActiveModel>,
    items: Vec<agenda_item::ActiveModel>,
    schedules: Vec<agenda_schedule::ActiveModel>,
    item_clients: Vec<agenda_item_client::ActiveModel>,
    item_staff: Vec<agenda_item_staff::ActiveModel>,
    participations: Vec<participation::ActiveModel>,
    summaries: Vec<client_summary::ActiveModel>,
    refreshes: Vec<attention_refresh::ActiveModel>,
    pub(super) form_schedules: Vec<check_in_schedule::ActiveModel>,
    pub(super) check_ins: Vec<check_in::ActiveModel>,
    pub(super) goals: Vec<goal::ActiveModel>,
    pub(super) goal_steps: Vec<goal_step::ActiveModel>,
    pub(super) goal_progress: Vec<goal_progress::ActiveModel>,
    pub(super) goal_proposals: Vec<goal_proposal::ActiveModel>,
}

/// A person while their rows are made.
pub(super) struct Person<'a> {
    pub id: Uuid,
    key_id: Uuid,
    pub key: &'a DataKey,
    pub specialist: Uuid,
    pub zone: Tz,
    spanish: bool,
}

impl Person<'_> {
    /// In their language.
    pub fn say(&self, en: &'static str, es: &'static str) -> &'static str {
        if self.spanish { es } else { en }
    }
}

impl Rows {
    fn add_client(
        &mut self,
        tx: &ScopedTx,
        plan: &Plan,
        rng: &mut ChaCha8Rng,
        index: usize,
        specialists: &[Uuid],
        forms: &Forms,
        (id, key_id, key): (Uuid, Uuid, Arc<DataKey>),
    ) -> anyhow::Result<()> {
        let spanish = index % 6 == 4;
        let zone = parse_zone(ZONES[if index == 0 { 0 } else { index % ZONES.len() }]).context("a zone")?;
        let name = match index / NAMES.len() {
            0 => NAMES[index].to_owned(),
            round => format!("{} {}", NAMES[index % NAMES.len()], round + 1),
        };
        // The first client is the one whose phone is tried out: nothing holds back their reminders.
        let quiet = index != 0;
        self.clients.push(client::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(key_id),
            preferred_name: Set(tx.seal(&key, &tx.place("clients", "preferred_name", id), &name)),
            legal_name: Set(None),
            strengths: Set(None),
            time_zone: Set(zone.name().to_owned()),
            language: Set(if spanish { "es" } else { "en" }.to_owned()),
            quiet_from: Set(quiet.then_some(21 * 60)),
            quiet_to: Set(quiet.then_some(8 * 60)),
            daily_cap: Set(None),
            notification_detail: Set("none".to_owned()),
            detail_chosen_at: Set(None),
            paused_until: Set((index % 24 == 17).then(|| tx.now().plus(Duration::days(5)))),
            version: Set(1),
            created_at: Set(tx.now()),
        });
        let person = Person { id, key_id, key: &key, specialist: specialists[index % specialists.len()], zone, spanish };
        self.assignments.push(assignment::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            client_id: Set(id),
            staff_id: Set(person.specialist),
            starts_on: Set((tx.today() - Duration::days(plan.days)).to_string()),
            ends_on: Set(None),
            created_at: Set(tx.now()),
        });
        self.add_agenda(tx, plan, rng, &person, index);
        let today = local_of(tx.now().to_utc(), zone).date();
        self.add_check_ins(tx, rng, &person, forms, (Story::of(index), plan.days), today);
        self.add_goals(tx, rng, &person, index, plan.days, today);
        self.add_what_follows(tx, id);
        Ok(())
    }

    fn add_agenda(
        &mut self,
        tx: &ScopedTx,
        plan: &Plan,
        rng: &mut ChaCha8Rng,
        person: &Person<'_>,
        index: usize,
    ) {
        let now = local_of(tx.now().to_utc(), person.zone);
        let began = now.date() - Duration::days(plan.days);
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        let say = |en, es| person.say(en, es);

        let weekly_start = (began + Duration::days(i64::try_from(index % 5).unwrap_or(0)))
            .and_time(at(10 + u32::try_from(index % 6).unwrap_or(0), 0));
        let day_before = ReminderRule::DaysBefore { days: 1, at: at(9, 0) };
        let weekly = [day_before, ReminderRule::MinutesBefore(60)];
        let meeting = self.add_item(
            tx,
            person,
            Kind::Appointment,
            say("Weekly meeting", "Reunión semanal"),
            weekly_start,
            Some(50),
            Some("FREQ=WEEKLY"),
            &weekly,
        );
        // Most come; now and then somebody does not, or says so beforehand.
        for week in 0..plan.days / 7 {
            let start = weekly_start + Duration::weeks(week);
            if start + Duration::hours(1) < now {
                let how = match rng.random_range(0..20) {
                    0 | 1 => Attendance::NoShow,
                    2 => Attendance::Excused,
                    _ => Attendance::Attended,
                };
                self.add_attendance(tx, person, meeting, start, how);
            }
        }

        let (en, es) = ROUTINES[rng.random_range(0..ROUTINES.len())];
        let routine_start = began.and_time(at(8 + rng.random_range(0..4), 30));
        let routine = self.add_item(
            tx,
            person,
            Kind::Routine,
            say(en, es),
            routine_start,
            Some(30),
            Some("FREQ=DAILY"),
            &[ReminderRule::MinutesBefore(10)],
        );
        // A few weeks are harder than others.
        let hard_week = rng.random_range(0..4);
        for day in 0..plan.days {
            let chance = if day / 7 % 4 == hard_week { 0.3 } else { 0.8 };
            if rng.random_bool(chance) {
                self.add_answer(tx, person, routine, routine_start + Duration::days(day), Response::Done);
            }
        }
        if index == 0 {
            let soon = now + Duration::minutes(90);
            let soon = soon.date().and_time(at(chrono::Timelike::hour(&soon), 30));
            self.add_item(
                tx,
                person,
                Kind::Appointment,
                "Coffee with Sam",
                soon.max(now + Duration::minutes(30)),
                Some(45),
                None,
                &[ReminderRule::MinutesBefore(15)],
            );
        }
        if index.is_multiple_of(3) {
            let due = (now.date() + Duration::days(1)).and_time(at(16, 0));
            self.add_item(
                tx,
                person,
                Kind::ToDo,
                say("Bring the signed form", "Traer el formulario firmado"),
                due,
                None,
                None,
                &[ReminderRule::MinutesBefore(120)],
            );
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the members of an item, once each")]
    pub(super) fn add_item(
        &mut self,
        tx: &ScopedTx,
        person: &Person<'_>,
        kind: Kind,
        title: &str,
        start: NaiveDateTime,
        duration_minutes: Option<i64>,
        rule: Option<&str>,
        reminders: &[ReminderRule],
    ) -> Uuid {
        let (item_id, schedule_id) = (tx.new_id(), tx.new_id());
        let start = start.date().and_time(start.time().with_second_zero());
        let by_client = kind == Kind::Routine;
        let schedule = Schedule {
            id: schedule_id,
            start,
            zone: (!by_client).then_some(person.zone),
            duration_minutes,
            recurrence: rule.and_then(|text| Recurrence::parse(text).ok()),
            reminders: reminders.to_vec(),
            from: None,
            until: None,
        };
        let (first_at, last_at) = schedule.bounds();
        let keys: Vec<String> = reminders.iter().map(|rule| rule.key()).collect();
        self.items.push(agenda_item::ActiveModel {
            id: Set(item_id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(person.key_id),
            kind: Set(kind.as_str().to_owned()),
            created_by_kind: Set(if by_client { "client" } else { "staff" }.to_owned()),
            created_by: Set(Some(if by_client { person.id } else { person.specialist })),
            cancelled_at: Set(None),
            version: Set(1),
            // The worker plans from now on; what is past was never owed.
            planned_until: Set(tx.now()),
            created_at: Set(tx.now()),
            goal_id: Set(None),
            step_id: Set(None),
        });
        self.schedules.push(agenda_schedule::ActiveModel {
            id: Set(schedule_id),
            organization_id: Set(tx.organization_id()),
            item_id: Set(item_id),
            title: Set(tx.seal(person.key, &tx.place("agenda_schedules", "title", schedule_id), title)),
            location: Set(None),
            notes: Set(None),
            starts_at_local: Set(format_local(start)),
            time_zone: Set(if by_client { "client".to_owned() } else { person.zone.name().to_owned() }),
            duration_minutes: Set(duration_minutes),
            recurrence: Set(schedule.recurrence.as_ref().map(ToString::to_string)),
            reminders: Set(keys.join(",")),
            from_local: Set(None),
            until_local: Set(None),
            first_at: Set(first_at),
            last_at: Set(last_at),
        });
        self.item_clients.push(agenda_item_client::ActiveModel {
            item_id: Set(item_id),
            client_id: Set(person.id),
            organization_id: Set(tx.organization_id()),
        });
        if kind.is_with_others() {
            self.item_staff.push(agenda_item_staff::ActiveModel {
                item_id: Set(item_id),
                staff_id: Set(person.specialist),
                organization_id: Set(tx.organization_id()),
            });
        }
        item_id
    }

    /// Old from the beginning: the worker computes both from all the rest.
    fn add_what_follows(&mut self, tx: &ScopedTx, client_id: Uuid) {
        self.refreshes.push(attention_refresh::ActiveModel {
            client_id: Set(client_id),
            organization_id: Set(tx.organization_id()),
            refresh_at: Set(Some(Timestamp(0))),
        });
        self.summaries.push(client_summary::ActiveModel {
            client_id: Set(client_id),
            organization_id: Set(tx.organization_id()),
            last_contact_at: Set(None),
            last_check_in_at: Set(None),
            moods: Set(String::new()),
            goals_in_progress: Set(0),
            unconfirmed_reminders: Set(0),
            next_item_id: Set(None),
            next_original_local: Set(None),
            next_starts_at: Set(None),
            top_severity: Set(0),
            attention_since: Set(None),
            open_help_request_id: Set(None),
            refresh_at: Set(Timestamp(0)),
        });
    }

    pub(super) fn add_answer(
        &mut self,
        tx: &ScopedTx,
        person: &Person<'_>,
        item_id: Uuid,
        original: NaiveDateTime,
        response: Response,
    ) {
        let at = Timestamp::from(original.and_utc());
        self.participations.push(participation::ActiveModel {
            item_id: Set(item_id),
            original_local: Set(format_local(original)),
            client_id: Set(person.id),
            organization_id: Set(tx.organization_id()),
            response: Set(Some(response.as_str().to_owned())),
            note: Set(None),
            answered_at: Set(None),
            responded_at: Set(Some(at)),
            snoozed_until: Set(None),
            attendance: Set(None),
            attendance_at: Set(None),
        });
    }

    fn add_attendance(
        &mut self,
        tx: &ScopedTx,
        person: &Person<'_>,
        item_id: Uuid,
        original: NaiveDateTime,
        attendance: Attendance,
    ) {
        self.participations.push(participation::ActiveModel {
            item_id: Set(item_id),
            original_local: Set(format_local(original)),
            client_id: Set(person.id),
            organization_id: Set(tx.organization_id()),
            response: Set(None),
            note: Set(None),
            responded_at: Set(None),
            snoozed_until: Set(None),
            attendance: Set(Some(attendance.as_str().to_owned())),
            attendance_at: Set(Some(Timestamp::from((original + Duration::hours(1)).and_utc()))),
        });
    }

    async fn insert(self, tx: &ScopedTx) -> anyhow::Result<usize> {
        let mut written = 0;
        macro_rules! write {
            ($rows:expr) => {
                written += $rows.len();
                tx.conn().insert_all($rows).await?;
            };
        }
        write!(self.clients);
        write!(self.assignments);
        write!(self.items);
        write!(self.schedules);
        write!(self.item_clients);
        write!(self.item_staff);
        write!(self.participations);
        write!(self.summaries);
        write!(self.refreshes);
        write!(self.form_schedules);
        write!(self.check_ins);
        write!(self.goals);
        write!(self.goal_steps);
        write!(self.goal_progress);
        write!(self.goal_proposals);
        Ok(written)
    }
}

trait WholeMinute {
    fn with_second_zero(self) -> Self;
}

impl WholeMinute for NaiveTime {
    fn with_second_zero(self) -> Self {
        use chrono::Timelike;
        self.with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or(self)
    }
}
