//! Brings a client's reasons up to date with the data: in the transaction of what changed it, and by the worker where
//! time alone did.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{ActiveModelTrait, ExprTrait, FromQueryResult, QueryOrder, QuerySelect, Set, TryInsertResult};
use serde_json::json;
use uuid::Uuid;

use super::entity::{attention_reason, attention_refresh, attention_rule};
use super::facts::{clients, fetch};
use super::kind::{Kind, ReasonState};
use super::reasons::{Finding, assess, by_key};
use super::rules::{self, Rules};
use crate::audit::AuditEvent;
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx, WorkerTx};
use crate::error::{Error, Result};
use crate::organizations;

/// What has changed of a client, and so which rules are worth applying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    CheckIns,
    CheckInSchedules,
    Attendance,
    Goals,
    CarePlans,
    Phones,
    /// Zone, pause, or time alone.
    Everything,
}

impl Touched {
    fn kinds(self) -> &'static [Kind] {
        match self {
            Self::CheckIns => &[Kind::CheckInsMissed, Kind::MoodBelowBaseline],
            Self::CheckInSchedules => &[Kind::CheckInsMissed],
            Self::Attendance => &[Kind::AppointmentMissed],
            Self::Goals => &[Kind::GoalDue],
            Self::CarePlans => &[Kind::PlanReviewDue],
            Self::Phones => &[Kind::Unreachable],
            Self::Everything => &[
                Kind::CheckInsMissed,
                Kind::MoodBelowBaseline,
                Kind::AppointmentMissed,
                Kind::GoalDue,
                Kind::PlanReviewDue,
                Kind::Unreachable,
            ],
        }
    }
}

/// Opens and resolves reasons after a change. Call it when the change is written, before the commit.
pub async fn refresh(tx: &mut ScopedTx, client_id: Uuid, touched: Touched) -> Result<()> {
    let client = client::Entity::find_by_id(client_id)
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    refresh_client(tx, &client, touched).await
}

/// The same for a client whose row is at hand. After a check-in: three reads, and writes only if something is new.
pub async fn refresh_client(tx: &mut ScopedTx, client: &client::Model, touched: Touched) -> Result<()> {
    let (known, rules) = lock_with_rules(tx, client.id).await?;
    let next = apply(tx, client, &rules, touched.kinds()).await?;
    match known {
        // Nothing is known of the other kinds yet: the worker looks at all of them.
        None => put_refresh_at(tx, client.id, Some(tx.now())).await,
        Some(planned) if touched == Touched::Everything && planned != next => put_refresh_at(tx, client.id, next).await,
        Some(planned) if touched != Touched::Everything => match next {
            Some(next) if planned.is_none_or(|planned| next < planned) => {
                put_refresh_at(tx, client.id, Some(next)).await
            }
            _ => Ok(()),
        },
        Some(_) => Ok(()),
    }
}

/// When to look again, if it is known, and the organization's rules, with one query. Whoever changes a client's reasons
/// holds the row until the end of the transaction, so that no date is lost between two of them.
async fn lock_with_rules(tx: &ScopedTx, client_id: Uuid) -> Result<(Option<Option<Timestamp>>, Rules)> {
    const REFRESHES: &str = "attention_refreshes";
    const RULES: &str = "attention_rules";
    let mut query = Query::select();
    query
        .column((REFRESHES, "refresh_at"))
        .columns(
            ["organization_id", "kind", "enabled", "parameters", "version", "updated_at"].map(|name| (RULES, name)),
        )
        .from(REFRESHES)
        .join(JoinType::LeftJoin, RULES, Expr::col((RULES, "organization_id")).equals((REFRESHES, "organization_id")))
        .and_where(Expr::col((REFRESHES, "client_id")).eq(client_id))
        .and_where(Expr::col((REFRESHES, "organization_id")).eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query.lock_with_tables(LockType::Update, [REFRESHES]);
    }
    let rows = tx.conn().query_all(&query).await?;
    let Some(first) = rows.first() else { return Ok((None, rules::load(tx).await?)) };
    let refresh_at: Option<i64> = first.try_get("", "refresh_at")?;
    let mut tuned = Vec::new();
    for row in &rows {
        if row.try_get::<Option<String>>("", "kind")?.is_some() {
            tuned.push(attention_rule::Model::from_query_result(row, "")?);
        }
    }
    Ok((Some(refresh_at.map(Timestamp)), Rules::tuned(&tuned)?))
}

/// The same row for the worker, which leaves alone what somebody else holds.
async fn lock_if_free(tx: &ScopedTx, client_id: Uuid) -> Result<Option<attention_refresh::Model>> {
    let mut query = attention_refresh::Entity::find_by_id(client_id)
        .filter(attention_refresh::COLUMN.organization_id.eq(tx.organization_id()));
    if tx.database().is_postgres() {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    Ok(query.one(tx.conn()).await?)
}

async fn put_refresh_at(tx: &ScopedTx, client_id: Uuid, at: Option<Timestamp>) -> Result<()> {
    let row = attention_refresh::ActiveModel {
        client_id: Set(client_id),
        organization_id: Set(tx.organization_id()),
        refresh_at: Set(at),
    };
    attention_refresh::Entity::insert(row)
        .on_conflict(
            OnConflict::column(attention_refresh::Column::ClientId)
                .update_column(attention_refresh::Column::RefreshAt)
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Applies the rules of these kinds, and returns when time alone may change what they say.
async fn apply(tx: &mut ScopedTx, client: &client::Model, rules: &Rules, kinds: &[Kind]) -> Result<Option<Timestamp>> {
    let facts = fetch(tx, client, rules, kinds).await?;
    let assessment = assess(&facts, rules, kinds);
    let standing = attention_reason::Entity::find()
        .filter(attention_reason::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(attention_reason::COLUMN.client_id.eq(client.id))
        .filter(attention_reason::COLUMN.standing.eq(true))
        .filter(attention_reason::COLUMN.kind.is_in(kinds.iter().map(|kind| kind.as_str())))
        .all(tx.conn())
        .await?;
    let mut findings = by_key(assessment.findings);
    for row in standing {
        let kind = Kind::parse(&row.kind).ok_or_else(|| Error::internal("a reason of unknown kind"))?;
        let key = (kind, row.subject_id.clone());
        let settled = [ReasonState::Dismissed, ReasonState::Resolved].map(ReasonState::as_str).contains(&&*row.state);
        match findings.get(&key) {
            None => end(tx, &row).await?,
            // What somebody has set aside comes back only when it has grown more serious.
            Some(finding) if settled && finding.severity.rank() > row.severity => end(tx, &row).await?,
            Some(finding) => {
                if !settled {
                    update(tx, &row, finding).await?;
                }
                findings.remove(&key);
            }
        }
    }
    let mut fresh: Vec<((Kind, String), Finding)> = findings.into_iter().collect();
    fresh.sort_by(|one, other| one.0.cmp(&other.0));
    for (_, finding) in fresh {
        open(tx, client.id, finding).await?;
    }
    Ok(assessment.next)
}

async fn open(tx: &mut ScopedTx, client_id: Uuid, finding: Finding) -> Result<()> {
    let id = tx.new_id();
    let (subject_type, subject_id) = finding.subject.unzip();
    let row = attention_reason::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        kind: Set(finding.kind.as_str().to_owned()),
        severity: Set(finding.severity.rank()),
        since: Set(finding.since),
        code: Set(finding.code.to_owned()),
        parameters: Set(finding.parameters.to_string()),
        subject_type: Set(subject_type.map(str::to_owned)),
        subject_id: Set(subject_id.unwrap_or_default()),
        standing: Set(true),
        state: Set(ReasonState::Open.as_str().to_owned()),
        due_at: Set(None),
        created_at: Set(tx.now()),
        acknowledged_at: Set(None),
        acknowledged_by: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
        outcome: Set(None),
        note: Set(None),
    };
    let inserted =
        attention_reason::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    if matches!(inserted, TryInsertResult::Inserted(1..)) {
        let detail = json!({ "kind": finding.kind, "severity": finding.severity });
        tx.record(AuditEvent::new("raise", "attention_reason", id).client(client_id).detail(detail));
    }
    Ok(())
}

/// What it says has changed a little: the same reason, in other words.
async fn update(tx: &mut ScopedTx, row: &attention_reason::Model, finding: &Finding) -> Result<()> {
    let parameters = finding.parameters.to_string();
    if row.severity == finding.severity.rank() && row.code == finding.code && row.parameters == parameters {
        return Ok(());
    }
    attention_reason::ActiveModel {
        id: Set(row.id),
        severity: Set(finding.severity.rank()),
        code: Set(finding.code.to_owned()),
        parameters: Set(parameters),
        ..Default::default()
    }
    .update_without_returning(tx.conn())
    .await?;
    let detail = json!({ "severity": finding.severity });
    tx.record(AuditEvent::new("update", "attention_reason", row.id).client(row.client_id).detail(detail));
    Ok(())
}

/// The data says otherwise by now. What people have settled keeps its state and only stops standing.
async fn end(tx: &mut ScopedTx, row: &attention_reason::Model) -> Result<()> {
    let mut change = attention_reason::ActiveModel { id: Set(row.id), standing: Set(false), ..Default::default() };
    let asks = [ReasonState::Open, ReasonState::Acknowledged].map(ReasonState::as_str).contains(&&*row.state);
    if asks {
        change.state = Set(ReasonState::Resolved.as_str().to_owned());
        change.ended_at = Set(Some(tx.now()));
    }
    change.update_without_returning(tx.conn()).await?;
    if asks {
        tx.record(AuditEvent::new("resolve", "attention_reason", row.id).client(row.client_id));
    }
    Ok(())
}

/// Lets the worker look at a client within a second or so: for dates of goals and plans, where that is soon enough.
pub async fn look_again(tx: &ScopedTx, client_id: Uuid) -> Result<()> {
    put_refresh_at(tx, client_id, Some(tx.now())).await
}

/// For the worker, which may not read a client's record: lets the next look find this client.
pub(crate) async fn look_soon(tx: &WorkerTx, client_id: Uuid) -> Result<()> {
    attention_refresh::Entity::update_many()
        .col_expr(attention_refresh::Column::RefreshAt, Expr::value(tx.now().0))
        .filter(attention_refresh::COLUMN.client_id.eq(client_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

const AT_ONCE: u64 = 200;
const IN_ONE_TRANSACTION: usize = 25;
/// A client whose data cannot be read is looked at again this much later.
const AFTER_A_FAULT: chrono::Duration = chrono::Duration::hours(1);

/// Looks at the clients whose time has come. With none it is one indexed read. Returns how many were looked at.
pub async fn refresh_due(database: &Database) -> Result<usize> {
    let rows: Vec<(Uuid, Uuid)> = attention_refresh::Entity::find()
        .select_only()
        .column(attention_refresh::Column::ClientId)
        .column(attention_refresh::Column::OrganizationId)
        .filter(attention_refresh::COLUMN.refresh_at.lte(database.env.clock.now()))
        .order_by_asc(attention_refresh::COLUMN.refresh_at)
        .limit(AT_ONCE)
        .into_tuple()
        .all(database.worker_connection())
        .await?;
    let mut organizations: Vec<Uuid> = rows.iter().map(|(_, organization_id)| *organization_id).collect();
    organizations.sort_unstable();
    organizations.dedup();
    let mut looked_at = 0;
    for organization_id in organizations {
        let ids: Vec<Uuid> = rows.iter().filter(|row| row.1 == organization_id).map(|row| row.0).collect();
        for chunk in ids.chunks(IN_ONE_TRANSACTION) {
            looked_at += match refresh_some(database, organization_id, chunk).await {
                Err(Error::Internal(_)) => one_by_one(database, organization_id, chunk).await?,
                other => other?,
            };
        }
    }
    Ok(looked_at)
}

async fn refresh_some(database: &Database, organization_id: Uuid, ids: &[Uuid]) -> Result<usize> {
    let scope = organizations::system_scope(database, organization_id, "attention").await?;
    let mut tx = database.begin_write(&scope).await?;
    let people = clients(&tx, ids.iter().copied()).await?;
    let rules = rules::load(&tx).await?;
    let mut looked_at = 0;
    for id in ids {
        let Some(client) = people.get(id) else { continue };
        // Somebody else may be at it, or have been.
        let due = lock_if_free(&tx, *id).await?.and_then(|row| row.refresh_at);
        if due.is_none_or(|due| due > tx.now()) {
            continue;
        }
        let next = apply(&mut tx, client, &rules, Touched::Everything.kinds()).await?;
        put_refresh_at(&tx, *id, next).await?;
        looked_at += 1;
    }
    tx.conclude().await?;
    Ok(looked_at)
}

/// One client whose data cannot be read must not hold up the others.
async fn one_by_one(database: &Database, organization_id: Uuid, ids: &[Uuid]) -> Result<usize> {
    let mut looked_at = 0;
    for id in ids {
        match refresh_some(database, organization_id, &[*id]).await {
            Ok(count) => looked_at += count,
            Err(Error::Internal(cause)) => {
                tracing::error!(client_id = %id, %cause, "what asks for attention cannot be computed");
                let scope = organizations::system_scope(database, organization_id, "attention").await?;
                let tx = database.begin_write(&scope).await?;
                put_refresh_at(&tx, *id, Some(tx.now().plus(AFTER_A_FAULT))).await?;
                tx.finish().await?;
                looked_at += 1;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(looked_at)
}
