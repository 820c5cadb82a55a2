use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

use super::document::{newest, open, seen};
use super::entity::plan_document;
use super::sections::{DocumentKind, SectionView};
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::Result;
use crate::policy::Act;

/// One version of a person's own plan, as its reader may see it.
#[derive(Clone, Debug)]
pub struct VersionView {
    pub version: i64,
    pub created_at: Timestamp,
    pub sections: Vec<SectionView>,
}

/// All versions, newest first.
pub async fn list_versions(
    tx: &ScopedTx,
    client_id: Uuid,
    kind: DocumentKind,
    page: &PageRequest,
) -> Result<Page<VersionView>> {
    let client = clients::authorize(tx, client_id, Act::ReadProfile).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let now = match newest(tx, client_id, kind).await? {
        Some(row) => open(tx, &key, &row)?,
        None => Vec::new(),
    };
    let mut query = plan_document::Entity::find()
        .filter(plan_document::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(plan_document::COLUMN.client_id.eq(client_id))
        .filter(plan_document::COLUMN.kind.eq(kind.as_str()))
        .order_by_desc(plan_document::COLUMN.version)
        .limit(page.limit + 1);
    if let Some(before) = page.after.as_deref().and_then(|text| text.parse::<i64>().ok()) {
        query = query.filter(plan_document::COLUMN.version.lt(before));
    }
    let mut views = Vec::new();
    for row in query.all(tx.conn()).await? {
        let sections = seen(tx, kind, &open(tx, &key, &row)?, &now);
        views.push(VersionView { version: row.version, created_at: row.created_at, sections });
    }
    Ok(Page::cut(views, page, list_name(kind), |view| view.version.to_string()))
}

/// The name in the cursors of the list.
pub fn list_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Wellness => "wellness-versions",
        DocumentKind::Safety => "safety-versions",
    }
}
