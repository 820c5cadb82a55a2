use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, QueryOrder, Set, TryInsertResult};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::defaults;
use super::entity::crisis_resources;
use crate::audit::AuditEvent;
use crate::clients::Language;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::organizations;
use crate::scope::{Role, Scope};

/// The same words in every language that clients use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[schema(min_length = 1, max_length = 200)]
    pub en: String,
    #[schema(min_length = 1, max_length = 200)]
    pub es: String,
}

impl Words {
    pub fn new(en: &str, es: &str) -> Self {
        Self { en: en.to_owned(), es: es.to_owned() }
    }

    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Es => &self.es,
        }
    }
}

/// What a tap does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Call,
    Text,
    Open,
}

/// One place to turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Names it within the list.
    #[schema(min_length = 1, max_length = 40)]
    pub id: String,
    pub action: Action,
    /// A telephone number, or an https address.
    #[schema(min_length = 2, max_length = 200)]
    pub address: String,
    pub name: Words,
    pub hint: Words,
}

/// The list as it stands, first to last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrisisResources {
    /// 1 is the list that came with Cairn; what an organization sets begins with 2.
    pub version: i64,
    pub review_due_on: NaiveDate,
    pub resources: Vec<Resource>,
}

impl CrisisResources {
    fn default_list() -> Self {
        let review_due_on = defaults::REVIEW_DUE_ON.parse().unwrap_or_default();
        Self { version: 1, review_due_on, resources: defaults::resources() }
    }
}

const MOST: usize = 20;

/// Gives an organization the list that comes with the program, if it has none. From then on it is the organization's: a
/// newer program does not change what clients were shown.
pub async fn ship(tx: &mut ScopedTx) -> Result<bool> {
    let list = CrisisResources::default_list();
    let row = crisis_resources::ActiveModel {
        organization_id: Set(tx.organization_id()),
        version: Set(list.version),
        content: Set(serde_jcs::to_string(&list.resources).map_err(Error::internal)?),
        review_due_on: Set(list.review_due_on.to_string()),
        created_at: Set(tx.now()),
        // Nobody of the organization.
        created_by: Set(Uuid::nil()),
    };
    let inserted =
        crisis_resources::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx.conn()).await?;
    let is_new = matches!(inserted, TryInsertResult::Inserted(1..));
    if is_new {
        let detail = json!({ "version": list.version, "review_due_on": list.review_due_on.to_string() });
        tx.record(AuditEvent::new("create", "crisis_resources", tx.organization_id()).detail(detail));
    }
    Ok(is_new)
}

/// Ships the list to every organization that has none: those that are older than it.
pub async fn ship_to_all(database: &Database) -> Result<()> {
    for organization in organizations::all(database).await? {
        let scope = Scope::system(organization.id, "crisis resources");
        let tx = database.begin_read(&scope).await?;
        let known = crisis_resources::Entity::find()
            .filter(crisis_resources::COLUMN.organization_id.eq(tx.organization_id()))
            .one(tx.conn())
            .await?;
        tx.finish().await?;
        if known.is_some() {
            continue;
        }
        let mut tx = database.begin_write(&scope).await?;
        ship(&mut tx).await?;
        tx.conclude().await?;
    }
    Ok(())
}

/// The list of the organization of a transaction.
pub async fn current(tx: &ScopedTx) -> Result<CrisisResources> {
    let newest = crisis_resources::Entity::find()
        .filter(crisis_resources::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_desc(crisis_resources::COLUMN.version)
        .one(tx.conn())
        .await?;
    let Some(row) = newest else { return Ok(CrisisResources::default_list()) };
    Ok(CrisisResources {
        version: row.version,
        review_due_on: row.review_due_on.parse().map_err(Error::internal)?,
        resources: serde_json::from_str(&row.content).map_err(Error::internal)?,
    })
}

/// The list for somebody who is not signed in: of the organization that they name, or of the only one there is. Who
/// names none that exists gets what Cairn brings along, so nothing is told about which do.
pub async fn public(database: &Database, organization_id: Option<Uuid>) -> Result<CrisisResources> {
    let organization_id = match organization_id {
        Some(id) => Some(id),
        None => organizations::only_one(database).await?,
    };
    let Some(id) = organization_id else { return Ok(CrisisResources::default_list()) };
    let tx = database.begin_read(&Scope::system(id, "crisis resources")).await?;
    let found = current(&tx).await?;
    tx.finish().await?;
    Ok(found)
}

/// Puts a new version in place; the ones before are kept. For admins.
pub async fn publish(
    tx: &mut ScopedTx,
    resources: Vec<Resource>,
    review_due_on: NaiveDate,
    version: Option<i64>,
) -> Result<CrisisResources> {
    if !tx.scope().has_role(Role::Admin) {
        return Err(Error::Forbidden("role"));
    }
    let standing = current(tx).await?;
    if version.is_some_and(|version| version != standing.version) {
        return Err(Error::PreconditionFailed);
    }
    check(&resources, review_due_on, tx.today())?;
    let number = standing.version + 1;
    let row = crisis_resources::ActiveModel {
        organization_id: Set(tx.organization_id()),
        version: Set(number),
        content: Set(serde_jcs::to_string(&resources).map_err(Error::internal)?),
        review_due_on: Set(review_due_on.to_string()),
        created_at: Set(tx.now()),
        created_by: Set(tx.scope().staff_id().ok_or(Error::Forbidden("role"))?),
    };
    row.insert(tx.conn()).await.map_err(|error| {
        // Two at once: the second has not seen the first's.
        if is_unique_violation(&error) { Error::PreconditionFailed } else { error.into() }
    })?;
    tx.record(
        AuditEvent::new("update", "crisis_resources", tx.organization_id())
            .detail(json!({ "version": number, "review_due_on": review_due_on.to_string() })),
    );
    current(tx).await
}

fn check(resources: &[Resource], review_due_on: NaiveDate, today: NaiveDate) -> Result<()> {
    let mut errors = FieldErrors::default();
    if resources.is_empty() || resources.len() > MOST {
        errors.add("items", "length", "1 to 20 entries");
    }
    if review_due_on <= today || review_due_on > today + chrono::Duration::days(731) {
        errors.add("review_due_on", "out_of_range", "a date within the coming two years");
    }
    for (at, entry) in resources.iter().enumerate().take(MOST) {
        let name = |member: &str| format!("items[{at}].{member}");
        let word = entry.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if entry.id.is_empty() || entry.id.len() > 40 || !word {
            errors.add(name("id"), "invalid", "1 to 40 of a-z, 0-9 and _");
        } else if resources[..at].iter().any(|other| other.id == entry.id) {
            errors.add(name("id"), "not_unique", "this id stands there twice");
        }
        if !address_fits(entry) {
            errors.add(name("address"), "invalid", "a telephone number, or an https address to open");
        }
        for (member, words, least) in [("name", &entry.name, 1), ("hint", &entry.hint, 0)] {
            for (language, text) in [("en", &words.en), ("es", &words.es)] {
                let length = text.chars().count();
                if length < least || length > 200 || text.chars().any(char::is_control) {
                    errors.add(name(&format!("{member}.{language}")), "length", "at most 200 characters, no controls");
                }
            }
        }
    }
    errors.into_result()
}

fn address_fits(entry: &Resource) -> bool {
    let address = entry.address.as_str();
    match entry.action {
        Action::Call | Action::Text => {
            let digits = address.chars().filter(char::is_ascii_digit).count();
            let plain = address.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
            (2..=15).contains(&digits) && plain && address.len() <= 30
        }
        Action::Open => {
            let parsed = url::Url::parse(address);
            address.len() <= 200 && parsed.is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some())
        }
    }
}

/// The organizations whose list should have been looked at by now. Ids only.
pub async fn overdue(database: &Database) -> Result<Vec<Uuid>> {
    let mut late = Vec::new();
    for organization in organizations::all(database).await? {
        let scope = organizations::system_scope(database, organization.id, "crisis resources").await?;
        let tx = database.begin_read(&scope).await?;
        if current(&tx).await?.review_due_on < tx.today() {
            late.push(organization.id);
        }
        tx.finish().await?;
    }
    Ok(late)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_cairn_brings_along_would_be_accepted() {
        let list = CrisisResources::default_list();
        let today = list.review_due_on - chrono::Duration::days(300);
        check(&list.resources, list.review_due_on, today).expect("accepted");
        let text = serde_json::to_string(&list.resources).expect("written");
        for part in ["988", "838255", "911", "AYUDA", "988lifeline.org"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("press 3"), "that line has ended");
    }

    #[test]
    fn addresses_are_numbers_or_https() {
        let mut entry = defaults::resources().remove(0);
        for (action, address, fits) in [
            (Action::Call, "+1 (208) 555-0100", true),
            (Action::Call, "javascript:alert(1)", false),
            (Action::Text, "9", false),
            (Action::Open, "https://example.org/help", true),
            (Action::Open, "http://example.org/help", false),
            (Action::Open, "tel:988", false),
        ] {
            entry.action = action;
            entry.address = address.to_owned();
            assert_eq!(address_fits(&entry), fits, "{address}");
        }
    }
}
