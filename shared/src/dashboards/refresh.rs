//! Computes summaries from what they summarize. There is no other way to change one, so a row that was followed equals a
//! row that is made anew.

use std::fmt::Write;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ConnectionTrait, DbBackend, QueryOrder, QuerySelect, Set, Statement, Value};
use uuid::Uuid;

use super::coming::{last_contacts, next_appointments};
use super::entity::client_summary;
use crate::clock::Timestamp;
use crate::db::id_list;
use crate::error::Result;

/// What of a row is to be computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// There may be no row yet.
    pub row: bool,
    pub check_ins: bool,
    pub goals: bool,
    pub attention: bool,
    pub help: bool,
    /// The next appointment, and what was not confirmed.
    pub agenda: bool,
    pub contact: bool,
    pub confirmations: bool,
}

impl Parts {
    pub const ALL: Self = Self {
        row: true,
        check_ins: true,
        goals: true,
        attention: true,
        help: true,
        agenda: true,
        contact: true,
        confirmations: true,
    };

    pub fn any(self) -> bool {
        self != Self::default()
    }

    pub fn add(&mut self, other: Self) {
        *self = self.and(other);
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            row: self.row || other.row,
            check_ins: self.check_ins || other.check_ins,
            goals: self.goals || other.goals,
            attention: self.attention || other.attention,
            help: self.help || other.help,
            agenda: self.agenda || other.agenda,
            contact: self.contact || other.contact,
            confirmations: self.confirmations || other.confirmations,
        }
    }
}

/// A day's mood is the mean of its answers, in tenths. The newest hundred answers are enough for fourteen days, and keep
/// the price the same after years.
const CHECK_INS: &str = "
    last_check_in_at = (SELECT c.answered_at FROM check_ins c
        WHERE c.client_id = client_summaries.client_id AND c.organization_id = client_summaries.organization_id
        ORDER BY c.local_date DESC, c.answered_at DESC LIMIT 1),
    moods = COALESCE((SELECT string_agg(day.local_date || '=' || CAST(day.tenths AS TEXT), ',' ORDER BY day.local_date)
        FROM (SELECT c.local_date, CAST(SUM(c.mood) AS BIGINT) * 10 / COUNT(*) AS tenths
            FROM (SELECT n.local_date, n.mood FROM check_ins n
                WHERE n.client_id = client_summaries.client_id AND n.organization_id = client_summaries.organization_id
                    AND n.mood IS NOT NULL
                ORDER BY n.local_date DESC, n.answered_at DESC LIMIT 100) AS c
            GROUP BY c.local_date ORDER BY c.local_date DESC LIMIT 14) AS day), '')";

const GOALS: &str = "
    goals_in_progress = (SELECT COUNT(*) FROM goals g
        WHERE g.client_id = client_summaries.client_id AND g.organization_id = client_summaries.organization_id
            AND g.lifecycle_status IN ('accepted', 'active'))";

const ATTENTION: &str = "
    top_severity = COALESCE((SELECT MAX(a.severity) FROM attention_reasons a
        WHERE a.client_id = client_summaries.client_id AND a.organization_id = client_summaries.organization_id
            AND a.state IN ('open', 'acknowledged')), 0),
    attention_since = (SELECT MIN(a.since) FROM attention_reasons a
        WHERE a.client_id = client_summaries.client_id AND a.organization_id = client_summaries.organization_id
            AND a.state IN ('open', 'acknowledged'))";

const HELP: &str = "
    open_help_request_id = (SELECT h.id FROM help_requests h
        WHERE h.client_id = client_summaries.client_id AND h.organization_id = client_summaries.organization_id
            AND h.state <> 'closed' ORDER BY h.created_at DESC, h.id DESC LIMIT 1)";

/// Reminders of what is to come and was neither confirmed nor declined.
const UNCONFIRMED: &str = "
    FROM reminders r
    JOIN agenda_items i ON i.id = r.item_id
    LEFT JOIN occurrences o ON o.item_id = r.item_id AND o.original_local = r.original_local
    LEFT JOIN participations p ON p.item_id = r.item_id AND p.original_local = r.original_local
        AND p.client_id = r.client_id AND p.response IN ('confirmed', 'declined', 'done')
    WHERE r.client_id = client_summaries.client_id AND r.organization_id = client_summaries.organization_id
        AND r.state = 'sent' AND r.starts_at > {now} AND r.kind IN ('appointment', 'meeting')
        AND i.cancelled_at IS NULL AND o.cancelled_at IS NULL AND p.response IS NULL";

/// Each occurrence once, however many reminders it had. From its start on an appointment is not the next any more, and
/// needs no confirmation: then the row is old.
const CONFIRMATIONS: &str = "
    unconfirmed_reminders = (SELECT COUNT(*) FROM (SELECT DISTINCT r.item_id, r.original_local {unconfirmed}) AS u),
    refresh_at = COALESCE((SELECT MIN(m.moment) FROM (
        SELECT n.next_starts_at AS moment FROM client_summaries n WHERE n.client_id = client_summaries.client_id
        UNION ALL SELECT r.starts_at AS moment {unconfirmed}) AS m), {never})";

/// Computes parts of rows of one organization, and writes them.
pub(crate) async fn refresh(
    conn: &impl ConnectionTrait,
    organization_id: Uuid,
    ids: &[Uuid],
    parts: Parts,
    now: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    if parts.row {
        add_rows(conn, organization_id, ids).await?;
    }
    lock(conn, organization_id, ids).await?;
    if parts.agenda {
        for (client_id, next) in next_appointments(conn, organization_id, ids, now).await? {
            let row = client_summary::ActiveModel {
                client_id: Set(client_id),
                next_item_id: Set(next.as_ref().map(|next| next.item_id)),
                next_original_local: Set(next.as_ref().map(|next| next.original_local.clone())),
                next_starts_at: Set(next.as_ref().map(|next| next.starts_at)),
                ..Default::default()
            };
            row.update_without_returning(conn).await?;
        }
    }
    let mut sets: Vec<String> = Vec::new();
    for (wanted, sql) in [
        (parts.check_ins, CHECK_INS),
        (parts.goals, GOALS),
        (parts.attention, ATTENTION),
        (parts.help, HELP),
        (parts.agenda || parts.confirmations, CONFIRMATIONS),
    ] {
        if wanted {
            // Numbers: nothing that would need quoting.
            let sql = sql.replace("{unconfirmed}", UNCONFIRMED).replace("{now}", &now.0.to_string());
            sets.push(sql.replace("{never}", &Timestamp::FAR_FUTURE.0.to_string()));
        }
    }
    if !sets.is_empty() {
        update(conn, organization_id, ids, &sets.join(",")).await?;
    }
    if parts.contact {
        for (client_id, at) in last_contacts(conn, organization_id, ids).await? {
            let row = client_summary::ActiveModel {
                client_id: Set(client_id),
                last_contact_at: Set(at),
                ..Default::default()
            };
            row.update_without_returning(conn).await?;
        }
    }
    Ok(())
}

async fn add_rows(conn: &impl ConnectionTrait, organization_id: Uuid, ids: &[Uuid]) -> Result<()> {
    for chunk in ids.chunks(500) {
        let rows = chunk.iter().map(|id| client_summary::ActiveModel {
            client_id: Set(*id),
            organization_id: Set(organization_id),
            last_contact_at: Set(None),
            last_check_in_at: Set(None),
            moods: Set(String::new()),
            goals_in_progress: Set(0),
            unconfirmed_reminders: Set(0),
            next_item_id: Set(None),
            next_original_local: Set(None),
            next_starts_at: Set(None),
            top_severity: Set(0),
            attention_since: Set(None),
            open_help_request_id: Set(None),
            refresh_at: Set(Timestamp::FAR_FUTURE),
        });
        client_summary::Entity::insert_many(rows)
            .on_conflict(OnConflict::column(client_summary::Column::ClientId).do_nothing().to_owned())
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// What is computed after this sees everything that others committed of these clients. SQLite has one writer anyway.
async fn lock(conn: &impl ConnectionTrait, organization_id: Uuid, ids: &[Uuid]) -> Result<()> {
    if conn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    client_summary::Entity::find()
        .select_only()
        .column(client_summary::Column::ClientId)
        .filter(client_summary::COLUMN.organization_id.eq(organization_id))
        .filter(client_summary::COLUMN.client_id.is_in(id_list(ids.iter().copied())))
        .order_by_asc(client_summary::COLUMN.client_id)
        .lock(LockType::Update)
        .into_tuple::<Uuid>()
        .all(conn)
        .await?;
    Ok(())
}

async fn update(conn: &impl ConnectionTrait, organization_id: Uuid, ids: &[Uuid], sets: &str) -> Result<()> {
    let backend = conn.get_database_backend();
    for chunk in ids.chunks(500) {
        let mut sql = format!("UPDATE client_summaries SET {sets} WHERE organization_id = $1 AND client_id IN (");
        let mut values: Vec<Value> = vec![organization_id.into()];
        for (index, id) in id_list(chunk.iter().copied()).into_iter().enumerate() {
            let _ = write!(sql, "{}${}", if index == 0 { "" } else { "," }, index + 2);
            values.push(id.into());
        }
        sql.push(')');
        conn.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}
