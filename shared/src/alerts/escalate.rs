//! One step more when nobody has taken a matter over in time: along the on-call list, then every supervisor, then from
//! the beginning. Rows hold the clock, so a restart forgets nothing; a step is one transaction, so it is taken whole or
//! not at all, and by one process alone.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::audience::{all_supervisors, working};
use super::entity::{alert, escalation};
use super::start::{Subject, USEFUL, tell};
use super::state::EscalationState;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::{help_requests, on_call, organizations};

/// How often the list is walked before it is left to those who look at their screens.
const ROUNDS: i64 = 3;
const AT_ONCE: u64 = 100;

fn due(now: Timestamp) -> Select<escalation::Entity> {
    escalation::Entity::find()
        .filter(escalation::COLUMN.state.eq(EscalationState::Running.as_str()))
        .filter(escalation::COLUMN.next_at.lte(now))
}

/// Takes every step that is due. With nothing due it is one indexed read. Returns how many steps were taken.
pub async fn escalate_due(database: &Database) -> Result<usize> {
    let rows: Vec<(Uuid, Uuid)> = due(database.env.clock.now())
        .select_only()
        .column(escalation::Column::Id)
        .column(escalation::Column::OrganizationId)
        .order_by_asc(escalation::COLUMN.next_at)
        .limit(AT_ONCE)
        .into_tuple()
        .all(database.worker_connection())
        .await?;
    let mut taken = 0;
    for (id, organization_id) in rows {
        let scope = organizations::system_scope(database, organization_id, "escalation").await?;
        let mut tx = database.begin_write(&scope).await?;
        let mut query = due(tx.now())
            .filter(escalation::COLUMN.id.eq(id))
            .filter(escalation::COLUMN.organization_id.eq(organization_id));
        if database.is_postgres() {
            query = query.lock(LockType::Update);
        }
        // Another process, or somebody who took the matter over, may have been faster.
        let Some(row) = query.one(tx.conn()).await? else { continue };
        step(&mut tx, row).await?;
        tx.commit().await?;
        taken += 1;
    }
    Ok(taken)
}

async fn step(tx: &mut ScopedTx, mut row: escalation::Model) -> Result<()> {
    let subject = Subject::parse(&row.subject_type).ok_or_else(|| Error::internal("an escalation of nothing known"))?;
    let client_id = row.client_id.ok_or_else(|| Error::internal("an escalation of nobody"))?;
    let mut next_at = Some(tx.now().plus(chrono::Duration::minutes(row.interval_minutes)));
    loop {
        let asked = asked_this_round(tx, &row).await?;
        let on_call = working(tx, &on_call::now(tx).await?).await?;
        let next = on_call.into_iter().find(|id| !asked.contains(id));
        let last = next.is_none();
        let audience = match next {
            Some(id) => vec![id],
            None => all_supervisors(tx).await?.into_iter().filter(|id| !asked.contains(id)).collect(),
        };
        if audience.is_empty() {
            if row.round < ROUNDS {
                row.round += 1;
                continue;
            }
            next_at = None;
            tx.record(
                AuditEvent::new("exhaust", subject.as_str(), row.subject_id)
                    .client(client_id)
                    .detail(json!({ "steps": row.step, "rounds": row.round })),
            );
            break;
        }
        row.step += 1;
        let devices = tell(tx, &row, &audience, tx.now().plus(USEFUL)).await?;
        let detail = json!({ "step": row.step, "round": row.round, "staff_ids": audience, "devices": devices });
        tx.record(AuditEvent::new("escalate", subject.as_str(), row.subject_id).client(client_id).detail(detail));
        // Whoever has no device is not waited for.
        if devices > 0 || last {
            break;
        }
    }
    let state = if next_at.is_some() { EscalationState::Running } else { EscalationState::Exhausted };
    escalation::ActiveModel {
        id: Set(row.id),
        state: Set(state.as_str().to_owned()),
        step: Set(row.step),
        round: Set(row.round),
        next_at: Set(next_at),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    if subject == Subject::HelpRequest {
        help_requests::mark_escalated(tx, row.subject_id).await?;
    }
    Ok(())
}

async fn asked_this_round(tx: &ScopedTx, row: &escalation::Model) -> Result<Vec<Uuid>> {
    Ok(alert::Entity::find()
        .select_only()
        .column(alert::Column::StaffId)
        .filter(alert::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(alert::COLUMN.escalation_id.eq(row.id))
        .filter(alert::COLUMN.round.eq(row.round))
        .into_tuple()
        .all(tx.conn())
        .await?)
}
