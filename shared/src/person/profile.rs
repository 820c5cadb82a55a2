use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, IntoActiveModel, QuerySelect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::entity::profile;
use crate::audit::AuditEvent;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result, is_unique_violation};
use crate::policy::Act;
use crate::secrets::{DataKey, Sealed};
use crate::text::check_text;

const MAX_STRENGTHS: usize = 30;
const MAX_PEOPLE: usize = 30;

/// Somebody whom the client counts on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportPerson {
    pub id: Uuid,
    pub name: String,
    pub relation: String,
    pub phone: Option<String>,
    /// May staff call them?
    pub ok_to_contact: bool,
}

/// The same as written; one who is there already is named by their id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportPersonInput {
    pub id: Option<Uuid>,
    pub name: String,
    pub relation: String,
    pub phone: Option<String>,
    pub ok_to_contact: bool,
}

/// Which text on rights and duties the client has acknowledged, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub version: String,
    pub date: NaiveDate,
}

/// What is known of a person beside their goals.
#[derive(Clone, Debug)]
pub struct ProfileView {
    pub strengths: Vec<String>,
    pub support_network: Vec<SupportPerson>,
    /// In their own words.
    pub stage_of_recovery: Option<String>,
    pub rights_acknowledged: Option<Rights>,
    /// Parents and guardians of a young client: nothing writes them yet.
    pub guardians: Vec<SupportPerson>,
    /// 0 before anything was written.
    pub version: i64,
    pub updated_at: Option<Timestamp>,
}

/// A change: outer `None` leaves a member alone, inner `None` empties it. Lists are given whole.
#[derive(Clone, Debug, Default)]
pub struct ProfilePatch {
    pub strengths: Option<Vec<String>>,
    pub support_network: Option<Vec<SupportPersonInput>>,
    pub stage_of_recovery: Option<Option<String>>,
    pub rights_acknowledged: Option<Option<Rights>>,
}

impl ProfilePatch {
    fn members(&self) -> Vec<&'static str> {
        [
            (self.strengths.is_some(), "strengths"),
            (self.support_network.is_some(), "support_network"),
            (self.stage_of_recovery.is_some(), "stage_of_recovery"),
            (self.rights_acknowledged.is_some(), "rights_acknowledged"),
        ]
        .into_iter()
        .filter_map(|(present, name)| present.then_some(name))
        .collect()
    }

    /// Adds what is wrong to `errors`. `tomorrow` is the first date that nobody anywhere has reached yet.
    fn check(&self, errors: &mut FieldErrors, tomorrow: NaiveDate) {
        if let Some(strengths) = &self.strengths {
            if strengths.len() > MAX_STRENGTHS {
                errors.add("strengths", "too_many", format!("at most {MAX_STRENGTHS} strengths"));
            }
            for (index, strength) in strengths.iter().enumerate().take(MAX_STRENGTHS) {
                check_text(errors, &format!("strengths[{index}]"), strength, 1, 200);
            }
        }
        if let Some(people) = &self.support_network {
            check_people(errors, people);
        }
        if let Some(Some(text)) = &self.stage_of_recovery {
            check_text(errors, "stage_of_recovery", text, 1, 1000);
        }
        if let Some(Some(rights)) = &self.rights_acknowledged {
            check_text(errors, "rights_acknowledged.version", &rights.version, 1, 50);
            if rights.date > tomorrow {
                errors.add("rights_acknowledged.date", "out_of_range", "this day has not come yet");
            }
        }
    }
}

fn check_people(errors: &mut FieldErrors, people: &[SupportPersonInput]) {
    if people.len() > MAX_PEOPLE {
        errors.add("support_network", "too_many", format!("at most {MAX_PEOPLE} people"));
        return;
    }
    for (index, person) in people.iter().enumerate() {
        let field = |name: &str| format!("support_network[{index}].{name}");
        check_text(errors, &field("name"), &person.name, 1, 200);
        check_text(errors, &field("relation"), &person.relation, 0, 100);
        if let Some(phone) = &person.phone {
            check_text(errors, &field("phone"), phone, 1, 50);
        }
        let repeated = person.id.is_some() && people[..index].iter().any(|earlier| earlier.id == person.id);
        if repeated {
            errors.add(field("id"), "repeated", "the same person stands twice");
        }
    }
}

pub async fn get_profile(tx: &ScopedTx, client_id: Uuid) -> Result<ProfileView> {
    let client = clients::authorize(tx, client_id, Act::ReadProfile).await?;
    let key = tx.data_key(client.data_key_id).await?;
    let row = find(tx, client_id, false).await?.unwrap_or_else(|| empty(tx, client_id));
    view(tx, &key, &row)
}

/// Changes what is known of a person.
pub async fn update_profile(
    tx: &mut ScopedTx,
    client_id: Uuid,
    if_version: Option<i64>,
    patch: ProfilePatch,
) -> Result<ProfileView> {
    let client = clients::authorize(tx, client_id, Act::WriteProfile).await?;
    let mut errors = FieldErrors::default();
    patch.check(&mut errors, tx.today().succ_opt().unwrap_or(NaiveDate::MAX));
    errors.into_result()?;
    let key = tx.data_key(client.data_key_id).await?;
    let found = find(tx, client_id, true).await?;
    let is_new = found.is_none();
    let mut row = found.unwrap_or_else(|| empty(tx, client_id));
    if if_version.is_some_and(|version| version != row.version) {
        return Err(Error::PreconditionFailed);
    }
    let members = patch.members();
    let seal = |column, text: &str| tx.seal(&key, &tx.place("profiles", column, client_id), text);
    let seal_list = |column, text: Result<String, serde_json::Error>| -> Result<Option<Sealed>> {
        Ok(Some(seal(column, &text.map_err(Error::internal)?)))
    };
    if let Some(strengths) = &patch.strengths {
        let trimmed: Vec<&str> = strengths.iter().map(|text| text.trim()).collect();
        row.strengths = seal_list("strengths", serde_jcs::to_string(&trimmed))?;
    }
    if let Some(people) = patch.support_network {
        let known = view(tx, &key, &row)?.support_network;
        let people = with_ids(tx, people, &known)?;
        row.support_network = seal_list("support_network", serde_jcs::to_string(&people))?;
    }
    if let Some(text) = &patch.stage_of_recovery {
        row.stage_of_recovery = text.as_deref().map(|text| seal("stage_of_recovery", text));
    }
    if let Some(rights) = patch.rights_acknowledged {
        row.rights_acknowledged_on = rights.as_ref().map(|rights| rights.date.to_string());
        row.rights_version = rights.map(|rights| rights.version.trim().to_owned());
    }
    row.version += 1;
    row.updated_at = tx.now();
    let active = row.clone().into_active_model().reset_all();
    if is_new {
        active.insert(tx.conn()).await.map_err(|error| {
            // Two began at once: the second has to look at what the first wrote.
            if is_unique_violation(&error) { Error::PreconditionFailed } else { error.into() }
        })?;
    } else {
        active.update(tx.conn()).await?;
    }
    let event = AuditEvent::new("update", "profile", client_id).client(client_id);
    tx.record(event.detail(json!({ "members": members })));
    view(tx, &key, &row)
}

/// Who is new gets an id; an id that was never given here is refused.
fn with_ids(tx: &ScopedTx, people: Vec<SupportPersonInput>, known: &[SupportPerson]) -> Result<Vec<SupportPerson>> {
    let mut errors = FieldErrors::default();
    let mut named = Vec::with_capacity(people.len());
    for (index, person) in people.into_iter().enumerate() {
        if person.id.is_some_and(|id| !known.iter().any(|one| one.id == id)) {
            errors.add(format!("support_network[{index}].id"), "unknown_person", "nobody here has this id");
        }
        named.push(SupportPerson {
            id: person.id.unwrap_or_else(|| tx.new_id()),
            name: person.name.trim().to_owned(),
            relation: person.relation.trim().to_owned(),
            phone: person.phone.map(|phone| phone.trim().to_owned()),
            ok_to_contact: person.ok_to_contact,
        });
    }
    errors.into_result()?;
    Ok(named)
}

async fn find(tx: &ScopedTx, client_id: Uuid, to_change: bool) -> Result<Option<profile::Model>> {
    let mut query =
        profile::Entity::find_by_id(client_id).filter(profile::COLUMN.organization_id.eq(tx.organization_id()));
    if to_change && tx.database().is_postgres() {
        query = query.lock(LockType::Update);
    }
    Ok(query.one(tx.conn()).await?)
}

/// Nothing known yet.
fn empty(tx: &ScopedTx, client_id: Uuid) -> profile::Model {
    profile::Model {
        client_id,
        organization_id: tx.organization_id(),
        strengths: None,
        support_network: None,
        stage_of_recovery: None,
        rights_version: None,
        rights_acknowledged_on: None,
        guardians: None,
        version: 0,
        updated_at: tx.now(),
    }
}

fn view(tx: &ScopedTx, key: &DataKey, row: &profile::Model) -> Result<ProfileView> {
    let open = |column, sealed: &Option<Sealed>| -> Result<Option<String>> {
        let place = tx.place("profiles", column, row.client_id);
        sealed.as_ref().map(|sealed| key.open(&place, sealed)).transpose()
    };
    let rights_acknowledged = match (&row.rights_version, &row.rights_acknowledged_on) {
        (Some(version), Some(date)) => {
            Some(Rights { version: version.clone(), date: date.parse().map_err(Error::internal)? })
        }
        _ => None,
    };
    Ok(ProfileView {
        strengths: read_list(open("strengths", &row.strengths)?)?,
        support_network: read_list(open("support_network", &row.support_network)?)?,
        stage_of_recovery: open("stage_of_recovery", &row.stage_of_recovery)?,
        rights_acknowledged,
        guardians: read_list(open("guardians", &row.guardians)?)?,
        version: row.version,
        updated_at: (row.version > 0).then_some(row.updated_at),
    })
}

fn read_list<T: DeserializeOwned>(text: Option<String>) -> Result<Vec<T>> {
    text.map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text).map_err(Error::internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: Option<u128>, name: &str) -> SupportPersonInput {
        let id = id.map(Uuid::from_u128);
        SupportPersonInput { id, name: name.into(), relation: "sister".into(), phone: None, ok_to_contact: false }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let patch = ProfilePatch {
            strengths: Some(vec!["patient".into(), "  ".into()]),
            support_network: Some(vec![person(Some(1), "Mia"), person(Some(1), "Mia"), person(None, "")]),
            stage_of_recovery: Some(Some("x".repeat(1001))),
            rights_acknowledged: Some(Some(Rights { version: String::new(), date: day("2027-03-03") })),
        };
        let mut errors = FieldErrors::default();
        patch.check(&mut errors, day("2027-03-02"));
        let Err(Error::Invalid(errors)) = errors.into_result() else { panic!("refused") };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let expected = [
            "strengths[1]",
            "support_network[1].id",
            "support_network[2].name",
            "stage_of_recovery",
            "rights_acknowledged.version",
            "rights_acknowledged.date",
        ];
        assert_eq!(fields, expected);
    }
}
