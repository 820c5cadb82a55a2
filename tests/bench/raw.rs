//! What the database alone can do: the rows of a check-in written by prepared statements on plain connections, with
//! nothing checked, sealed or answered.

use std::str::FromStr;
use std::time::Duration;

use anyhow::ensure;
use cairn_shared::db::{DatabaseUrl, sqlite_options};
use cairn_tests::id_of_phone;
use futures::future::try_join_all;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tokio::time::Instant;
use uuid::Uuid;

use crate::site::Site;

const CHECK_IN: &str =
    "INSERT INTO check_ins (id, organization_id, client_id, form_id, form_version_id, local_date, answers,
        answered_at, received_at, language, recorded_by_kind, mood, safe_state)
    SELECT $1, $2, $3, form_id, id, '2026-11-22', $5, $6, $6, 'en', 'client', 5, 'safe'
    FROM check_in_form_versions WHERE id = $4";
const SUMMARY: &str = "UPDATE client_summaries SET last_check_in_at = $2 WHERE client_id = $1";
const AUDIT: &str = "INSERT INTO audit_events (organization_id, seq, at, actor_kind, actor_id, action, object_type,
        object_id, client_id, purpose, outcome, detail, hash)
    VALUES ($1, $2, $3, 'client', $4, 'create', 'check_in', $5, $4, 'patient_request', 'success', '{}', $6)";
const HEAD: &str = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE organization_id = $1";

/// An organization's people, and the form that they answer.
#[derive(Clone)]
pub struct Answering {
    pub organization_id: Uuid,
    pub version_id: Uuid,
    pub client_ids: Vec<Uuid>,
}

impl Answering {
    fn client(&self, turn: usize) -> Uuid {
        self.client_ids[turn % self.client_ids.len()]
    }
}

/// Check-ins a second over these organizations.
pub async fn check_ins(
    site: &Site,
    organizations: &[Answering],
    connections: usize,
    length: Duration,
) -> anyhow::Result<f64> {
    let began = Instant::now();
    let count: usize = match site.url.parse()? {
        DatabaseUrl::Postgres(url) => {
            let tasks = (0..connections).map(|number| {
                let (url, answering) = (url.clone(), organizations[number % organizations.len()].clone());
                // Connections go round the clients as the requests do, so they seldom wait for the same row.
                let turns = (number..).step_by(connections);
                async move { tokio::spawn(postgres(url, answering, turns, length)).await? }
            });
            try_join_all(tasks).await?.into_iter().sum()
        }
        // SQLite has one writer, whoever writes.
        DatabaseUrl::Sqlite(path) => sqlite(&path, organizations, length).await?,
    };
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = count as f64 / began.elapsed().as_secs_f64();
    Ok(rate)
}

async fn postgres(
    url: String,
    answering: Answering,
    mut turns: impl Iterator<Item = usize>,
    length: Duration,
) -> anyhow::Result<usize> {
    let organization = answering.organization_id;
    let options = PgConnectOptions::from_str(&url)?.disable_statement_logging();
    let mut connection: PgConnection = options.connect().await?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < length {
        let client = answering.client(turns.next().unwrap_or_default());
        let begin = format!("BEGIN; SET LOCAL ROLE cairn_app; SET LOCAL app.org = '{organization}'");
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut connection).await?;
        let id = id_of_phone();
        let at = 1_800_000_000_000_i64;
        let written = sqlx::query(CHECK_IN)
            .bind(id)
            .bind(organization)
            .bind(client)
            .bind(answering.version_id)
            .bind(vec![7_u8; 120])
            .bind(at)
            .execute(&mut connection)
            .await?;
        ensure!(written.rows_affected() == 1, "the statement of a check-in wrote nothing");
        sqlx::query(SUMMARY).bind(client).bind(at).execute(&mut connection).await?;
        let (seq,): (i64,) = sqlx::query_as("SELECT seq FROM audit_heads WHERE organization_id = $1 FOR UPDATE")
            .bind(organization)
            .fetch_one(&mut connection)
            .await?;
        sqlx::query(AUDIT)
            .bind(organization)
            .bind(seq + 1)
            .bind(at)
            .bind(client)
            .bind(id.to_string())
            .bind(vec![7_u8; 32])
            .execute(&mut connection)
            .await?;
        sqlx::query(HEAD).bind(organization).bind(seq + 1).bind(vec![7_u8; 32]).execute(&mut connection).await?;
        sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
        count += 1;
    }
    connection.close().await?;
    Ok(count)
}

async fn sqlite(path: &std::path::Path, organizations: &[Answering], length: Duration) -> anyhow::Result<usize> {
    let mut connection: SqliteConnection = sqlite_options(path).connect().await?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < length {
        let answering = &organizations[count % organizations.len()];
        let (organization, client) = (answering.organization_id, answering.client(count));
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await?;
        let id = id_of_phone();
        let at = 1_800_000_000_000_i64;
        let written = sqlx::query(CHECK_IN)
            .bind(id)
            .bind(organization)
            .bind(client)
            .bind(answering.version_id)
            .bind(vec![7_u8; 120])
            .bind(at)
            .execute(&mut connection)
            .await?;
        ensure!(written.rows_affected() == 1, "the statement of a check-in wrote nothing");
        sqlx::query(SUMMARY).bind(client).bind(at).execute(&mut connection).await?;
        let (seq,): (i64,) = sqlx::query_as("SELECT seq FROM audit_heads WHERE organization_id = $1")
            .bind(organization)
            .fetch_one(&mut connection)
            .await?;
        sqlx::query(AUDIT)
            .bind(organization)
            .bind(seq + 1)
            .bind(at)
            .bind(client)
            .bind(id.to_string())
            .bind(vec![7_u8; 32])
            .execute(&mut connection)
            .await?;
        sqlx::query(HEAD).bind(organization).bind(seq + 1).bind(vec![7_u8; 32]).execute(&mut connection).await?;
        sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
        count += 1;
    }
    connection.close().await?;
    Ok(count)
}
