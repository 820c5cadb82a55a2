//! The beginning and the end of an escalation. Both happen in the transaction of what caused them.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::audience::{all_admins, assigned, supervisors_of, working};
use super::entity::{alert, escalation};
use super::state::{AlertState, EscalationState};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::devices::entity::push_subscription;
use crate::error::Result;
use crate::on_call;
use crate::reminders::DeliveryState;
use crate::reminders::entity::delivery;

/// An alert that nobody's device took for so long tells nothing new any more.
pub(super) const USEFUL: chrono::Duration = chrono::Duration::hours(12);

/// What staff are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    AttentionReason,
    HelpRequest,
    /// Emergency access to a record.
    BreakGlass,
    /// That a credential ends soon; its subject is the notice.
    Credential,
}

impl Subject {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AttentionReason => "attention_reason",
            Self::HelpRequest => "help_request",
            Self::BreakGlass => "break_glass",
            Self::Credential => "credential",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::AttentionReason, Self::HelpRequest, Self::BreakGlass, Self::Credential]
            .into_iter()
            .find(|subject| subject.as_str() == text)
    }
}

/// Who hears of it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Those who work with the client; when nobody does, as with `Everybody`.
    Assigned,
    /// Those who work with the client, their supervisors, and whoever is first on call.
    Everybody,
}

/// A matter that somebody has to take over by `due_at`; after that one more is asked every `interval_minutes`.
#[derive(Clone, Copy, Debug)]
pub struct Matter {
    pub subject: Subject,
    pub subject_id: Uuid,
    pub client_id: Uuid,
    /// 1 low to 4 urgent.
    pub severity: i64,
    pub due_at: Timestamp,
    pub interval_minutes: i64,
    pub first: First,
}

/// Tells the first ones and starts the clock.
pub(crate) async fn start(tx: &mut ScopedTx, matter: Matter) -> Result<()> {
    let clock = Some((matter.due_at, matter.interval_minutes));
    let row = open(tx, (matter.subject, matter.subject_id), Some(matter.client_id), matter.severity, clock).await?;
    let mut audience = assigned(tx, matter.client_id).await?;
    if matter.first == First::Everybody || audience.is_empty() {
        audience.extend(supervisors_of(tx, &audience).await?);
        audience.extend(on_call::now(tx).await?.into_iter().next());
    }
    let audience = working(tx, &audience).await?;
    let devices = tell(tx, &row, &audience, tx.now().plus(USEFUL)).await?;
    if devices == 0 {
        // None of them has a device: who comes next is asked at once.
        let id = Set(row.id);
        escalation::ActiveModel { id, next_at: Set(Some(tx.now())), ..Default::default() }
            .update_without_returning(tx.conn())
            .await?;
    }
    tx.record(
        AuditEvent::new("alert", matter.subject.as_str(), matter.subject_id)
            .client(matter.client_id)
            .detail(json!({ "step": 0, "round": 1, "staff_ids": audience, "devices": devices })),
    );
    Ok(())
}

/// Tells the client's supervisors and the organization's admins of something that waits for review. There is no clock: it
/// waits in their list until one of them has looked.
pub(crate) async fn inform(tx: &mut ScopedTx, subject: Subject, subject_id: Uuid, client_id: Uuid) -> Result<()> {
    let row = open(tx, (subject, subject_id), Some(client_id), 2, None).await?;
    let assigned = assigned(tx, client_id).await?;
    let mut audience = supervisors_of(tx, &assigned).await?;
    audience.extend(all_admins(tx).await?);
    // Whoever did it knows.
    audience.retain(|id| tx.scope().staff_id() != Some(*id));
    let audience = working(tx, &audience).await?;
    let devices = tell(tx, &row, &audience, tx.now().plus(USEFUL)).await?;
    tx.record(
        AuditEvent::new("alert", subject.as_str(), subject_id)
            .client(client_id)
            .detail(json!({ "staff_ids": audience, "devices": devices })),
    );
    Ok(())
}

/// Tells a member of staff and their supervisors of something that concerns them and no client; nobody, when they are no longer
/// here. There is no clock. Returns who was told, and on how many devices.
pub(crate) async fn inform_staff(
    tx: &ScopedTx,
    subject: Subject,
    subject_id: Uuid,
    staff_id: Uuid,
    useful_until: Timestamp,
) -> Result<(Vec<Uuid>, usize)> {
    let mut audience = vec![staff_id];
    audience.extend(supervisors_of(tx, &[staff_id]).await?);
    let audience = working(tx, &audience).await?;
    if !audience.contains(&staff_id) {
        return Ok((Vec::new(), 0));
    }
    let row = open(tx, (subject, subject_id), None, 1, None).await?;
    let devices = tell(tx, &row, &audience, useful_until).await?;
    Ok((audience, devices))
}

/// A matter of which nobody has been told yet. `clock`: when the next step is due, and every how many minutes from then on.
async fn open(
    tx: &ScopedTx,
    (subject, subject_id): (Subject, Uuid),
    client_id: Option<Uuid>,
    severity: i64,
    clock: Option<(Timestamp, i64)>,
) -> Result<escalation::Model> {
    let row = escalation::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        subject_type: Set(subject.as_str().to_owned()),
        subject_id: Set(subject_id),
        severity: Set(severity),
        state: Set(EscalationState::Running.as_str().to_owned()),
        step: Set(0),
        round: Set(1),
        interval_minutes: Set(clock.map_or(0, |(_, minutes)| minutes)),
        next_at: Set(clock.map(|(due_at, _)| due_at)),
        started_at: Set(tx.now()),
        settled_at: Set(None),
    };
    Ok(row.insert(tx.conn()).await?)
}

/// One alert for each of them, one delivery for each of their devices. Returns the number of devices.
pub(super) async fn tell(
    tx: &ScopedTx,
    row: &escalation::Model,
    audience: &[Uuid],
    useful_until: Timestamp,
) -> Result<usize> {
    if audience.is_empty() {
        return Ok(0);
    }
    let subscriptions = push_subscription::Entity::find()
        .filter(push_subscription::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(push_subscription::COLUMN.staff_id.is_in(audience.iter().copied()))
        .order_by_asc(push_subscription::COLUMN.id)
        .all(tx.conn())
        .await?;
    let mut alerts = Vec::with_capacity(audience.len());
    let mut deliveries = Vec::with_capacity(subscriptions.len());
    for staff_id in audience {
        let id = tx.new_id();
        let own: Vec<_> = subscriptions.iter().filter(|found| found.staff_id == Some(*staff_id)).collect();
        let state = if own.is_empty() { AlertState::NoDevice } else { AlertState::Sending };
        alerts.push(alert::ActiveModel {
            id: Set(id),
            organization_id: Set(tx.organization_id()),
            escalation_id: Set(row.id),
            staff_id: Set(*staff_id),
            step: Set(row.step),
            round: Set(row.round),
            urgent: Set(row.severity >= 3),
            state: Set(state.as_str().to_owned()),
            useful_until: Set(useful_until),
            created_at: Set(tx.now()),
            sent_at: Set(None),
            shown_at: Set(None),
            clicked_at: Set(None),
        });
        deliveries.extend(own.into_iter().map(|subscription| delivery::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            reminder_id: Set(None),
            client_id: Set(None),
            subscription_id: Set(subscription.id),
            origin: Set(subscription.origin.clone()),
            state: Set(DeliveryState::Due.as_str().to_owned()),
            attempts: Set(0),
            next_attempt_at: Set(tx.now()),
            lease_token: Set(None),
            lease_until: Set(None),
            push_status: Set(None),
            created_at: Set(tx.now()),
            alert_id: Set(Some(id)),
            staff_id: Set(Some(*staff_id)),
        }));
    }
    alert::Entity::insert_many(alerts).exec_without_returning(tx.conn()).await?;
    let devices = deliveries.len();
    if devices > 0 {
        delivery::Entity::insert_many(deliveries).exec_without_returning(tx.conn()).await?;
    }
    Ok(devices)
}

/// Somebody has taken the matter over: the clock stops, and what was not sent yet is not sent any more.
pub(crate) async fn settle(tx: &ScopedTx, subject_id: Uuid) -> Result<()> {
    settle_all(tx, &[subject_id]).await
}

/// The same of several.
pub(crate) async fn settle_all(tx: &ScopedTx, subject_ids: &[Uuid]) -> Result<()> {
    let running: Vec<Uuid> = escalation::Entity::find()
        .select_only()
        .column(escalation::Column::Id)
        .filter(escalation::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(escalation::COLUMN.subject_id.is_in(subject_ids.iter().copied()))
        .filter(escalation::COLUMN.state.eq(EscalationState::Running.as_str()))
        .into_tuple()
        .all(tx.conn())
        .await?;
    if running.is_empty() {
        return Ok(());
    }
    escalation::Entity::update_many()
        .set(escalation::ActiveModel {
            state: Set(EscalationState::Settled.as_str().to_owned()),
            next_at: Set(None),
            settled_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .filter(escalation::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(escalation::COLUMN.id.is_in(running.iter().copied()))
        .exec(tx.conn())
        .await?;
    alert::Entity::update_many()
        .col_expr(alert::Column::State, Expr::value(AlertState::Cancelled.as_str()))
        .filter(alert::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(alert::COLUMN.escalation_id.is_in(running))
        .filter(alert::COLUMN.state.eq(AlertState::Sending.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}
