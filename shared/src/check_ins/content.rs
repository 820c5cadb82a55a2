//! Content packs: forms as files. Three come with the program; others are imported by those who hold the rights.

use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::entity::{check_in_form, check_in_form_version};
use super::form::{Content, NewContent, Scoring};
use super::forms::{add_version, insert_form, lock_form, publish};
use crate::db::{Database, ScopedTx};
use crate::error::{Error, FieldError, Result};
use crate::forms::{UiSchema, is_item_id};
use crate::organizations;
use crate::scope::Scope;

/// A file of forms, with where the words come from and what their owner allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    pub pack: String,
    pub source: String,
    pub licence: String,
    pub forms: Vec<PackForm>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackForm {
    /// Names the form in an organization; a later pack with the same key brings its next version.
    pub key: String,
    pub name: String,
    pub schema: Value,
    pub ui_schema: UiSchema,
    #[serde(default)]
    pub scoring: Option<Scoring>,
}

/// What an import did with one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub key: String,
    pub form_id: Uuid,
    /// The version that is published now.
    pub number: i64,
    /// False when the same was there already.
    pub changed: bool,
}

/// The packs that every organization has: the daily check-in, PHQ-9, GAD-7.
const SHIPPED: [&str; 3] =
    [include_str!("content/daily.json"), include_str!("content/phq9.json"), include_str!("content/gad7.json")];

impl Pack {
    /// Reads a pack from JSON.
    ///
    /// # Errors
    /// What is wrong, with its place in the file.
    pub fn parse(text: &str) -> Result<Self> {
        let pack: Self = serde_json::from_str(text).map_err(|error| {
            let message = format!("line {}, column {}: {error}", error.line(), error.column());
            Error::invalid("pack", "unreadable", message)
        })?;
        if pack.forms.is_empty() {
            return Err(Error::invalid("pack.forms", "length", "at least one form"));
        }
        let keys: HashSet<&str> = pack.forms.iter().map(|form| form.key.as_str()).collect();
        if keys.len() != pack.forms.len() {
            return Err(Error::invalid("pack.forms", "repeated", "a key stands twice"));
        }
        Ok(pack)
    }
}

/// Publishes what the pack brings. What is there already with the same words stays as it is, so importing twice
/// changes nothing the second time.
pub async fn import(tx: &mut ScopedTx, pack: &Pack) -> Result<Vec<Imported>> {
    let mut done = Vec::with_capacity(pack.forms.len());
    for (index, form) in pack.forms.iter().enumerate() {
        let imported = import_form(tx, form).await.map_err(|error| match error {
            Error::Invalid(errors) => {
                let inside =
                    |error: FieldError| FieldError { field: format!("forms[{index}].{}", error.field), ..error };
                Error::Invalid(errors.into_iter().map(inside).collect())
            }
            other => other,
        })?;
        done.push(imported);
    }
    Ok(done)
}

async fn import_form(tx: &mut ScopedTx, form: &PackForm) -> Result<Imported> {
    if !is_item_id(&form.key) {
        return Err(Error::invalid("key", "invalid_key", "small letters, digits and _, a letter first"));
    }
    let new = NewContent { schema: form.schema.clone(), ui_schema: form.ui_schema.clone(), scoring: form.scoring };
    let hash = Content::read(new.clone())?.hash;
    let known = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form::COLUMN.key.eq(form.key.as_str()))
        .one(tx.conn())
        .await?;
    let form_id = match known {
        Some(known) => {
            lock_form(tx, known.id).await?;
            if let Some(current) = published(tx, &known).await?
                && current.content_hash == hash
            {
                let number = current.number;
                return Ok(Imported { key: form.key.clone(), form_id: known.id, number, changed: false });
            }
            known.id
        }
        None => insert_form(tx, &form.name, Some(&form.key)).await?,
    };
    let version = add_version(tx, form_id, new).await?;
    publish(tx, version.id).await?;
    Ok(Imported { key: form.key.clone(), form_id, number: version.number, changed: true })
}

async fn published(tx: &ScopedTx, form: &check_in_form::Model) -> Result<Option<check_in_form_version::Model>> {
    let Some(id) = form.published_version_id else { return Ok(None) };
    let found = check_in_form_version::Entity::find_by_id(id)
        .filter(check_in_form_version::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?;
    Ok(found)
}

/// Gives an organization the forms that come with the program, as far as it has none of their key.
pub async fn ship(tx: &mut ScopedTx) -> Result<usize> {
    let known = check_in_form::Entity::find()
        .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(check_in_form::COLUMN.key.is_not_null())
        .all(tx.conn())
        .await?;
    let known: HashSet<String> = known.into_iter().filter_map(|form| form.key).collect();
    let mut count = 0;
    for text in SHIPPED {
        let mut pack = Pack::parse(text)?;
        pack.forms.retain(|form| !known.contains(&form.key));
        count += import(tx, &pack).await?.len();
    }
    Ok(count)
}

/// Ships to every organization what it lacks; for those that are older than the forms.
pub async fn ship_to_all(database: &Database) -> Result<()> {
    for organization in organizations::all(database).await? {
        let scope = Scope::system(organization.id, "content");
        let tx = database.begin_read(&scope).await?;
        let keys = check_in_form::Entity::find()
            .filter(check_in_form::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(check_in_form::COLUMN.key.is_not_null())
            .count(tx.conn())
            .await?;
        tx.finish().await?;
        if keys >= SHIPPED.len() as u64 {
            continue;
        }
        let mut tx = database.begin_write(&scope).await?;
        if ship(&mut tx).await? > 0 {
            tx.commit().await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
