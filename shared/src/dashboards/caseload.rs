use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, JoinType, Order, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, ExprTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::order::{CaseloadFilter, CaseloadSort, after, keys, scope};
use super::sparkline::sparkline;
use crate::agenda::zone::parse_zone;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::secrets::Sealed;

/// One client, as a list over a caseload shows them.
#[derive(Clone, Debug)]
pub struct CaseloadRow {
    pub client_id: Uuid,
    pub preferred_name: String,
    /// The most severe first.
    pub reasons: Vec<ReasonView>,
    /// 0 none, 1 low, 2 medium, 3 high, 4 urgent.
    pub top_severity: i64,
    pub last_contact_at: Option<Timestamp>,
    pub last_check_in_at: Option<Timestamp>,
    pub next_appointment: Option<NextAppointment>,
    /// Mood by local day, the oldest first; days without an answer have none.
    pub sparkline: Vec<Option<f64>>,
    pub goals_in_progress: i64,
    pub unconfirmed_reminders: i64,
    pub open_help_request_id: Option<Uuid>,
    pub staff: Vec<(Uuid, String)>,
    /// The client's local date.
    pub today: NaiveDate,
    key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextAppointment {
    pub occurrence_id: String,
    pub starts_at: Timestamp,
}

/// An open reason, in codes; what it says in words is the reader's language's matter.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReasonView {
    pub id: Uuid,
    pub client_id: Uuid,
    pub kind: String,
    pub severity: i64,
    pub since: i64,
    pub code: String,
    pub parameters: String,
    pub state: String,
}

#[derive(FromQueryResult)]
struct Row {
    client_id: Uuid,
    preferred_name: Sealed,
    data_key_id: Uuid,
    time_zone: String,
    last_contact_at: Option<i64>,
    last_check_in_at: Option<i64>,
    moods: String,
    goals_in_progress: i64,
    unconfirmed_reminders: i64,
    next_item_id: Option<Uuid>,
    next_original_local: Option<String>,
    next_starts_at: Option<i64>,
    top_severity: i64,
    attention_since: Option<i64>,
    open_help_request_id: Option<Uuid>,
}

const COLUMNS: [&str; 12] = [
    "client_id",
    "last_contact_at",
    "last_check_in_at",
    "moods",
    "goals_in_progress",
    "unconfirmed_reminders",
    "next_item_id",
    "next_original_local",
    "next_starts_at",
    "top_severity",
    "attention_since",
    "open_help_request_id",
];

/// A page of the clients whom the actor may read about, with what asks for attention.
pub async fn caseload(tx: &ScopedTx, filter: &CaseloadFilter, page: &PageRequest) -> Result<Page<CaseloadRow>> {
    let limit = page.limit + 1;
    let rows = if filter.sort == CaseloadSort::Name {
        let ids = caseload_ids(tx, filter).await?;
        let from = match page.after.as_deref() {
            Some(after) => place_after(tx, filter, &ids, after).await?,
            None => 0,
        };
        let wanted: Vec<Uuid> =
            ids[from..].iter().copied().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
        caseload_rows(tx, filter, &wanted).await?
    } else {
        let mut query = scope(tx, filter)?;
        if let Some(text) = &page.after {
            let (values, id) = read_key(text).ok_or_else(foreign_cursor)?;
            if values.len() != keys(filter.sort, tx.now()).len() {
                return Err(foreign_cursor());
            }
            query.and_where(after(filter.sort, tx.now(), &values, id));
        }
        order(&mut query, filter.sort, tx.now());
        query.limit(limit);
        complete(tx, filter.sort, fetch(tx, query).await?).await?
    };
    Ok(Page::cut(rows, page, &filter.list(), |row| row.key.clone()))
}

/// The ids of all of them in their order: for what is told in many steps and must not lose or repeat anybody.
pub async fn caseload_ids(tx: &ScopedTx, filter: &CaseloadFilter) -> Result<Vec<Uuid>> {
    let mut query = scope(tx, filter)?;
    query.column(("client_summaries", "client_id"));
    if filter.sort != CaseloadSort::Name {
        order(&mut query, filter.sort, tx.now());
        let rows = tx.conn().query_all(&query).await?;
        return rows.iter().map(|row| Ok(row.try_get("", "client_id")?)).collect();
    }
    join_clients(&mut query);
    let rows = tx.conn().query_all(&query).await?;
    let mut named = Vec::with_capacity(rows.len());
    let keys: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "data_key_id")).collect::<Result<_, _>>()?;
    tx.warm_data_keys(keys).await?;
    for row in &rows {
        named.push(named_id(tx, row).await?);
    }
    named.sort_unstable();
    Ok(named.into_iter().map(|(_, id)| id).collect())
}

async fn named_id(tx: &ScopedTx, row: &QueryResult) -> Result<(String, Uuid)> {
    let id: Uuid = row.try_get("", "client_id")?;
    let sealed: Sealed = row.try_get("", "preferred_name")?;
    let key = tx.data_key(row.try_get("", "data_key_id")?).await?;
    Ok((key.open(&tx.place("clients", "preferred_name", id), &sealed)?.to_lowercase(), id))
}

/// Where the list goes on after this client, who may have left it meanwhile. No name stands in a cursor.
async fn place_after(tx: &ScopedTx, filter: &CaseloadFilter, ids: &[Uuid], after: &str) -> Result<usize> {
    let after: Uuid = after.parse().map_err(|_| foreign_cursor())?;
    if let Some(place) = ids.iter().position(|id| *id == after) {
        return Ok(place + 1);
    }
    let mut all = ids.to_vec();
    all.push(after);
    let mut query = Query::select();
    query
        .expr_as(Expr::col(("clients", "id")), "client_id")
        .columns([("clients", "preferred_name"), ("clients", "data_key_id")])
        .from("clients")
        .and_where(Expr::col(("clients", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("clients", "id")).is_in(all));
    let mut named = Vec::new();
    for row in &tx.conn().query_all(&query).await? {
        named.push(named_id(tx, row).await?);
    }
    named.sort_unstable();
    debug_assert_eq!(filter.sort, CaseloadSort::Name);
    named.iter().position(|(_, id)| *id == after).ok_or_else(foreign_cursor)
}

fn foreign_cursor() -> Error {
    Error::invalid("cursor", "invalid_cursor", "this cursor does not belong to this list")
}

fn read_key(text: &str) -> Option<(Vec<i64>, Uuid)> {
    let mut parts: Vec<&str> = text.split(' ').collect();
    let id = parts.pop()?.parse().ok()?;
    Some((parts.into_iter().map(|part| part.parse().ok()).collect::<Option<_>>()?, id))
}

fn order(query: &mut SelectStatement, sort: CaseloadSort, now: Timestamp) {
    for key in keys(sort, now) {
        query.order_by_expr(key, Order::Asc);
    }
    query.order_by(("client_summaries", "client_id"), Order::Asc);
}

fn join_clients(query: &mut SelectStatement) {
    query
        .join(JoinType::InnerJoin, "clients", Expr::col(("clients", "id")).equals(("client_summaries", "client_id")))
        .columns([("clients", "preferred_name"), ("clients", "data_key_id"), ("clients", "time_zone")]);
}

async fn fetch(tx: &ScopedTx, mut query: SelectStatement) -> Result<Vec<Row>> {
    for column in COLUMNS {
        query.column(("client_summaries", column));
    }
    join_clients(&mut query);
    let rows = tx.conn().query_all(&query).await?;
    rows.iter().map(|row| Ok(Row::from_query_result(row, "")?)).collect()
}

/// The rows of these clients, in the order of the ids; whoever has left the actor's reach meanwhile is left out.
pub async fn caseload_rows(tx: &ScopedTx, filter: &CaseloadFilter, ids: &[Uuid]) -> Result<Vec<CaseloadRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = scope(tx, filter)?;
    query.and_where(Expr::col(("client_summaries", "client_id")).is_in(id_list(ids.iter().copied())));
    let mut rows = complete(tx, filter.sort, fetch(tx, query).await?).await?;
    let places: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    rows.sort_by_key(|row| places.get(&row.client_id).copied());
    Ok(rows)
}

/// Adds what stands in other tables, with one query each.
async fn complete(tx: &ScopedTx, sort: CaseloadSort, rows: Vec<Row>) -> Result<Vec<CaseloadRow>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.client_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut reasons = reasons_of(tx, &ids).await?;
    let mut staff = staff_of(tx, &ids).await?;
    tx.warm_data_keys(rows.iter().map(|row| row.data_key_id)).await?;
    let mut done = Vec::with_capacity(rows.len());
    for row in rows {
        let key = tx.data_key(row.data_key_id).await?;
        let zone: Tz = parse_zone(&row.time_zone).map_err(Error::internal)?;
        let today = tx.now().to_utc().with_timezone(&zone).date_naive();
        let next = match (row.next_item_id, &row.next_original_local, row.next_starts_at) {
            (Some(item), Some(original), Some(at)) if at > tx.now().0 => Some(NextAppointment {
                occurrence_id: format!("{item}.{}", original.replace(['-', ':'], "")),
                starts_at: Timestamp(at),
            }),
            _ => None,
        };
        let place = match sort {
            CaseloadSort::Attention => {
                format!("{} {} ", -row.top_severity, row.attention_since.unwrap_or(Timestamp::FAR_FUTURE.0))
            }
            CaseloadSort::LastContact => format!("{} ", row.last_contact_at.unwrap_or(0)),
            CaseloadSort::NextAppointment => {
                format!("{} ", next.as_ref().map_or(Timestamp::FAR_FUTURE.0, |next| next.starts_at.0))
            }
            CaseloadSort::Name => String::new(),
        };
        done.push(CaseloadRow {
            client_id: row.client_id,
            preferred_name: key.open(&tx.place("clients", "preferred_name", row.client_id), &row.preferred_name)?,
            reasons: reasons.remove(&row.client_id).unwrap_or_default(),
            top_severity: row.top_severity,
            last_contact_at: row.last_contact_at.map(Timestamp),
            last_check_in_at: row.last_check_in_at.map(Timestamp),
            next_appointment: next,
            sparkline: sparkline(&row.moods, today),
            goals_in_progress: row.goals_in_progress,
            unconfirmed_reminders: row.unconfirmed_reminders,
            open_help_request_id: row.open_help_request_id,
            staff: staff.remove(&row.client_id).unwrap_or_default(),
            today,
            key: format!("{place}{}", row.client_id),
        });
    }
    Ok(done)
}

async fn reasons_of(tx: &ScopedTx, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<ReasonView>>> {
    let mut query = Query::select();
    for column in ["id", "client_id", "kind", "severity", "since", "code", "parameters", "state"] {
        query.column(("attention_reasons", column));
    }
    query
        .from("attention_reasons")
        .and_where(Expr::col(("attention_reasons", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("attention_reasons", "client_id")).is_in(id_list(ids.iter().copied())))
        .and_where(Expr::col(("attention_reasons", "state")).is_in(["open", "acknowledged"]))
        .order_by(("attention_reasons", "severity"), Order::Desc)
        .order_by(("attention_reasons", "since"), Order::Asc)
        .order_by(("attention_reasons", "id"), Order::Asc);
    let mut found: HashMap<Uuid, Vec<ReasonView>> = HashMap::new();
    for row in &tx.conn().query_all(&query).await? {
        let reason = ReasonView::from_query_result(row, "")?;
        found.entry(reason.client_id).or_default().push(reason);
    }
    Ok(found)
}

/// Who works with these clients today.
async fn staff_of(tx: &ScopedTx, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Uuid, String)>>> {
    let today = tx.today().to_string();
    let mut query = Query::select();
    query
        .distinct()
        .columns([("assignments", "client_id"), ("assignments", "staff_id")])
        .column(("staff", "name"))
        .from("assignments")
        .join(JoinType::InnerJoin, "staff", Expr::col(("staff", "id")).equals(("assignments", "staff_id")))
        .and_where(Expr::col(("assignments", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("assignments", "client_id")).is_in(id_list(ids.iter().copied())))
        .and_where(Expr::col(("assignments", "starts_on")).lte(today.as_str()))
        .cond_where(
            Condition::any()
                .add(Expr::col(("assignments", "ends_on")).is_null())
                .add(Expr::col(("assignments", "ends_on")).gte(today.as_str())),
        )
        .order_by(("assignments", "staff_id"), Order::Asc);
    let rows = tx.conn().query_all(&query).await?;
    let mut found: HashMap<Uuid, Vec<(Uuid, String)>> = HashMap::new();
    if rows.is_empty() {
        return Ok(found);
    }
    let (_, key) = tx.organization_key().await?;
    let mut names: HashMap<Uuid, String> = HashMap::new();
    for row in &rows {
        let (client_id, staff_id): (Uuid, Uuid) = (row.try_get("", "client_id")?, row.try_get("", "staff_id")?);
        if let std::collections::hash_map::Entry::Vacant(place) = names.entry(staff_id) {
            let sealed: Sealed = row.try_get("", "name")?;
            place.insert(key.open(&tx.place("staff", "name", staff_id), &sealed)?);
        }
        found.entry(client_id).or_default().push((staff_id, names[&staff_id].clone()));
    }
    Ok(found)
}
