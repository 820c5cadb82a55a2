//! The secret addresses of feeds: made, listed, taken back. The token itself is nowhere in the database.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::words::FeedDetail;
use crate::audit::AuditEvent;
use crate::calendars::entity::calendar_feed;
use crate::calendars::settings;
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::scope::Actor;

/// Feeds that one person has at the same time.
pub const MAX_FEEDS: usize = 10;

#[derive(Clone, Debug)]
pub struct FeedView {
    pub id: Uuid,
    pub detail: FeedDetail,
    pub created_at: Timestamp,
}

/// A feed with the token that is told this once.
pub struct NewFeed {
    pub feed: FeedView,
    pub token: String,
}

/// Makes a feed of the actor's own agenda.
pub async fn create_feed(tx: &mut ScopedTx, detail: FeedDetail) -> Result<NewFeed> {
    let owner_id = tx.scope().actor.id().ok_or(Error::Forbidden("people_only"))?;
    let client_id = tx.scope().client_id();
    match (client_id, detail) {
        (None, FeedDetail::Title) => {
            return Err(Error::invalid("detail", "clients_only", "titles name people; staff choose less"));
        }
        (Some(_), FeedDetail::Initials) => {
            return Err(Error::invalid("detail", "staff_only", "initials are for staff; choose title"));
        }
        (None, FeedDetail::Initials) if !settings::load(tx).await?.initials => {
            return Err(Error::invalid("detail", "not_allowed", "your organization does not allow initials"));
        }
        _ => {}
    }
    if list_feeds(tx).await?.len() >= MAX_FEEDS {
        return Err(Error::Conflict("too_many_feeds", format!("at most {MAX_FEEDS} feeds; take one back first")));
    }
    let token = URL_SAFE_NO_PAD.encode(tx.random_bytes::<32>());
    let device_id = match tx.scope().actor {
        Actor::Client { device_id, .. } => device_id,
        _ => None,
    };
    let id = tx.new_id();
    calendar_feed::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        owner_kind: Set(tx.scope().actor.kind().to_owned()),
        owner_id: Set(owner_id),
        device_id: Set(device_id),
        token_hash: Set(token_hash(tx.database(), &token)),
        detail: Set(detail.as_str().to_owned()),
        created_at: Set(tx.now()),
    }
    .insert(tx.conn())
    .await?;
    let event = AuditEvent::new("create", "calendar_feed", id).detail(json!({ "detail": detail.as_str() }));
    tx.record(match client_id {
        Some(client_id) => event.client(client_id),
        None => event,
    });
    Ok(NewFeed { feed: FeedView { id, detail, created_at: tx.now() }, token })
}

/// The actor's own feeds, oldest first.
pub async fn list_feeds(tx: &ScopedTx) -> Result<Vec<FeedView>> {
    let Some(owner_id) = tx.scope().actor.id() else { return Ok(Vec::new()) };
    let rows = calendar_feed::Entity::find()
        .filter(calendar_feed::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(calendar_feed::COLUMN.owner_kind.eq(tx.scope().actor.kind()))
        .filter(calendar_feed::COLUMN.owner_id.eq(owner_id))
        .order_by_asc(calendar_feed::COLUMN.id)
        .all(tx.conn())
        .await?;
    let view = |row: calendar_feed::Model| FeedView {
        id: row.id,
        detail: FeedDetail::parse(&row.detail),
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Takes a feed back: its address works no longer.
pub async fn remove_feed(tx: &mut ScopedTx, id: Uuid) -> Result<()> {
    if !list_feeds(tx).await?.iter().any(|feed| feed.id == id) {
        return Err(Error::NotFound);
    }
    calendar_feed::Entity::delete_many()
        .filter(calendar_feed::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(calendar_feed::COLUMN.id.eq(id))
        .exec(tx.conn())
        .await?;
    let event = AuditEvent::new("delete", "calendar_feed", id);
    tx.record(match tx.scope().client_id() {
        Some(client_id) => event.client(client_id),
        None => event,
    });
    Ok(())
}

pub(super) async fn find(database: &Database, token: &str) -> Result<Option<calendar_feed::Model>> {
    let found = calendar_feed::Entity::find()
        .filter(calendar_feed::COLUMN.token_hash.eq(token_hash(database, token)))
        .one(database.authentication())
        .await?;
    Ok(found)
}

fn token_hash(database: &Database, token: &str) -> Vec<u8> {
    database.env.keys.lookup("calendar-feed", token.as_bytes())
}
