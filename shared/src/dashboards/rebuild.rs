use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::entity::client_summary;
use super::refresh::{Parts, refresh};
use crate::clients::entity::client;
use crate::db::Database;
use crate::error::Result;
use crate::scope::Scope;

const BATCH: u64 = 200;

/// Computes the rows that time has made old: most of them a next appointment that has begun. Reads first, so that an idle
/// server writes nothing. Returns how many it wrote; each transaction holds a few only.
pub async fn refresh_old(database: &Database) -> Result<usize> {
    let mut written = 0;
    loop {
        let now = database.env.clock.now();
        let old: Vec<(Uuid, Uuid)> = client_summary::Entity::find()
            .select_only()
            .columns([client_summary::Column::OrganizationId, client_summary::Column::ClientId])
            .filter(client_summary::COLUMN.refresh_at.lte(now))
            .order_by_asc(client_summary::COLUMN.refresh_at)
            .limit(BATCH)
            .into_tuple()
            .all(database.worker_connection())
            .await?;
        if old.is_empty() {
            return Ok(written);
        }
        let mut by_organization: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (organization_id, client_id) in old {
            by_organization.entry(organization_id).or_default().push(client_id);
        }
        for (organization_id, mut ids) in by_organization {
            ids.sort_unstable();
            write(database, organization_id, &ids).await?;
            written += ids.len();
        }
    }
}

/// Computes every row of an organization anew, missing ones too. Returns how many there are.
pub async fn rebuild(database: &Database, organization_id: Uuid) -> Result<usize> {
    let (mut written, mut after) = (0, Uuid::nil());
    loop {
        let tx = database.begin_read(&Scope::system(organization_id, "summaries")).await?;
        let ids: Vec<Uuid> = client::Entity::find()
            .select_only()
            .column(client::Column::Id)
            .filter(client::COLUMN.organization_id.eq(organization_id))
            .filter(client::COLUMN.id.gt(after))
            .order_by_asc(client::COLUMN.id)
            .limit(BATCH)
            .into_tuple()
            .all(tx.conn())
            .await?;
        tx.finish().await?;
        let Some(last) = ids.last() else { return Ok(written) };
        after = *last;
        write(database, organization_id, &ids).await?;
        written += ids.len();
    }
}

async fn write(database: &Database, organization_id: Uuid, ids: &[Uuid]) -> Result<()> {
    let tx = database.begin_write(&Scope::system(organization_id, "summaries")).await?;
    refresh(tx.conn(), organization_id, ids, Parts::ALL, tx.now()).await?;
    // What it summarizes was audited when it was written.
    tx.finish().await
}
