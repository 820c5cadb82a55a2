//! Files that are too large for one request: kept sealed, worked on in steps by any worker, and forgotten when done. A
//! step that is lost is done again; one that was committed is not.

use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::calendar_import;
use super::event::Skip;
use super::file::{CalendarFile, read_file};
use super::import::{Counts, Owner, SERIES_AT_ONCE, apply};
use super::series::{Defaults, Series};
use crate::audit::AuditEvent;
use crate::clients::{authorize, visible_ids};
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::identity::{find_staff, is_enabled};
use crate::organizations;
use crate::policy::{Act, reaches};
use crate::scope::{Actor, Scope};

/// What was left out is listed up to this number; more is only counted.
const MAX_LISTED: usize = 1000;
/// An import that gets no further is given up after this long.
const GIVE_UP_HOURS: i64 = 24;

const WAITING: &str = "waiting";
const DONE: &str = "done";
const FAILED: &str = "failed";

/// An import as its maker sees it.
#[derive(Clone, Debug)]
pub struct ImportView {
    pub id: Uuid,
    pub state: String,
    pub total: u64,
    pub done: u64,
    pub counts: Counts,
    pub skipped: Vec<Skip>,
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// Checks that the actor may bring calendars to this owner at all.
pub async fn check_owner(tx: &ScopedTx, owner: Owner) -> Result<()> {
    match owner {
        Owner::Client(client_id) => authorize(tx, client_id, Act::WriteAgenda).await.map(|_| ()),
        Owner::Organization if tx.scope().client_id().is_some() => Err(Error::Forbidden("role")),
        Owner::Organization if reaches(tx.scope(), Act::WriteAgenda).is_empty() => Err(Error::Forbidden("role")),
        Owner::Organization => visible_ids(tx, Act::WriteAgenda).await.map(|_| ()),
    }
}

/// Applies a small file at once, in the transaction of the request.
pub async fn import_now(
    tx: &mut ScopedTx,
    owner: Owner,
    file: CalendarFile,
    dry_run: bool,
) -> Result<(Counts, Vec<Skip>)> {
    check_owner(tx, owner).await?;
    let CalendarFile { series, mut skipped } = file;
    let mut counts = Counts::default();
    for chunk in series.chunks(SERIES_AT_ONCE) {
        apply(tx, owner, chunk, dry_run, &mut counts, &mut skipped).await?;
    }
    if !dry_run {
        note(tx, owner, counts, skipped.len());
    }
    Ok((counts, skipped))
}

/// Applies the next [`SERIES_AT_ONCE`] series of a file in the transaction of the caller, who counts how far it came.
pub async fn import_step(
    tx: &mut ScopedTx,
    owner: Owner,
    series: &[Series],
    dry_run: bool,
    counts: &mut Counts,
    skipped: &mut Vec<Skip>,
) -> Result<()> {
    check_owner(tx, owner).await?;
    apply(tx, owner, series, dry_run, counts, skipped).await?;
    if !dry_run {
        note(tx, owner, *counts, skipped.len());
    }
    Ok(())
}

fn note(tx: &mut ScopedTx, owner: Owner, counts: Counts, skipped: usize) {
    let event = AuditEvent::new("import", "calendar", tx.organization_id());
    let event = match owner {
        Owner::Client(client_id) => event.client(client_id),
        Owner::Organization => event,
    };
    tx.record(event.detail(json!({ "counts": counts, "skipped": skipped })));
}

/// Keeps a large file for the workers.
pub async fn start_import(
    tx: &mut ScopedTx,
    owner: Owner,
    bytes: &[u8],
    total: usize,
    defaults: Defaults,
) -> Result<Uuid> {
    check_owner(tx, owner).await?;
    let (data_key_id, key) = tx.organization_key().await?;
    let id = tx.new_id();
    let client_id = match owner {
        Owner::Client(client_id) => Some(client_id),
        Owner::Organization => None,
    };
    let file = key.seal_bytes(&tx.place("calendar_imports", "file", id), bytes, &*tx.database().env.random);
    calendar_import::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        created_by_kind: Set(tx.scope().actor.kind().to_owned()),
        created_by: Set(tx.scope().actor.id()),
        data_key_id: Set(data_key_id),
        reminder_minutes: Set(defaults.reminder_minutes.map(i64::from)),
        state: Set(WAITING.to_owned()),
        file: Set(Some(file)),
        total: Set(i64::try_from(total).unwrap_or(i64::MAX)),
        done: Set(0),
        imported: Set(0),
        updated: Set(0),
        unchanged: Set(0),
        cancelled: Set(0),
        skipped: Set(None),
        error: Set(None),
        created_at: Set(tx.now()),
        finished_at: Set(None),
    }
    .insert(tx.conn())
    .await?;
    tx.record(AuditEvent::new("create", "calendar_import", id).detail(json!({ "total": total })));
    Ok(id)
}

/// One of the actor's own imports.
pub async fn get_import(tx: &ScopedTx, id: Uuid) -> Result<ImportView> {
    let row = calendar_import::Entity::find_by_id(id)
        .filter(calendar_import::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .filter(|row| row.created_by.is_some() && row.created_by == tx.scope().actor.id())
        .ok_or(Error::NotFound)?;
    let skipped = skipped_of(tx, &row).await?;
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(ImportView {
        id: row.id,
        total: number(row.total),
        done: number(row.done),
        counts: counts_of(&row),
        skipped,
        error: row.error,
        created_at: row.created_at,
        finished_at: row.finished_at,
        state: row.state,
    })
}

/// The next import that waits, if any. Looking costs no lock.
pub async fn waiting_import(database: &Database) -> Result<Option<(Uuid, Uuid)>> {
    let row = calendar_import::Entity::find()
        .filter(calendar_import::COLUMN.state.eq(WAITING))
        .order_by_asc(calendar_import::COLUMN.id)
        .one(database.worker_connection())
        .await?;
    Ok(row.map(|row| (row.organization_id, row.id)))
}

/// Works on one import to its end, as the person who asked for it and with what they may do now.
pub async fn run_import(database: &Database, organization_id: Uuid, id: Uuid) -> Result<()> {
    let tx = database.begin_read(&Scope::system(organization_id, "import")).await?;
    let Some(row) = calendar_import::Entity::find_by_id(id).one(tx.conn()).await? else { return Ok(()) };
    let organization = organizations::current(&tx).await?;
    let actor = match (row.created_by_kind.as_str(), row.created_by) {
        ("client", Some(client_id)) => Actor::Client { client_id, device_id: None },
        ("staff", Some(staff_id)) if !is_enabled(&tx, staff_id).await? => {
            tx.finish().await?;
            return fail(database, &Scope::system(organization_id, "import"), id, "forbidden").await;
        }
        ("staff", Some(staff_id)) => Actor::Staff { staff_id, roles: find_staff(&tx, staff_id).await?.roles },
        _ => return Err(Error::internal("an import of nobody")),
    };
    let scope = Scope {
        zone: organization.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC),
        actor,
        ..Scope::system(organization_id, "import")
    };
    let bytes = match &row.file {
        Some(sealed) => {
            tx.data_key(row.data_key_id).await?.open_bytes(&tx.place("calendar_imports", "file", id), sealed)?
        }
        None => return Ok(()),
    };
    tx.finish().await?;
    let defaults = Defaults { reminder_minutes: row.reminder_minutes.and_then(|minutes| u32::try_from(minutes).ok()) };
    let zone = scope.zone;
    let file = tokio::task::spawn_blocking(move || read_file(&bytes, zone, defaults)).await;
    let Ok(Ok(file)) = file else { return fail(database, &scope, id, "unreadable").await };
    let mut first = true;
    loop {
        match step(database, &scope, id, &file, first).await {
            Ok(true) => first = false,
            Ok(false) => return Ok(()),
            Err(Error::Forbidden(_) | Error::NotFound) => return fail(database, &scope, id, "forbidden").await,
            Err(error @ Error::Internal(_)) => {
                tracing::error!(import_id = %id, %error, "an import cannot go on");
                return fail(database, &scope, id, "internal").await;
            }
            Err(other) => return Err(other),
        }
    }
}

/// The next series of the file; false when there is nothing left to do.
async fn step(database: &Database, scope: &Scope, id: Uuid, file: &CalendarFile, first: bool) -> Result<bool> {
    let mut tx = database.begin_write(scope).await?;
    let mut query = calendar_import::Entity::find_by_id(id)
        .filter(calendar_import::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    let Some(row) = query.one(tx.conn()).await?.filter(|row| row.state == WAITING) else { return Ok(false) };
    if row.created_at < tx.now().minus(Duration::hours(GIVE_UP_HOURS)) {
        return Err(Error::internal("an import that does not end"));
    }
    let owner = row.client_id.map_or(Owner::Organization, Owner::Client);
    let from = usize::try_from(row.done).unwrap_or(0).min(file.series.len());
    let to = (from + SERIES_AT_ONCE).min(file.series.len());
    let mut counts = counts_of(&row);
    let mut skipped = skipped_of(&tx, &row).await?;
    if first && from == 0 {
        skipped.extend(file.skipped.iter().cloned());
    }
    apply(&mut tx, owner, &file.series[from..to], false, &mut counts, &mut skipped).await?;
    skipped.truncate(MAX_LISTED);
    let key = tx.data_key(row.data_key_id).await?;
    let text = serde_json::to_string(&skipped).map_err(Error::internal)?;
    let skipped = tx.seal(&key, &tx.place("calendar_imports", "skipped", id), &text);
    let ended = to == file.series.len();
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut row = row.into_active_model();
    row.done = Set(i64::try_from(to).unwrap_or(i64::MAX));
    row.imported = Set(number(counts.imported));
    row.updated = Set(number(counts.updated));
    row.unchanged = Set(number(counts.unchanged));
    row.cancelled = Set(number(counts.cancelled));
    row.skipped = Set(Some(skipped));
    if ended {
        row.state = Set(DONE.to_owned());
        row.file = Set(None);
        row.finished_at = Set(Some(tx.now()));
    }
    row.update(tx.conn()).await?;
    let action = if ended { "finish" } else { "update" };
    tx.record(AuditEvent::new(action, "calendar_import", id).detail(json!({ "done": to })));
    tx.commit().await?;
    Ok(!ended)
}

async fn fail(database: &Database, scope: &Scope, id: Uuid, code: &'static str) -> Result<()> {
    let mut tx = database.begin_write(scope).await?;
    calendar_import::Entity::update_many()
        .col_expr(calendar_import::Column::State, Expr::value(FAILED))
        .col_expr(calendar_import::Column::Error, Expr::value(code))
        .col_expr(calendar_import::Column::File, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(calendar_import::Column::FinishedAt, Expr::value(tx.now().0))
        .filter(calendar_import::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(calendar_import::COLUMN.id.eq(id))
        .exec(tx.conn())
        .await?;
    tx.record(AuditEvent::new("fail", "calendar_import", id).detail(json!({ "code": code })));
    tx.commit().await
}

fn counts_of(row: &calendar_import::Model) -> Counts {
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    Counts {
        imported: number(row.imported),
        updated: number(row.updated),
        unchanged: number(row.unchanged),
        cancelled: number(row.cancelled),
    }
}

async fn skipped_of(tx: &ScopedTx, row: &calendar_import::Model) -> Result<Vec<Skip>> {
    let Some(sealed) = &row.skipped else { return Ok(Vec::new()) };
    let key = tx.data_key(row.data_key_id).await?;
    let text = key.open(&tx.place("calendar_imports", "skipped", row.id), sealed)?;
    serde_json::from_str(&text).map_err(Error::internal)
}
