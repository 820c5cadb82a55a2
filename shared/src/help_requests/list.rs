use std::collections::{HashMap, HashSet};

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::help_request;
use super::notice::notice;
use super::state::{HelpOutcome, HelpState};
use crate::alerts::{Subject, authorize_matter, told_since};
use crate::clients::entity::client;
use crate::clients::{self, Language, visible_ids};
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::identity;
use crate::policy::{Act, reaches};
use crate::secrets::Sealed;

/// Somebody who was told of a request outside their caseload finds it in their list for so long.
const TOLD: Duration = Duration::days(30);

/// A request, decrypted. What staff wrote and decided is for staff.
#[derive(Clone, Debug)]
pub struct HelpRequestView {
    pub id: Uuid,
    pub client_id: Uuid,
    /// For staff, who may not know the client otherwise.
    pub client_name: Option<String>,
    pub state: HelpState,
    pub created_at: Timestamp,
    pub message: Option<String>,
    pub occurrence_id: Option<String>,
    pub claimed_by: Option<(Uuid, String)>,
    pub claimed_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub outcome: Option<HelpOutcome>,
    pub note: Option<String>,
    pub due_at: Timestamp,
    pub staffed: bool,
    pub notice: &'static str,
}

#[derive(Clone, Debug, Default)]
pub struct HelpRequestFilter {
    pub client_id: Option<Uuid>,
    pub state: Option<HelpState>,
}

/// One request: the client's own, or of a client within reach, or one that the actor was told of.
pub async fn get(tx: &ScopedTx, id: Uuid) -> Result<HelpRequestView> {
    let row = help_request::Entity::find_by_id(id)
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    authorize_matter(tx, row.client_id, id, Act::ReadHelpRequests).await?;
    Ok(views(tx, vec![row]).await?.remove(0))
}

/// Requests within reach, newest first.
pub async fn list(tx: &ScopedTx, filter: &HelpRequestFilter, page: &PageRequest) -> Result<Page<HelpRequestView>> {
    if reaches(tx.scope(), Act::ReadHelpRequests).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    if let Some(client_id) = filter.client_id {
        clients::authorize(tx, client_id, Act::ReadHelpRequests).await?;
    }
    let mut query = help_request::Entity::find()
        .filter(help_request::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_desc(help_request::COLUMN.created_at)
        .order_by_desc(help_request::COLUMN.id)
        .limit(page.limit + 1);
    match filter.client_id {
        Some(client_id) => query = query.filter(help_request::COLUMN.client_id.eq(client_id)),
        None => {
            if let Some(ids) = visible_ids(tx, Act::ReadHelpRequests).await? {
                let told = told_since(tx, Subject::HelpRequest, tx.now().minus(TOLD)).await?;
                let within = Condition::any()
                    .add(help_request::COLUMN.client_id.is_in(ids))
                    .add(help_request::COLUMN.id.is_in(told));
                query = query.filter(within);
            }
        }
    }
    if let Some(state) = filter.state {
        query = query.filter(help_request::COLUMN.state.eq(state.as_str()));
    }
    if let Some((created_at, id)) = page.after.as_deref().and_then(read_key) {
        query = query.filter(Condition::any().add(help_request::COLUMN.created_at.lt(created_at)).add(
            Condition::all().add(help_request::COLUMN.created_at.eq(created_at)).add(help_request::COLUMN.id.lt(id)),
        ));
    }
    let rows = query.all(tx.conn()).await?;
    let views = views(tx, rows).await?;
    Ok(Page::cut(views, page, "help_requests", |view| format!("{} {}", view.created_at.0, view.id)))
}

fn read_key(text: &str) -> Option<(Timestamp, Uuid)> {
    let (created_at, id) = text.split_once(' ')?;
    Some((Timestamp(created_at.parse().ok()?), id.parse().ok()?))
}

async fn views(tx: &ScopedTx, rows: Vec<help_request::Model>) -> Result<Vec<HelpRequestView>> {
    let ids: HashSet<Uuid> = rows.iter().map(|row| row.client_id).collect();
    let mut people: HashMap<Uuid, client::Model> = HashMap::new();
    for row in client::Entity::find()
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(client::COLUMN.id.is_in(ids))
        .all(tx.conn())
        .await?
    {
        people.insert(row.id, row);
    }
    tx.warm_data_keys(people.values().map(|row| row.data_key_id)).await?;
    let claimants: Vec<Uuid> = rows.iter().filter_map(|row| row.claimed_by).collect();
    let names = identity::names_of(tx, &claimants).await?;
    let is_client = tx.scope().client_id().is_some();
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let person = people.get(&row.client_id).ok_or_else(|| Error::internal("a request of nobody"))?;
        let key = tx.data_key(person.data_key_id).await?;
        let open = |table, column, id, sealed: &Sealed| key.open(&tx.place(table, column, id), sealed);
        let message =
            row.message.as_ref().map(|sealed| open("help_requests", "message", row.id, sealed)).transpose()?;
        let note = row.note.as_ref().filter(|_| !is_client);
        let note = note.map(|sealed| open("help_requests", "note", row.id, sealed)).transpose()?;
        let language = if is_client { Language::parse(&person.language) } else { Language::En };
        views.push(HelpRequestView {
            id: row.id,
            client_id: row.client_id,
            client_name: if is_client {
                None
            } else {
                Some(open("clients", "preferred_name", person.id, &person.preferred_name)?)
            },
            state: HelpState::parse(&row.state).ok_or_else(|| Error::internal("a request in an unknown state"))?,
            created_at: row.created_at,
            message,
            occurrence_id: row.occurrence_id.clone(),
            claimed_by: row.claimed_by.and_then(|id| Some((id, names.get(&id)?.clone()))),
            claimed_at: row.claimed_at,
            closed_at: row.closed_at,
            outcome: row.outcome.as_deref().filter(|_| !is_client).and_then(HelpOutcome::parse),
            note,
            due_at: row.due_at,
            staffed: row.staffed,
            notice: notice(language, row.staffed),
        });
    }
    Ok(views)
}
