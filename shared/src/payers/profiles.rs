use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::coverages::coverages_of;
use super::entity::payer_profile;
use super::file::ProfileFile;
use super::rules::Rules;
use super::shipped;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::scope::{Actor, Role};
use crate::secrets::sha256;

/// Where a profile comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PayerProfileSource)]
pub enum Source {
    /// With the program.
    Shipped,
    /// Loaded by the organization.
    Organization,
}

/// Whose rules, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProfileKey {
    pub state: String,
    pub payer: String,
    pub program: String,
}

impl ProfileKey {
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        let state =
            self.state == "any" || (self.state.len() == 2 && self.state.bytes().all(|b| b.is_ascii_uppercase()));
        if !state {
            errors.add("state", "invalid", "two capitals such as ID, or any");
        }
        for (field, text) in [("payer", &self.payer), ("program", &self.program)] {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            if text.is_empty() || text.len() > 60 || !text.bytes().all(plain) {
                errors.add(field, "invalid", "1 to 60 small letters, digits and underscores");
            }
        }
    }
}

/// A payer's rules for a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub id: Uuid,
    pub source: Source,
    pub key: ProfileKey,
    /// Dates of service, both inclusive.
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
    pub version_number: i64,
    pub rules: Rules,
    /// The rules as canonical JSON (RFC 8785), and its SHA-256 in hexadecimal digits.
    pub canonical: String,
    pub hash: String,
    pub created_at: Option<Timestamp>,
}

impl Profile {
    fn holds_on(&self, date: NaiveDate) -> bool {
        self.effective_from <= date && self.effective_to.is_none_or(|to| date <= to)
    }
}

pub(super) fn canonical(rules: &Rules) -> Result<(String, String)> {
    let text = serde_jcs::to_string(rules).map_err(Error::internal)?;
    let hash = hex::encode(sha256(text.as_bytes()));
    Ok((text, hash))
}

/// The rules for a client on a date of service: of their coverage on that day, else the careful usual.
pub async fn profile_on(tx: &ScopedTx, client_id: Uuid, date: NaiveDate) -> Result<Arc<Profile>> {
    let found = profiles_on(tx, &[(client_id, date)]).await?.remove(&(client_id, date));
    found.ok_or_else(|| Error::internal("a date without rules"))
}

/// The same for many, with two queries.
pub async fn profiles_on(
    tx: &ScopedTx,
    wanted: &[(Uuid, NaiveDate)],
) -> Result<HashMap<(Uuid, NaiveDate), Arc<Profile>>> {
    let own = loaded(tx).await?;
    let coverages = coverages_of(tx, wanted.iter().map(|(client_id, _)| *client_id)).await?;
    let mut found = HashMap::with_capacity(wanted.len());
    for (client_id, date) in wanted {
        let key = coverages.get(client_id).and_then(|rows| rows.iter().rfind(|row| row.holds_on(*date)));
        found.insert((*client_id, *date), choose(&own, key.map(|row| &row.key), *date)?);
    }
    Ok(found)
}

/// The house's own rules where no payer is asked: those for payers that nobody described.
pub async fn usual_rules(tx: &ScopedTx) -> Result<Arc<Profile>> {
    choose(&loaded(tx).await?, None, tx.today())
}

/// The rules of a payer on a date of service, if anybody described them.
pub async fn in_force(tx: &ScopedTx, key: &ProfileKey, date: NaiveDate) -> Result<Option<Arc<Profile>>> {
    let own = loaded(tx).await?;
    named(&own, key, date)
}

fn choose(own: &[Arc<Profile>], key: Option<&ProfileKey>, date: NaiveDate) -> Result<Arc<Profile>> {
    if let Some(key) = key
        && let Some(found) = named(own, key, date)?
    {
        return Ok(found);
    }
    let usual = shipped::all()?.first().ok_or_else(|| Error::internal("no usual rules"))?;
    Ok(named(own, &usual.key, date)?.unwrap_or_else(|| Arc::clone(usual)))
}

fn named(own: &[Arc<Profile>], key: &ProfileKey, date: NaiveDate) -> Result<Option<Arc<Profile>>> {
    if let Some(found) = newest(own, key, date) {
        return Ok(Some(found));
    }
    Ok(newest(shipped::all()?, key, date))
}

/// Of the newest versions of each start, the one that starts last and holds.
fn newest(profiles: &[Arc<Profile>], key: &ProfileKey, date: NaiveDate) -> Option<Arc<Profile>> {
    let mut last: HashMap<NaiveDate, &Arc<Profile>> = HashMap::new();
    for profile in profiles.iter().filter(|profile| profile.key == *key) {
        let known = last.entry(profile.effective_from).or_insert(profile);
        if known.version_number < profile.version_number {
            *known = profile;
        }
    }
    let holding = last.into_values().filter(|profile| profile.holds_on(date));
    holding.max_by_key(|profile| profile.effective_from).cloned()
}

async fn loaded(tx: &ScopedTx) -> Result<Vec<Arc<Profile>>> {
    let rows = payer_profile::Entity::find()
        .filter(payer_profile::COLUMN.organization_id.eq(tx.organization_id()))
        .order_by_asc(payer_profile::COLUMN.id)
        .all(tx.conn())
        .await?;
    rows.into_iter().map(|row| read(row).map(Arc::new)).collect()
}

fn read(row: payer_profile::Model) -> Result<Profile> {
    let date = |text: &str| text.parse::<NaiveDate>().map_err(Error::internal);
    Ok(Profile {
        id: row.id,
        source: Source::Organization,
        key: ProfileKey { state: row.state, payer: row.payer, program: row.program },
        effective_from: date(&row.effective_from)?,
        effective_to: row.effective_to.as_deref().map(date).transpose()?,
        version_number: row.version_number,
        rules: serde_json::from_str(&row.rules).map_err(Error::internal)?,
        canonical: row.rules,
        hash: row.rules_hash,
        created_at: Some(row.created_at),
    })
}

/// Profiles are the house's, not a client's: for all staff.
fn staff_only(tx: &ScopedTx) -> Result<()> {
    if matches!(tx.scope().actor, Actor::Client { .. }) { Err(Error::Forbidden("staff_only")) } else { Ok(()) }
}

/// What the organization loaded, oldest first, after what comes with the program.
pub async fn list(tx: &ScopedTx) -> Result<Vec<Arc<Profile>>> {
    staff_only(tx)?;
    let mut all = shipped::all()?.to_vec();
    all.extend(loaded(tx).await?);
    Ok(all)
}

/// One profile, whether it is in force or not.
pub async fn get(tx: &ScopedTx, id: Uuid) -> Result<Arc<Profile>> {
    list(tx).await?.into_iter().find(|profile| profile.id == id).ok_or(Error::NotFound)
}

/// What adding a profile did.
#[derive(Clone, Debug)]
pub struct Added {
    pub profile: Arc<Profile>,
    /// False when the same was there already.
    pub changed: bool,
}

/// Loads a profile. Rules for a start that is there already become its next version; the same again change nothing.
///
/// # Errors
/// `Forbidden("role")` for anybody but admins, `Invalid` with every member that is wrong.
pub async fn add(tx: &mut ScopedTx, file: &ProfileFile) -> Result<Added> {
    if !matches!(tx.scope().actor, Actor::System(_)) && !tx.scope().has_role(Role::Admin) {
        return Err(Error::Forbidden("role"));
    }
    file.check()?;
    let key = file.key();
    let (canonical, hash) = canonical(&file.rules)?;
    let own = loaded(tx).await?;
    let same_start =
        own.into_iter().filter(|profile| profile.key == key && profile.effective_from == file.effective_from);
    let last = same_start.max_by_key(|profile| profile.version_number);
    if let Some(last) = last.as_ref().filter(|last| last.hash == hash && last.effective_to == file.effective_to) {
        return Ok(Added { profile: Arc::clone(last), changed: false });
    }
    let row = payer_profile::Model {
        id: tx.new_id(),
        organization_id: tx.organization_id(),
        state: key.state,
        payer: key.payer,
        program: key.program,
        effective_from: file.effective_from.to_string(),
        effective_to: file.effective_to.map(|date| date.to_string()),
        version_number: last.map_or(0, |last| last.version_number) + 1,
        rules: canonical,
        rules_hash: hash,
        created_at: tx.now(),
        created_by: tx.scope().actor.id(),
    };
    row.clone().into_active_model().reset_all().insert(tx.conn()).await.map_err(|error| {
        if is_unique_violation(&error) {
            Error::Conflict("version_taken", "somebody loaded these rules at this moment".to_owned())
        } else {
            error.into()
        }
    })?;
    let detail =
        json!({ "state": row.state, "payer": row.payer, "program": row.program, "rules_hash": row.rules_hash });
    tx.record(AuditEvent::new("create", "payer_profile", row.id).detail(detail));
    Ok(Added { profile: Arc::new(read(row)?), changed: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(from: &str, to: Option<&str>, version_number: i64, threshold: i64) -> Arc<Profile> {
        let mut rules = Rules::default();
        rules.units.rounding_threshold = threshold;
        let (canonical, hash) = canonical(&rules).expect("canonical");
        Arc::new(Profile {
            id: Uuid::nil(),
            source: Source::Organization,
            key: key("harbor"),
            effective_from: from.parse().expect("a date"),
            effective_to: to.map(|date| date.parse().expect("a date")),
            version_number,
            rules,
            canonical,
            hash,
            created_at: None,
        })
    }

    fn key(payer: &str) -> ProfileKey {
        ProfileKey { state: "ID".to_owned(), payer: payer.to_owned(), program: "any".to_owned() }
    }

    #[test]
    fn the_date_of_service_picks_the_rules() {
        let own = [
            profile("2026-01-01", Some("2026-12-31"), 1, 9),
            profile("2027-01-01", None, 1, 10),
            profile("2027-01-01", Some("2027-06-30"), 2, 11),
            profile("2027-05-01", Some("2027-05-31"), 1, 12),
        ];
        let threshold = |payer: &str, date: &str| {
            let found = choose(&own, Some(&key(payer)), date.parse().expect("a date")).expect("rules");
            found.rules.units.rounding_threshold
        };
        assert_eq!(threshold("harbor", "2026-12-31"), 9);
        assert_eq!(threshold("harbor", "2027-01-01"), 11, "the newest version of a start");
        assert_eq!(threshold("harbor", "2027-05-31"), 12, "the latest start");
        assert_eq!(threshold("harbor", "2027-06-01"), 11);
        assert_eq!(threshold("harbor", "2027-07-01"), 15, "the version before does not come back");
        assert_eq!(threshold("harbor", "2025-12-31"), 15);
        assert_eq!(threshold("unknown", "2027-01-01"), 15, "an unknown payer is billed full units only");
    }

    #[test]
    fn the_same_rules_have_the_same_bytes() {
        let (text, hash) = canonical(&Rules::default()).expect("canonical");
        assert_eq!(canonical(&serde_json::from_str(&text).expect("rules")).expect("canonical"), (text, hash));
    }
}
