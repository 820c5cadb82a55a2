//! Published versions do not change, so each is read once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::entity::check_in_form_version;
use super::form::Content;
use super::forms::content_of;
use crate::db::ScopedTx;
use crate::error::{Error, Result};

const KEPT: usize = 1000;

/// Contents of published versions by id, with the organization that they belong to. When full it starts anew.
#[derive(Default)]
pub struct FormCache(RwLock<HashMap<Uuid, (Uuid, Arc<Content>)>>);

/// The contents of a version that is known to be published or retired.
pub(super) async fn fixed_content(tx: &ScopedTx, version_id: Uuid) -> Result<Arc<Content>> {
    let cache = &tx.database().forms.0;
    let organization_id = tx.organization_id();
    if let Some((owner, content)) = cache.read().unwrap_or_else(PoisonError::into_inner).get(&version_id)
        && *owner == organization_id
    {
        return Ok(Arc::clone(content));
    }
    let row = check_in_form_version::Entity::find_by_id(version_id)
        .filter(check_in_form_version::COLUMN.organization_id.eq(organization_id))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let content = Arc::new(content_of(&row)?);
    let mut kept = cache.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(version_id, (organization_id, Arc::clone(&content)));
    Ok(content)
}
