//! Rows of many people, collected and then written together.

use cairn_shared::agenda::entity::{
    agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, participation,
};
use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::{Attendance, Kind, Response, Schedule, format_local};
use cairn_shared::attention::entity::{attention_reason, attention_refresh};
use cairn_shared::check_ins::entity::{check_in, check_in_schedule};
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::clock::Timestamp;
use cairn_shared::dashboards::entity::client_summary;
use cairn_shared::db::ScopedTx;
use cairn_shared::devices::entity::device;
use cairn_shared::goals::entity::{goal, goal_progress, goal_proposal, goal_step};
use cairn_shared::reminders::rule::ReminderRule;
use cairn_shared::secrets::DataKey;
use chrono::{Duration, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sea_orm::Set;
use uuid::Uuid;

/// Rows of one batch, written together.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) clients: Vec<client::ActiveModel>,
    pub(super) assignments: Vec<assignment::ActiveModel>,
    items: Vec<agenda_item::ActiveModel>,
    schedules: Vec<agenda_schedule::ActiveModel>,
    item_clients: Vec<agenda_item_client::ActiveModel>,
    item_staff: Vec<agenda_item_staff::ActiveModel>,
    participations: Vec<participation::ActiveModel>,
    summaries: Vec<client_summary::ActiveModel>,
    refreshes: Vec<attention_refresh::ActiveModel>,
    pub(super) reasons: Vec<attention_reason::ActiveModel>,
    devices: Vec<device::ActiveModel>,
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
    pub key_id: Uuid,
    pub key: &'a DataKey,
    pub specialist: Uuid,
    pub zone: Tz,
    pub spanish: bool,
}

impl Person<'_> {
    /// In their language.
    pub fn say(&self, en: &'static str, es: &'static str) -> &'static str {
        if self.spanish { es } else { en }
    }
}

impl Rows {
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
            changed_at: Set(None),
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

    /// A phone that was activated and that no reminder reaches.
    pub(super) fn add_silent_phone(&mut self, tx: &ScopedTx, person: &Person<'_>) {
        let id = tx.new_id();
        self.devices.push(device::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(Some(person.id)),
            staff_id: Set(None),
            name: Set(tx.seal(person.key, &tx.place("devices", "name", id), person.say("Phone", "Teléfono"))),
            created_at: Set(tx.now().minus(Duration::days(20))),
            revoked_at: Set(None),
        });
    }

    /// Old from the beginning: the worker computes both from all the rest.
    pub(super) fn add_what_follows(&mut self, tx: &ScopedTx, client_id: Uuid) {
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

    pub(super) fn add_attendance(
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
            answered_at: Set(None),
            responded_at: Set(None),
            snoozed_until: Set(None),
            attendance: Set(Some(attendance.as_str().to_owned())),
            attendance_at: Set(Some(Timestamp::from((original + Duration::hours(1)).and_utc()))),
        });
    }

    pub(super) async fn insert(self, tx: &ScopedTx) -> anyhow::Result<usize> {
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
        write!(self.reasons);
        write!(self.devices);
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
