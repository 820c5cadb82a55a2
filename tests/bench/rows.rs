//! Rows of many people, collected and then written together.

use cairn_shared::agenda::entity::{
    agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, participation,
};
use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::zone::TZDATA_VERSION;
use cairn_shared::agenda::{Kind, Schedule, format_local};
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::ScopedTx;
use cairn_shared::devices::entity::{device, push_subscription};
use cairn_shared::identity::entity::sign_in;
use cairn_shared::reminders::entity::reminder;
use cairn_shared::reminders::rule::ReminderRule;
use cairn_shared::secrets::DataKey;
use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;
use sea_orm::Set;
use uuid::Uuid;

#[derive(Default)]
pub struct Rows {
    pub clients: Vec<client::ActiveModel>,
    pub assignments: Vec<assignment::ActiveModel>,
    pub devices: Vec<device::ActiveModel>,
    pub sign_ins: Vec<sign_in::ActiveModel>,
    pub subscriptions: Vec<push_subscription::ActiveModel>,
    pub items: Vec<agenda_item::ActiveModel>,
    pub schedules: Vec<agenda_schedule::ActiveModel>,
    pub item_clients: Vec<agenda_item_client::ActiveModel>,
    pub item_staff: Vec<agenda_item_staff::ActiveModel>,
    pub participations: Vec<participation::ActiveModel>,
    pub reminders: Vec<reminder::ActiveModel>,
}

/// Whose rows are made.
pub struct Owner<'a> {
    pub id: Uuid,
    pub key_id: Uuid,
    pub key: &'a DataKey,
    pub zone: Tz,
    pub staff: Uuid,
}

/// An item of one client's agenda.
pub struct NewItem<'a> {
    pub kind: Kind,
    pub title: &'a str,
    pub start: NaiveDateTime,
    pub minutes: i64,
    pub rule: Option<&'a str>,
    pub reminders: &'a [ReminderRule],
    pub by_client: bool,
    /// Reminders before this moment count as planned.
    pub planned_until: Timestamp,
}

impl Rows {
    pub fn item(&mut self, tx: &ScopedTx, owner: &Owner<'_>, new: &NewItem<'_>) -> Uuid {
        let (item_id, schedule_id) = (tx.new_id(), tx.new_id());
        let schedule = Schedule {
            id: schedule_id,
            start: new.start,
            zone: (!new.by_client).then_some(owner.zone),
            duration_minutes: Some(new.minutes),
            recurrence: new.rule.and_then(|text| Recurrence::parse(text).ok()),
            reminders: new.reminders.to_vec(),
            from: None,
            until: None,
        };
        let (first_at, last_at) = schedule.bounds();
        let keys: Vec<String> = new.reminders.iter().map(|rule| rule.key()).collect();
        self.items.push(agenda_item::ActiveModel {
            id: Set(item_id),
            organization_id: Set(tx.organization_id()),
            data_key_id: Set(owner.key_id),
            kind: Set(new.kind.as_str().to_owned()),
            created_by_kind: Set(if new.by_client { "client" } else { "staff" }.to_owned()),
            created_by: Set(Some(if new.by_client { owner.id } else { owner.staff })),
            cancelled_at: Set(None),
            version: Set(1),
            planned_until: Set(new.planned_until),
            created_at: Set(tx.now()),
            goal_id: Set(None),
            step_id: Set(None),
        });
        self.schedules.push(agenda_schedule::ActiveModel {
            id: Set(schedule_id),
            organization_id: Set(tx.organization_id()),
            item_id: Set(item_id),
            title: Set(tx.seal(owner.key, &tx.place("agenda_schedules", "title", schedule_id), new.title)),
            location: Set(None),
            notes: Set(None),
            starts_at_local: Set(format_local(new.start)),
            time_zone: Set(if new.by_client { "client".to_owned() } else { owner.zone.name().to_owned() }),
            duration_minutes: Set(schedule.duration_minutes),
            recurrence: Set(schedule.recurrence.as_ref().map(ToString::to_string)),
            reminders: Set(keys.join(",")),
            from_local: Set(None),
            until_local: Set(None),
            first_at: Set(first_at),
            last_at: Set(last_at),
        });
        self.item_clients.push(agenda_item_client::ActiveModel {
            item_id: Set(item_id),
            client_id: Set(owner.id),
            organization_id: Set(tx.organization_id()),
        });
        if new.kind.is_with_others() {
            self.item_staff.push(agenda_item_staff::ActiveModel {
                item_id: Set(item_id),
                staff_id: Set(owner.staff),
                organization_id: Set(tx.organization_id()),
            });
        }
        item_id
    }

    /// What a client did, or whether they came, long ago.
    pub fn answer(&mut self, tx: &ScopedTx, owner: &Owner<'_>, item_id: Uuid, original: NaiveDateTime, came: bool) {
        let at = Timestamp::from(original.and_utc());
        self.participations.push(participation::ActiveModel {
            item_id: Set(item_id),
            original_local: Set(format_local(original)),
            client_id: Set(owner.id),
            organization_id: Set(tx.organization_id()),
            response: Set((!came).then(|| "done".to_owned())),
            note: Set(None),
            answered_at: Set(None),
            responded_at: Set((!came).then_some(at)),
            snoozed_until: Set(None),
            attendance: Set(came.then(|| "attended".to_owned())),
            attendance_at: Set(came.then_some(at)),
        });
    }

    /// A reminder of an occurrence that starts at `starts_at`; sent when `sent`, else waiting for its time.
    pub fn reminder(
        &mut self,
        tx: &ScopedTx,
        (item_id, client_id): (Uuid, Uuid),
        kind: Kind,
        (original, starts_at): (NaiveDateTime, Timestamp),
        due_at: Timestamp,
        sent: bool,
    ) {
        self.reminders.push(reminder::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            item_id: Set(item_id),
            original_local: Set(format_local(original)),
            client_id: Set(client_id),
            rule_key: Set(ReminderRule::MinutesBefore(10).key()),
            version: Set(1),
            kind: Set(kind.as_str().to_owned()),
            starts_at_local: Set(format_local(original)),
            starts_at: Set(starts_at),
            due_at: Set(due_at),
            useful_until: Set(starts_at.plus(Duration::minutes(30))),
            ignores_quiet_hours: Set(false),
            state: Set(if sent { "sent" } else { "planned" }.to_owned()),
            reason: Set(None),
            sent_at: Set(sent.then_some(due_at)),
            shown_at: Set(sent.then_some(due_at)),
            clicked_at: Set(None),
            answered_at: Set(None),
            tzdata: Set(TZDATA_VERSION.to_owned()),
            created_at: Set(tx.now()),
        });
    }

    /// Writes all of it.
    pub async fn write(self, tx: &ScopedTx) -> anyhow::Result<()> {
        tx.conn().insert_all(self.clients).await?;
        tx.conn().insert_all(self.assignments).await?;
        tx.conn().insert_all(self.devices).await?;
        tx.conn().insert_all(self.sign_ins).await?;
        tx.conn().insert_all(self.subscriptions).await?;
        tx.conn().insert_all(self.items).await?;
        tx.conn().insert_all(self.schedules).await?;
        tx.conn().insert_all(self.item_clients).await?;
        tx.conn().insert_all(self.item_staff).await?;
        tx.conn().insert_all(self.participations).await?;
        tx.conn().insert_all(self.reminders).await?;
        Ok(())
    }
}
