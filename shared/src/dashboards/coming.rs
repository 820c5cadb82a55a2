use std::collections::{HashMap, HashSet};

use chrono::Duration;
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, Query};
use sea_orm::{ConnectionTrait, DbBackend, ExprTrait, QuerySelect, Statement};
use uuid::Uuid;

use crate::agenda::zone::{local_of, parse_zone};
use crate::agenda::{Happening, Item, format_local, happening_at, load, parse_local};
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::id_list;
use crate::error::{Error, Result};

/// A client's next appointment or meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub item_id: Uuid,
    pub original_local: String,
    pub starts_at: Timestamp,
}

/// Steps of a series that are looked at for one that was neither cancelled nor moved.
const STEPS: usize = 400;

/// For each of these clients the next appointment or meeting that starts after now, if there is one.
pub(super) async fn next_appointments(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    ids: &[Uuid],
    now: Timestamp,
) -> Result<HashMap<Uuid, Option<Next>>> {
    let mut found: HashMap<Uuid, Option<Next>> = ids.iter().map(|id| (*id, None)).collect();
    let mut query = Query::select();
    query
        .distinct()
        .column(("agenda_item_clients", "item_id"))
        .from("agenda_item_clients")
        .join(
            JoinType::InnerJoin,
            "agenda_items",
            Expr::col(("agenda_items", "id")).equals(("agenda_item_clients", "item_id")),
        )
        .join(
            JoinType::InnerJoin,
            "agenda_schedules",
            Expr::col(("agenda_schedules", "item_id")).equals(("agenda_item_clients", "item_id")),
        )
        .and_where(Expr::col(("agenda_item_clients", "organization_id")).eq(organization_id))
        .and_where(Expr::col(("agenda_item_clients", "client_id")).is_in(id_list(ids.iter().copied())))
        .and_where(Expr::col(("agenda_items", "kind")).is_in(["appointment", "meeting"]))
        .and_where(Expr::col(("agenda_items", "cancelled_at")).is_null())
        .and_where(Expr::col(("agenda_schedules", "last_at")).gt(now.0));
    let rows = conn.query_all(&query).await?;
    let item_ids = rows.iter().map(|row| row.try_get::<Uuid>("", "item_id")).collect::<Result<Vec<_>, _>>()?;
    if item_ids.is_empty() {
        return Ok(found);
    }
    let zones = zones(conn, organization_id, ids).await?;
    let wanted: HashSet<&Uuid> = ids.iter().collect();
    for item in load(conn, organization_id, item_ids).await? {
        let mut by_zone: HashMap<Tz, Option<Happening>> = HashMap::new();
        for client_id in item.client_ids.iter().filter(|id| wanted.contains(id)) {
            let Some(zone) = zones.get(client_id) else { continue };
            let next = by_zone.entry(*zone).or_insert_with(|| next_of(&item, *zone, now));
            let Some(next) = next else { continue };
            let next = Next {
                item_id: item.row.id,
                original_local: format_local(next.original_local),
                starts_at: next.starts_at(),
            };
            let known = found.entry(*client_id).or_default();
            let earlier = |known: &Next| (known.starts_at, known.item_id) <= (next.starts_at, next.item_id);
            if !known.as_ref().is_some_and(earlier) {
                *known = Some(next);
            }
        }
    }
    Ok(found)
}

fn next_of(item: &Item, zone: Tz, now: Timestamp) -> Option<Happening> {
    let at = |original| happening_at(&item.schedules, &item.overrides, zone, original);
    let counts = |happening: &Happening| !happening.cancelled && happening.starts_at() > now;
    let mut coming: Vec<Happening> = Vec::new();
    for schedule in &item.schedules {
        // A clock change moves a start by less than a day.
        let mut from = local_of(now.to_utc(), schedule.zone.unwrap_or(zone)) - Duration::days(1);
        for _ in 0..STEPS {
            let Some(original) = schedule.next(zone, from) else { break };
            from = original + Duration::minutes(1);
            if let Some(happening) = at(original).filter(|happening| counts(happening) && !happening.moved) {
                coming.push(happening);
                break;
            }
        }
    }
    let moved = item.overrides.iter().filter(|(_, change)| change.moved_to.is_some());
    coming.extend(moved.filter_map(|(original, _)| at(*original)).filter(counts));
    coming.into_iter().min_by_key(|happening| (happening.starts_at(), happening.original_local))
}

async fn zones(conn: &impl ConnectionTrait, organization_id: Uuid, ids: &[Uuid]) -> Result<HashMap<Uuid, Tz>> {
    let rows: Vec<(Uuid, String)> = client::Entity::find()
        .select_only()
        .columns([client::Column::Id, client::Column::TimeZone])
        .filter(client::COLUMN.organization_id.eq(organization_id))
        .filter(client::COLUMN.id.is_in(id_list(ids.iter().copied())))
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(|(id, zone)| Ok((id, parse_zone(&zone).map_err(Error::internal)?))).collect()
}

/// When each of these clients last came: the start of the newest of their attended occurrences. Local starts tell the
/// order up to a move or a change of zone, so a few are looked at.
pub(super) async fn last_contacts(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<Timestamp>>> {
    let mut found: HashMap<Uuid, Option<Timestamp>> = ids.iter().map(|id| (*id, None)).collect();
    let ids = id_list(ids.iter().copied());
    let holes: Vec<String> = (0..ids.len()).map(|index| format!("${}", index + 2)).collect();
    let sql = format!(
        "SELECT client_id, item_id, original_local FROM (
             SELECT client_id, item_id, original_local,
                 ROW_NUMBER() OVER (PARTITION BY client_id ORDER BY original_local DESC, item_id) AS place
             FROM participations
             WHERE organization_id = $1 AND attendance = 'attended' AND client_id IN ({})) AS newest
         WHERE place <= 3",
        holes.join(",")
    );
    let mut values: Vec<Value> = vec![organization_id.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    let backend: DbBackend = conn.get_database_backend();
    let rows = conn.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    if rows.is_empty() {
        return Ok(found);
    }
    let mut attended = Vec::with_capacity(rows.len());
    for row in &rows {
        let client_id: Uuid = row.try_get("", "client_id")?;
        let item_id: Uuid = row.try_get("", "item_id")?;
        let original: String = row.try_get("", "original_local")?;
        let original = parse_local(&original).ok_or_else(|| Error::internal("an unreadable start"))?;
        attended.push((client_id, item_id, original));
    }
    let zones = zones(conn, organization_id, &ids).await?;
    let items = load(conn, organization_id, attended.iter().map(|(_, item_id, _)| *item_id).collect()).await?;
    let items: HashMap<Uuid, &Item> = items.iter().map(|item| (item.row.id, item)).collect();
    for (client_id, item_id, original) in attended {
        let (Some(item), Some(zone)) = (items.get(&item_id), zones.get(&client_id)) else { continue };
        if let Some(happening) = happening_at(&item.schedules, &item.overrides, *zone, original) {
            let last = found.entry(client_id).or_default();
            *last = Ord::max(*last, Some(happening.starts_at()));
        }
    }
    Ok(found)
}
