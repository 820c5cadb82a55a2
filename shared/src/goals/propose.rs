use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::edit::save;
use super::entity::{goal, goal_proposal};
use super::input::GoalPatch;
use super::load::{Loaded, find};
use super::status::Lifecycle;
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, FieldErrors, Result};
use crate::identity;
use crate::policy::Act;
use crate::secrets::DataKey;
use crate::text::check_text;

/// What is proposed: a goal, or a change of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    New,
    Change,
}

impl ProposalKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Change => "change",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::New, Self::Change].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What became of a proposal. At most one of a goal is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    Open,
    Accepted,
    Declined,
    /// Taken back by staff.
    Withdrawn,
    /// A later proposal took its place.
    Superseded,
}

impl ProposalState {
    pub const ALL: [Self; 5] = [Self::Open, Self::Accepted, Self::Declined, Self::Withdrawn, Self::Superseded];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A proposal, decrypted.
#[derive(Clone, Debug)]
pub struct ProposalView {
    pub id: Uuid,
    pub goal_id: Uuid,
    pub client_id: Uuid,
    pub kind: ProposalKind,
    pub changes: GoalPatch,
    pub reason: Option<String>,
    pub state: ProposalState,
    /// Who of the staff, and their name.
    pub proposed_by: (Uuid, String),
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    pub note: Option<String>,
}

/// Proposes a change of a goal to its client. It takes the place of a proposal that was still open.
pub async fn propose(
    tx: &mut ScopedTx,
    goal_id: Uuid,
    changes: GoalPatch,
    reason: Option<String>,
) -> Result<ProposalView> {
    let mut loaded = find(tx, goal_id, Act::WriteGoals).await?;
    if tx.scope().client_id().is_some() {
        return Err(Error::Forbidden("staff_only"));
    }
    let mut errors = FieldErrors::default();
    if changes.members().is_empty() {
        errors.add("changes", "required", "at least one member that changes");
    }
    changes.check(&mut errors, "changes.", &loaded.step_ids());
    if let Some(reason) = &reason {
        check_text(&mut errors, "reason", reason, 0, 1000);
    }
    errors.into_result()?;
    let now = loaded.lifecycle()?;
    if now == Lifecycle::Proposed {
        return Err(Error::Conflict("undecided", "the client has not decided on this goal yet".to_owned()));
    }
    let next = changes.lifecycle_status.unwrap_or(now);
    if now == Lifecycle::EnteredInError || !now.may_become(next) {
        let message = format!("a goal that is {} cannot become {}", now.as_str(), next.as_str());
        return Err(Error::Conflict("invalid_transition", message));
    }
    if let Some(older) = loaded.row.open_proposal_id {
        close_proposal(tx, &loaded.row, older, ProposalState::Superseded).await?;
    }
    let id = tx.new_id();
    loaded.row.open_proposal_id = Some(id);
    let row = insert_proposal(tx, &loaded, id, ProposalKind::Change, &changes, reason.as_deref()).await?;
    save(tx, &mut loaded.row).await?;
    view_one(tx, &loaded.key, &row).await
}

/// Writes a proposal that is open from now on.
pub(super) async fn insert_proposal(
    tx: &mut ScopedTx,
    loaded: &Loaded,
    id: Uuid,
    kind: ProposalKind,
    changes: &GoalPatch,
    reason: Option<&str>,
) -> Result<goal_proposal::Model> {
    let proposed_by = tx.scope().staff_id().ok_or(Error::Forbidden("staff_only"))?;
    let row = goal_proposal::Model {
        id,
        organization_id: tx.organization_id(),
        client_id: loaded.row.client_id,
        goal_id: loaded.row.id,
        kind: kind.as_str().to_owned(),
        changes: seal(tx, &loaded.key, "changes", id, &canonical(changes)?),
        reason: reason.map(|reason| seal(tx, &loaded.key, "reason", id, reason)),
        state: ProposalState::Open.as_str().to_owned(),
        content_version: loaded.row.content_version,
        proposed_by,
        created_at: tx.now(),
        decided_at: None,
        note: None,
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await?;
    let event = AuditEvent::new("create", "goal_proposal", id).client(loaded.row.client_id);
    tx.record(event.detail(json!({ "goal_id": loaded.row.id, "kind": kind, "members": changes.members() })));
    Ok(row)
}

/// The open proposal of a new goal says what the goal says.
pub(super) async fn rewrite_proposal(tx: &ScopedTx, loaded: &Loaded, content: &GoalPatch) -> Result<()> {
    let Some(id) = loaded.row.open_proposal_id else { return Ok(()) };
    goal_proposal::ActiveModel {
        id: Set(id),
        changes: Set(seal(tx, &loaded.key, "changes", id, &canonical(content)?)),
        content_version: Set(loaded.row.content_version),
        ..Default::default()
    }
    .update(tx.conn())
    .await?;
    Ok(())
}

/// Ends a proposal that the client did not decide on.
pub(super) async fn close_proposal(
    tx: &mut ScopedTx,
    goal: &goal::Model,
    id: Uuid,
    state: ProposalState,
) -> Result<goal_proposal::Model> {
    let row = goal_proposal::ActiveModel {
        id: Set(id),
        state: Set(state.as_str().to_owned()),
        decided_at: Set(Some(tx.now())),
        ..Default::default()
    }
    .update(tx.conn())
    .await?;
    let event = AuditEvent::new("update", "goal_proposal", id).client(goal.client_id);
    tx.record(event.detail(json!({ "goal_id": goal.id, "state": state })));
    Ok(row)
}

/// The proposals of a goal, newest first.
pub async fn list_goal_proposals(
    tx: &ScopedTx,
    goal_id: Uuid,
    page: &PageRequest,
) -> Result<(Uuid, Page<ProposalView>)> {
    let loaded = find(tx, goal_id, Act::ReadGoals).await?;
    let query = goal_proposal::Entity::find().filter(goal_proposal::COLUMN.goal_id.eq(goal_id));
    Ok((loaded.row.client_id, list(tx, loaded.key, query, page, "goal-proposals").await?))
}

/// The proposals to a client, newest first.
pub async fn list_client_proposals(
    tx: &ScopedTx,
    client_id: Uuid,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<ProposalView>> {
    let client = clients::authorize(tx, client_id, Act::ReadGoals).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let mut query = goal_proposal::Entity::find().filter(goal_proposal::COLUMN.client_id.eq(client_id));
    if let Some(state) = state {
        query = query.filter(goal_proposal::COLUMN.state.eq(state.as_str()));
    }
    list(tx, key, query, page, "client-goal-proposals").await
}

async fn list(
    tx: &ScopedTx,
    key: Arc<DataKey>,
    query: Select<goal_proposal::Entity>,
    page: &PageRequest,
    name: &str,
) -> Result<Page<ProposalView>> {
    let mut query = query
        .filter(goal_proposal::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_desc(goal_proposal::COLUMN.id)
        .limit(page.limit + 1);
    if let Some(before) = page.after.as_deref().and_then(|text| text.parse::<Uuid>().ok()) {
        query = query.filter(goal_proposal::COLUMN.id.lt(before));
    }
    let rows = query.all(tx.conn()).await?;
    let mut authors: Vec<Uuid> = rows.iter().map(|row| row.proposed_by).collect();
    authors.sort_unstable();
    authors.dedup();
    let names = identity::names_of(tx, &authors).await?;
    let views = rows.iter().map(|row| view(tx, &key, row, &names)).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(views, page, name, |view| view.id.to_string()))
}

pub(super) async fn view_one(tx: &ScopedTx, key: &DataKey, row: &goal_proposal::Model) -> Result<ProposalView> {
    let names = identity::names_of(tx, &[row.proposed_by]).await?;
    view(tx, key, row, &names)
}

fn view(
    tx: &ScopedTx,
    key: &DataKey,
    row: &goal_proposal::Model,
    names: &HashMap<Uuid, String>,
) -> Result<ProposalView> {
    let open = |column, sealed| key.open(&tx.place("goal_proposals", column, row.id), sealed);
    Ok(ProposalView {
        id: row.id,
        goal_id: row.goal_id,
        client_id: row.client_id,
        kind: ProposalKind::parse(&row.kind).ok_or_else(|| Error::internal("a proposal of unknown kind"))?,
        changes: changes(tx, key, row)?,
        reason: row.reason.as_ref().map(|sealed| open("reason", sealed)).transpose()?,
        state: ProposalState::parse(&row.state).ok_or_else(|| Error::internal("a proposal in an unknown state"))?,
        proposed_by: (row.proposed_by, names.get(&row.proposed_by).cloned().unwrap_or_default()),
        created_at: row.created_at,
        decided_at: row.decided_at,
        note: row.note.as_ref().map(|sealed| open("note", sealed)).transpose()?,
    })
}

pub(super) fn changes(tx: &ScopedTx, key: &DataKey, row: &goal_proposal::Model) -> Result<GoalPatch> {
    let text = key.open(&tx.place("goal_proposals", "changes", row.id), &row.changes)?;
    serde_json::from_str(&text).map_err(Error::internal)
}

pub(super) fn seal(
    tx: &ScopedTx,
    key: &DataKey,
    column: &'static str,
    row: Uuid,
    text: &str,
) -> crate::secrets::Sealed {
    tx.seal(key, &tx.place("goal_proposals", column, row), text)
}

fn canonical(changes: &GoalPatch) -> Result<String> {
    serde_jcs::to_string(changes).map_err(Error::internal)
}
