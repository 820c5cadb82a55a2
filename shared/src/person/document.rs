use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::entity::plan_document;
use super::sections::{DocumentKind, Section, SectionView, check_sections, for_staff, for_the_person};
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::policy::Act;
use crate::secrets::DataKey;

/// A person's own plan, as its reader may see it.
#[derive(Clone, Debug)]
pub struct DocumentView {
    pub kind: DocumentKind,
    pub sections: Vec<SectionView>,
    /// 0 before anything was written.
    pub version: i64,
    pub updated_at: Option<Timestamp>,
}

/// The newest version of the plan. The person reads all of it; staff read the sections that the person shares.
pub async fn get_document(tx: &ScopedTx, client_id: Uuid, kind: DocumentKind) -> Result<DocumentView> {
    let client = clients::authorize(tx, client_id, Act::ReadProfile).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let newest = newest(tx, client_id, kind).await?;
    let sections = match &newest {
        Some(row) => open(tx, &key, row)?,
        None => Vec::new(),
    };
    Ok(DocumentView {
        kind,
        sections: seen(tx, kind, &sections, &sections),
        version: newest.as_ref().map_or(0, |row| row.version),
        updated_at: newest.map(|row| row.created_at),
    })
}

/// Writes the plan anew, as its next version. Only the person does that; what is left out becomes empty and private.
pub async fn put_document(
    tx: &mut ScopedTx,
    client_id: Uuid,
    kind: DocumentKind,
    if_version: Option<i64>,
    sections: Vec<Section>,
) -> Result<DocumentView> {
    let client = clients::authorize(tx, client_id, Act::WriteProfile).await?;
    if tx.scope().client_id().is_none() {
        return Err(Error::Forbidden("client_only"));
    }
    let mut errors = FieldErrors::default();
    check_sections(&mut errors, kind, &sections);
    errors.into_result()?;
    let before = newest(tx, client_id, kind).await?.map_or(0, |row| row.version);
    if if_version.is_some_and(|version| version != before) {
        return Err(Error::PreconditionFailed);
    }
    let key = tx.data_key(client.data_key_id).await?;
    let id = tx.new_id();
    let text = serde_jcs::to_string(&sections).map_err(Error::internal)?;
    let row = plan_document::Model {
        id,
        organization_id: tx.organization_id(),
        client_id,
        kind: kind.as_str().to_owned(),
        version: before + 1,
        sections: tx.seal(&key, &tx.place("plan_documents", "sections", id), &text),
        created_at: tx.now(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        // Two phones wrote at once: the second has to look at what the first wrote.
        if is_unique_violation(&error) { Error::PreconditionFailed } else { error.into() }
    })?;
    let shared: Vec<&str> =
        sections.iter().filter(|section| section.shared).map(|section| section.key.as_str()).collect();
    let detail = json!({ "kind": kind, "version": row.version, "shared": shared });
    tx.record(AuditEvent::new("update", "plan_document", id).client(client_id).detail(detail));
    Ok(DocumentView {
        kind,
        sections: for_the_person(kind, &sections),
        version: row.version,
        updated_at: Some(row.created_at),
    })
}

/// What this actor may read of a version.
pub(super) fn seen(tx: &ScopedTx, kind: DocumentKind, version: &[Section], newest: &[Section]) -> Vec<SectionView> {
    if tx.scope().client_id().is_some() { for_the_person(kind, version) } else { for_staff(kind, version, newest) }
}

pub(super) async fn newest(tx: &ScopedTx, client_id: Uuid, kind: DocumentKind) -> Result<Option<plan_document::Model>> {
    let query = plan_document::Entity::find()
        .filter(plan_document::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(plan_document::COLUMN.client_id.eq(client_id))
        .filter(plan_document::COLUMN.kind.eq(kind.as_str()))
        .order_by_desc(plan_document::COLUMN.version);
    Ok(query.one(tx.conn()).await?)
}

pub(super) fn open(tx: &ScopedTx, key: &DataKey, row: &plan_document::Model) -> Result<Vec<Section>> {
    let text = key.open(&tx.place("plan_documents", "sections", row.id), &row.sections)?;
    serde_json::from_str(&text).map_err(Error::internal)
}
