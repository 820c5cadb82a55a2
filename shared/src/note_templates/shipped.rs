//! Templates, phrases and tags that every organization begins with.

use std::collections::HashSet;

use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{NewTemplateContent, Section, TemplateContent};
use super::entity::{note_template, note_template_version};
use super::phrases::ship_phrases;
use crate::audit::AuditEvent;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::forms::{UiSchema, VersionState};
use crate::organizations;
use crate::scope::Scope;

const TEMPLATES: &str = include_str!("shipped/templates.json");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shipped {
    pub key: String,
    pub name: String,
    #[serde(default = "yes")]
    needs_goals: bool,
    sections: Vec<Section>,
    #[serde(default = "no_items")]
    schema: Value,
    #[serde(default)]
    ui_schema: Option<UiSchema>,
}

fn yes() -> bool {
    true
}

fn no_items() -> Value {
    json!({ "properties": {} })
}

impl From<Shipped> for NewTemplateContent {
    fn from(shipped: Shipped) -> Self {
        let empty = || UiSchema { title: None, intro: None, items: Vec::new(), steps: Vec::new() };
        Self {
            sections: shipped.sections,
            needs_goals: shipped.needs_goals,
            schema: shipped.schema,
            ui_schema: shipped.ui_schema.unwrap_or_else(empty),
        }
    }
}

pub(super) fn shipped() -> Result<Vec<Shipped>> {
    serde_json::from_str(TEMPLATES).map_err(Error::internal)
}

/// Gives an organization what comes with the program, as far as it has none of that key. The number of new templates.
pub async fn ship(tx: &mut ScopedTx) -> Result<usize> {
    let known = note_template::Entity::find()
        .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note_template::COLUMN.key.is_not_null())
        .all(tx.conn())
        .await?;
    let known: HashSet<String> = known.into_iter().filter_map(|template| template.key).collect();
    if known.is_empty() {
        ship_phrases(tx).await?;
    }
    let (mut templates, mut versions, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let missing: Vec<Shipped> = shipped()?.into_iter().filter(|template| !known.contains(&template.key)).collect();
    // Lists are ordered by id, and ids of one moment come in any order.
    let mut ids: Vec<Uuid> = missing.iter().map(|_| tx.new_id()).collect();
    ids.sort_unstable();
    for (id, template) in ids.into_iter().zip(missing) {
        keys.push(template.key.clone());
        let (row, version) = rows(tx, id, template)?;
        templates.push(row.into_active_model().reset_all());
        versions.push(version.into_active_model().reset_all());
    }
    if keys.is_empty() {
        return Ok(0);
    }
    tx.conn().insert_all::<note_template::ActiveModel>(templates).await?;
    tx.conn().insert_all::<note_template_version::ActiveModel>(versions).await?;
    let event = AuditEvent::new("ship", "note_templates", tx.organization_id());
    tx.record(event.detail(json!({ "keys": keys })));
    Ok(keys.len())
}

/// A template with its first version, published.
fn rows(tx: &ScopedTx, id: Uuid, template: Shipped) -> Result<(note_template::Model, note_template_version::Model)> {
    let version_id = tx.new_id();
    let (key, name) = (template.key.clone(), template.name.clone());
    let content = TemplateContent::read(template.into())?;
    let used: Vec<&str> = content.answers.properties.keys().map(String::as_str).collect();
    let row = note_template::Model {
        id,
        organization_id: tx.organization_id(),
        key: Some(key),
        name,
        published_version_id: Some(version_id),
        used_item_ids: used.join(","),
        created_by: None,
        created_at: tx.now(),
    };
    let version = note_template_version::Model {
        id: version_id,
        organization_id: tx.organization_id(),
        template_id: id,
        number: 1,
        state: VersionState::Published.as_str().to_owned(),
        content: content.text,
        content_hash: content.hash,
        change: None,
        change_reasons: None,
        created_by: None,
        created_at: tx.now(),
        published_at: Some(tx.now()),
        retired_at: None,
    };
    Ok((row, version))
}

/// Ships to every organization what it lacks; for those that are older than the templates.
pub async fn ship_to_all(database: &Database) -> Result<()> {
    let wanted = shipped()?.len() as u64;
    for organization in organizations::all(database).await? {
        let scope = Scope::system(organization.id, "content");
        let tx = database.begin_read(&scope).await?;
        let keys = note_template::Entity::find()
            .filter(note_template::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(note_template::COLUMN.key.is_not_null())
            .count(tx.conn())
            .await?;
        tx.finish().await?;
        if keys >= wanted {
            continue;
        }
        let mut tx = database.begin_write(&scope).await?;
        if ship(&mut tx).await? > 0 {
            tx.commit().await?;
        }
    }
    Ok(())
}
