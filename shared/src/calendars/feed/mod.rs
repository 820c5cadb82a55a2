//! Calendars that go out: the agenda of one person, at a secret address, for the calendar app that they already use.

mod lines;
mod store;
mod time_zone;
mod words;
mod writer;

use std::collections::{HashMap, HashSet};

use chrono::{Duration, NaiveDateTime};
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, Query, SelectStatement};
use sea_orm::{ExprTrait, QuerySelect};
use uuid::Uuid;

use self::words::{calendar, initials, neutral, of_kind};
use self::writer::{Head, Said, Writer};
use super::entity::calendar_feed;
use super::settings;
use crate::agenda::entity::agenda_item;
use crate::agenda::{Item, Kind, load_where, open_texts};
use crate::clients::entity::client;
use crate::clients::{self, Language, read_zone};
use crate::db::{Database, ScopedTx};
use crate::devices::entity::device;
use crate::error::{Error, Result};
use crate::identity::{self, Brake};
use crate::organizations;
use crate::scope::{Actor, Scope};
use crate::secrets::DataKey;

pub use store::{FeedView, MAX_FEEDS, NewFeed, create_feed, list_feeds, remove_feed};
pub use words::FeedDetail;

/// What ended longer ago than this is no longer in a feed.
const DAYS_BACK: i64 = 30;

/// A feed's text, and which feed it is.
pub struct Feed {
    pub id: Uuid,
    pub text: String,
}

/// The calendar behind a token.
///
/// # Errors
/// `NotFound` when there is none, or no longer; `Throttled` for who tries too many. `admit` can refuse a feed that is
/// asked for too often.
pub async fn read_feed(
    database: &Database,
    token: &str,
    address: &str,
    source: &str,
    admit: impl FnOnce(Uuid) -> Result<()>,
) -> Result<Feed> {
    let found = if token.len() == 43 { store::find(database, token).await? } else { None };
    let Some(feed) = found else {
        // Only who guesses is held up: calendar programs of many people ask from few addresses.
        identity::count(database, Brake::Link, address).await?;
        return Err(Error::NotFound);
    };
    admit(feed.id)?;
    let system = organizations::system_scope(database, feed.organization_id, "feed").await?;
    let actor = match feed.owner_kind.as_str() {
        "client" => Actor::Client { client_id: feed.owner_id, device_id: feed.device_id },
        _ => Actor::Staff { staff_id: feed.owner_id, roles: Vec::new() },
    };
    let tx = database.begin_read(&Scope { actor, ..system }).await?;
    let text = text_of(&tx, &feed, source).await?;
    tx.finish().await?;
    Ok(Feed { id: feed.id, text })
}

async fn text_of(tx: &ScopedTx, feed: &calendar_feed::Model, source: &str) -> Result<String> {
    let for_client = feed.owner_kind == "client";
    let (language, own_zone) = if for_client {
        let row = client::Entity::find_by_id(feed.owner_id)
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .one(tx.conn())
            .await?
            .ok_or(Error::NotFound)?;
        (Language::parse(&row.language), Some(read_zone("time_zone", &row.time_zone)?))
    } else {
        (Language::En, None)
    };
    if !still_theirs(tx, feed).await? {
        return Err(Error::NotFound);
    }
    let mut items =
        load_where(tx.conn(), tx.organization_id(), agenda_item::COLUMN.id.in_subquery(wanted(tx, feed))).await?;
    items.retain(|item| item.kind != Kind::CheckIn);
    tx.warm_data_keys(items.iter().map(|item| item.row.data_key_id)).await?;
    let zones = if for_client { HashMap::new() } else { zones_of_clients(tx, &items).await? };
    let mut detail = FeedDetail::parse(&feed.detail);
    if detail == FeedDetail::Initials && !settings::load(tx).await?.initials {
        detail = FeedDetail::Kind;
    }
    let people = if detail == FeedDetail::Initials { whom_with(tx, &items).await? } else { HashMap::new() };
    let mut writer = Writer::new(tx.now());
    for item in &items {
        let zone = own_zone.unwrap_or_else(|| match item.client_ids.as_slice() {
            [only] => zones.get(only).copied().unwrap_or(tx.scope().zone),
            _ => tx.scope().zone,
        });
        let busy = item.kind.is_with_others();
        let key = tx.data_key(item.row.data_key_id).await?;
        writer.add(item, zone, &mut |schedule, original| match detail {
            FeedDetail::None => Ok(Said { summary: neutral(for_client, language).to_owned(), location: None, busy }),
            FeedDetail::Kind => Ok(Said { summary: of_kind(item.kind, language).to_owned(), location: None, busy }),
            FeedDetail::Initials => {
                let kind = of_kind(item.kind, language);
                let summary = match item.client_ids.as_slice() {
                    [only] => format!("{kind} {}", people.get(only).map_or("", String::as_str)).trim_end().to_owned(),
                    _ => kind.to_owned(),
                };
                Ok(Said { summary, location: None, busy })
            }
            FeedDetail::Title => said(tx, &key, item, schedule, original, busy),
        })?;
    }
    Ok(writer.finish(&Head { id: feed.id, name: calendar(language), source }))
}

/// Titles and places of a stretch, or of one of its occurrences.
fn said(
    tx: &ScopedTx,
    key: &DataKey,
    item: &Item,
    schedule: usize,
    original: Option<NaiveDateTime>,
    busy: bool,
) -> Result<Said> {
    let texts = open_texts(tx, key, &item.schedule_rows[schedule])?;
    let mut said = Said { summary: texts.title, location: texts.location, busy };
    if let Some(row) = original.and_then(|original| item.occurrence_rows.get(&original)) {
        let id = crate::agenda::occurrence_row_id(row.item_id, &row.original_local, None);
        if let Some(sealed) = &row.title {
            said.summary = key.open(&tx.place("occurrences", "title", id), sealed)?;
        }
        if let Some(sealed) = &row.location {
            said.location = Some(key.open(&tx.place("occurrences", "location", id), sealed)?);
        }
    }
    Ok(said)
}

/// Whether the person may still have it: staff who are not disabled, a phone that is not revoked.
async fn still_theirs(tx: &ScopedTx, feed: &calendar_feed::Model) -> Result<bool> {
    if feed.owner_kind != "client" {
        return identity::is_enabled(tx, feed.owner_id).await;
    }
    let Some(device_id) = feed.device_id else { return Ok(true) };
    let row = device::Entity::find_by_id(device_id)
        .filter(device::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    Ok(row.is_some_and(|row| row.revoked_at.is_none()))
}

/// Selects the ids of the items that are in the feed.
fn wanted(tx: &ScopedTx, feed: &calendar_feed::Model) -> SelectStatement {
    let (table, column) = match feed.owner_kind.as_str() {
        "client" => ("agenda_item_clients", "client_id"),
        _ => ("agenda_item_staff", "staff_id"),
    };
    let since = tx.now().minus(Duration::days(DAYS_BACK));
    let same_item = Expr::col((table, "item_id")).equals(("agenda_schedules", "item_id"));
    Query::select()
        .distinct()
        .column(("agenda_schedules", "item_id"))
        .from("agenda_schedules")
        .join(JoinType::InnerJoin, table, same_item)
        .and_where(Expr::col(("agenda_schedules", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("agenda_schedules", "last_at")).gte(since.0))
        .and_where(Expr::col((table, column)).eq(feed.owner_id))
        .take()
}

/// Initials by client, of what is with one client alone.
async fn whom_with(tx: &ScopedTx, items: &[Item]) -> Result<HashMap<Uuid, String>> {
    let alone = |item: &Item| match item.client_ids.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let ids: HashSet<Uuid> = items.iter().filter_map(alone).collect();
    let names = clients::names_and_zones(tx, &ids).await?;
    Ok(names.into_iter().map(|(id, (name, _))| (id, initials(&name))).collect())
}

async fn zones_of_clients(tx: &ScopedTx, items: &[Item]) -> Result<HashMap<Uuid, Tz>> {
    let mut ids: Vec<Uuid> = items.iter().flat_map(|item| item.client_ids.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut zones = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<(Uuid, String)> = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .column(client::Column::TimeZone)
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(client::COLUMN.id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(tx.conn())
            .await?;
        for (id, zone) in rows {
            zones.insert(id, read_zone("time_zone", &zone)?);
        }
    }
    Ok(zones)
}
