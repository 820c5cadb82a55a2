//! Rows of many people, collected and then written together.

use cairn_shared::agenda::entity::{
    agenda_item, agenda_item_client, agenda_item_staff, agenda_schedule, participation,
};
use cairn_shared::agenda::recurrence::Recurrence;
use cairn_shared::agenda::zone::TZDATA_VERSION;
use cairn_shared::agenda::{Kind, Schedule, format_local};
use cairn_shared::attention::entity::attention_reason;
use cairn_shared::check_ins::entity::check_in;
use cairn_shared::clients::entity::{assignment, client};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::ScopedTx;
use cairn_shared::devices::entity::{device, push_subscription};
use cairn_shared::goals::entity::goal;
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
    pub check_ins: Vec<check_in::ActiveModel>,
    pub goals: Vec<goal::ActiveModel>,
    pub reasons: Vec<attention_reason::ActiveModel>,
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
            changed_at: Set(None),
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

    /// The daily form, answered by the client one evening.
    pub fn check_in(
        &mut self,
        tx: &ScopedTx,
        owner: &Owner<'_>,
        (form_id, form_version_id): (Uuid, Uuid),
        evening: NaiveDateTime,
        mood: i64,
    ) {
        let id = tx.new_id();
        let at = Timestamp::from(evening.and_utc());
        let answers = format!("{{\"mood\":{mood}}}");
        self.check_ins.push(check_in::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(owner.id),
            form_id: Set(form_id),
            form_version_id: Set(form_version_id),
            schedule_id: Set(None),
            item_id: Set(None),
            original_local: Set(None),
            local_date: Set(evening.date().to_string()),
            answers: Set(tx.seal(owner.key, &tx.place("check_ins", "answers", id), &answers)),
            answered_at: Set(at),
            received_at: Set(at),
            language: Set("en".to_owned()),
            recorded_by_kind: Set("client".to_owned()),
            recorded_by: Set(Some(owner.id)),
            instrument: Set(None),
            scorer_version: Set(None),
            score_status: Set(None),
            score: Set(None),
            band: Set(None),
            missing: Set(None),
            mood: Set(Some(mood)),
            safe_state: Set(Some("safe".to_owned())),
            item9: Set(None),
            safety_severity: Set(None),
            resources_version: Set(None),
        });
    }

    pub fn goal(&mut self, tx: &ScopedTx, owner: &Owner<'_>) {
        let id = tx.new_id();
        self.goals.push(goal::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            client_id: Set(owner.id),
            created_by_kind: Set("client".to_owned()),
            created_by: Set(Some(owner.id)),
            title: Set(tx.seal(owner.key, &tx.place("goals", "title", id), "Walk most mornings")),
            why: Set(None),
            life_area: Set("health".to_owned()),
            lifecycle_status: Set("active".to_owned()),
            achievement_status: Set(Some("in_progress".to_owned())),
            target_measure: Set(None),
            target_value: Set(None),
            target_unit: Set(None),
            target_due_on: Set(None),
            progress_value: Set(None),
            progress_value_at: Set(None),
            progress_at: Set(None),
            progress_count: Set(0),
            open_proposal_id: Set(None),
            content_version: Set(1),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        });
    }

    pub fn reason(&mut self, tx: &ScopedTx, owner: &Owner<'_>, severity: i64) {
        self.reasons.push(attention_reason::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            client_id: Set(owner.id),
            kind: Set("check_ins_missed".to_owned()),
            severity: Set(severity),
            since: Set(tx.now().minus(Duration::days(severity))),
            code: Set("last_check_in".to_owned()),
            parameters: Set("{}".to_owned()),
            subject_type: Set(None),
            subject_id: Set(String::new()),
            standing: Set(true),
            state: Set("open".to_owned()),
            due_at: Set(None),
            created_at: Set(tx.now()),
            acknowledged_at: Set(None),
            acknowledged_by: Set(None),
            ended_at: Set(None),
            ended_by: Set(None),
            outcome: Set(None),
            note: Set(None),
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
        tx.conn().insert_all(self.check_ins).await?;
        tx.conn().insert_all(self.goals).await?;
        tx.conn().insert_all(self.reasons).await?;
        Ok(())
    }
}
