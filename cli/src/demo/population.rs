use std::sync::Arc;

use anyhow::Context;
use cairn_shared::agenda::zone::{local_of, parse_zone};
use cairn_shared::agenda::{Attendance, Kind, Response};
use cairn_shared::audit::AuditEvent;
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::db::{Database, ScopedTx};
use cairn_shared::identity::{NewStaff, Passwords, add_staff};
use cairn_shared::organizations;
use cairn_shared::payers::SupervisorType;
use cairn_shared::reminders::rule::ReminderRule;
use cairn_shared::scope::{Role, Scope};
use cairn_shared::secrets::DataKey;
use cairn_shared::supervision::{self, NewSupervision};
use chrono::{Duration, NaiveTime};
use chrono_tz::Tz;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::Set;
use uuid::Uuid;

use super::first_phone::settle_in;
use super::moments::{Team, live_through};
use super::moods::Story;
use super::recovery::Forms;
use super::rows::{Person, Rows};

pub const STAFF: [(&str, &str); 7] = [
    ("sam@demo.example", "specialist"),
    ("rosa@demo.example", "specialist"),
    ("lee@demo.example", "specialist"),
    ("kim@demo.example", "supervisor"),
    ("pat@demo.example", "scheduler"),
    ("ada@demo.example", "admin"),
    ("max@demo.example", "biller"),
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

pub fn client_name(index: usize) -> String {
    match index / NAMES.len() {
        0 => NAMES[index].to_owned(),
        // Ana B., as people tell two of one name apart.
        round @ 1..=25 => {
            format!("{} {}.", NAMES[index % NAMES.len()], char::from(b'A' + u8::try_from(round).unwrap_or(0)))
        }
        round => format!("{} {}", NAMES[index % NAMES.len()], round + 1),
    }
}

/// `Sam` for `sam@demo.example`.
pub fn staff_name(email: &str) -> String {
    let name = email.split('@').next().unwrap_or_default();
    name[..1].to_uppercase() + &name[1..]
}

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
    let organization = organizations::create_demo(database, super::ORGANIZATION, zone).await?;
    let scope = Scope { zone, ..Scope::system(organization.id, "demo") };
    let mut tx = database.begin_write(&scope).await?;
    let (mut specialists, mut supervisor) = (Vec::new(), Uuid::nil());
    for (email, role) in STAFF {
        let role = Role::parse(role).context("a role")?;
        let name = staff_name(email);
        let new = NewStaff { email: email.to_owned(), name, roles: vec![role], password_hash: hash.clone() };
        let added = add_staff(&mut tx, new).await?;
        if role == Role::Specialist {
            specialists.push(added.id);
        } else if role == Role::Supervisor {
            supervisor = added.id;
            for specialist in &specialists {
                let supervision = NewSupervision {
                    supervisor_id: added.id,
                    staff_id: *specialist,
                    supervisor_type: Some(SupervisorType::ExperiencedPeer),
                    is_primary: true,
                };
                supervision::assign(&mut tx, supervision).await?;
            }
        }
    }
    tx.commit().await?;

    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut written = STAFF.len() * 2 + 3;
    let mut done = 0;
    let mut clients = Vec::with_capacity(plan.clients);
    while done < plan.clients {
        let count = CHUNK.min(plan.clients - done);
        let mut tx = database.begin_write(&scope).await?;
        let mut rows = Rows::default();
        let forms = Forms::find(&tx).await?;
        let ids: Vec<Uuid> = (0..count).map(|_| tx.new_id()).collect();
        for (index, new) in (done..).zip(tx.create_client_keys(&ids).await?) {
            clients.push(new.0);
            rows.add_client(&tx, plan, &mut rng, index, &specialists, &forms, new)?;
        }
        written += count + rows.insert(&tx).await?;
        tx.record(AuditEvent::new("create", "demo_population", done));
        tx.commit().await?;
        done += count;
        progress(done as u64);
    }
    let team = Team { specialists, supervisor };
    live_through(database, &scope, &team, &clients, plan.days).await?;
    if let Some(first) = clients.first() {
        settle_in(database, &scope, &team, *first).await?;
    }
    Ok(Population { rows: written, first_client: clients.first().copied() })
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
        let name = client_name(index);
        // The first client is the one whose phone is tried out: nothing holds back their reminders.
        let quiet = index != 0;
        self.clients.push(client::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(key_id),
            preferred_name: Set(tx.seal(&key, &tx.place("clients", "preferred_name", id), &name)),
            legal_name: Set(None),
            strengths: Set(None),
            email: Set(None),
            email_hmac: Set(None),
            phone: Set(None),
            phone_hmac: Set(None),
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
        let person =
            Person { id, key_id, key: &key, specialist: specialists[index % specialists.len()], zone, spanish };
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
        if index % 12 == 9 {
            self.add_silent_phone(tx, &person);
        }
        self.add_what_follows(tx, id);
        Ok(())
    }

    fn add_agenda(&mut self, tx: &ScopedTx, plan: &Plan, rng: &mut ChaCha8Rng, person: &Person<'_>, index: usize) {
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
}
