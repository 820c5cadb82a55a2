//! What somebody held on a date: of a service, of a signature.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Status;
use super::entity::{credential, credential_change};
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};

/// A credential as it was held on a date, to be kept with what was signed then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialSnapshot {
    pub credential_id: Uuid,
    pub state: String,
    pub credential_type: String,
    pub number: String,
    pub issuer: String,
    pub issued_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
}

/// Where somebody stands on a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Nothing was ever written down.
    Unknown,
    Held(&'a History),
    /// There is a credential, and none that held; with the status that it had, and since when.
    NotHeld {
        status: Status,
        since: NaiveDate,
    },
}

/// A credential with its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub row: credential::Model,
    /// In the order in which they hold.
    changes: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    effective_on: NaiveDate,
    status: Status,
    expires_on: Option<NaiveDate>,
}

impl History {
    /// The status on a date, since when, and the end that was set then. Before it was issued there is none.
    pub fn on(&self, date: NaiveDate) -> Option<(Status, NaiveDate, Option<NaiveDate>)> {
        let step = self.changes.iter().rfind(|step| step.effective_on <= date)?;
        match step.expires_on {
            Some(end) if end < date && step.status == Status::Active => {
                Some((Status::Lapsed, end.succ_opt().unwrap_or(end), Some(end)))
            }
            end => Some((step.status, step.effective_on, end)),
        }
    }

    fn holds_on(&self, date: NaiveDate) -> bool {
        matches!(self.on(date), Some((Status::Active, _, _)))
    }

    fn end_on(&self, date: NaiveDate) -> NaiveDate {
        self.on(date).and_then(|(_, _, end)| end).unwrap_or(NaiveDate::MAX)
    }
}

/// The credentials of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histories(pub Vec<History>);

impl Histories {
    /// Of several that hold, the one that holds longest.
    pub fn on(&self, date: NaiveDate) -> Standing<'_> {
        let held = self.0.iter().filter(|one| one.holds_on(date)).max_by_key(|one| (one.end_on(date), one.row.id));
        if let Some(held) = held {
            return Standing::Held(held);
        }
        let last = self.0.iter().filter_map(|one| one.on(date)).max_by_key(|(_, since, _)| *since);
        match last {
            Some((status, since, _)) => Standing::NotHeld { status, since },
            // Issued later than that.
            None => self
                .0
                .iter()
                .map(|one| one.changes.first())
                .min_by_key(|step| step.map(|step| step.effective_on))
                .map_or(Standing::Unknown, |step| {
                    let since = step.map_or(date, |step| step.effective_on);
                    Standing::NotHeld { status: Status::Lapsed, since }
                }),
        }
    }
}

/// The credentials of these members of staff. Who may see them is the caller's to check.
pub async fn histories_of(tx: &ScopedTx, user_ids: &[Uuid]) -> Result<HashMap<Uuid, Histories>> {
    let rows = credential::Entity::find()
        .filter(credential::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential::COLUMN.user_id.is_in(id_list(user_ids.iter().copied())))
        .order_by_asc(credential::COLUMN.id)
        .all(tx.conn())
        .await?;
    let changes = credential_change::Entity::find()
        .filter(credential_change::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(credential_change::COLUMN.credential_id.is_in(id_list(rows.iter().map(|row| row.id))))
        .order_by_asc(credential_change::COLUMN.effective_on)
        .order_by_asc(credential_change::COLUMN.created_at)
        .order_by_asc(credential_change::COLUMN.id)
        .all(tx.conn())
        .await?;
    let mut steps: HashMap<Uuid, Vec<Step>> = HashMap::new();
    for change in changes {
        steps.entry(change.credential_id).or_default().push(Step {
            effective_on: date(&change.effective_on)?,
            status: Status::stored(&change.status)?,
            expires_on: change.expires_on.as_deref().map(date).transpose()?,
        });
    }
    let mut found: HashMap<Uuid, Histories> = HashMap::new();
    for row in rows {
        let changes = steps.remove(&row.id).unwrap_or_default();
        found.entry(row.user_id).or_default().0.push(History { row, changes });
    }
    Ok(found)
}

pub(super) fn date(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(Error::internal)
}

/// What somebody held on a date: the credential that a signature of that day rests on.
pub async fn held_on(tx: &ScopedTx, user_id: Uuid, date: NaiveDate) -> Result<Option<CredentialSnapshot>> {
    let own = histories_of(tx, &[user_id]).await?.remove(&user_id).unwrap_or_default();
    match own.on(date) {
        Standing::Held(held) => Ok(Some(snapshot(tx, held, date).await?)),
        _ => Ok(None),
    }
}

async fn snapshot(tx: &ScopedTx, held: &History, on: NaiveDate) -> Result<CredentialSnapshot> {
    let (_, key) = tx.organization_key().await?;
    let row = &held.row;
    Ok(CredentialSnapshot {
        credential_id: row.id,
        state: row.state.clone(),
        credential_type: row.credential_type.clone(),
        number: key.open(&tx.place("credentials", "number", row.id), &row.number)?,
        issuer: row.issuer.clone(),
        issued_on: date(&row.issued_on)?,
        expires_on: held.on(on).and_then(|(_, _, end)| end),
    })
}

/// Refuses what is charged when the specialist's credential did not hold. Who has none written down is let through: the
/// bill, later, is not.
pub async fn refuse_lapsed(tx: &ScopedTx, user_id: Uuid, on: NaiveDate) -> Result<()> {
    let own = histories_of(tx, &[user_id]).await?.remove(&user_id).unwrap_or_default();
    let Standing::NotHeld { status, since } = own.on(on) else { return Ok(()) };
    let message = format!(
        "your credential is {} since {since}: have it renewed, or say that this session is not billable",
        status.as_str()
    );
    Err(Error::invalid("billable", "credential_not_held", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::secrets::Sealed;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn history(id: u128, steps: &[(&str, Status, Option<&str>)]) -> History {
        let row = credential::Model {
            id: Uuid::from_u128(id),
            organization_id: Uuid::nil(),
            user_id: Uuid::nil(),
            state: "ID".to_owned(),
            credential_type: "CPSS".to_owned(),
            number: Sealed(Vec::new()),
            number_hmac: Vec::new(),
            issuer: String::new(),
            issued_on: steps[0].0.to_owned(),
            expires_on: None,
            status: String::new(),
            version: 1,
            created_at: Timestamp(0),
        };
        let step = |(from, status, end): &(&str, Status, Option<&str>)| Step {
            effective_on: day(from),
            status: *status,
            expires_on: end.map(day),
        };
        History { row, changes: steps.iter().map(step).collect() }
    }

    fn word(own: &Histories, on: &str) -> String {
        match own.on(day(on)) {
            Standing::Unknown => "unknown".to_owned(),
            Standing::Held(held) => format!("held {}", held.row.id.as_u128()),
            Standing::NotHeld { status, since } => format!("{} {since}", status.as_str()),
        }
    }

    #[test]
    fn a_gap_before_a_renewal_stays_a_gap() {
        let own = Histories(vec![history(
            1,
            &[("2026-03-01", Status::Active, Some("2027-03-01")), ("2027-03-10", Status::Active, Some("2028-03-01"))],
        )]);
        assert_eq!(word(&own, "2027-03-01"), "held 1", "the last day is inclusive");
        assert_eq!(word(&own, "2027-03-02"), "lapsed 2027-03-02");
        assert_eq!(word(&own, "2027-03-09"), "lapsed 2027-03-02");
        assert_eq!(word(&own, "2027-03-10"), "held 1");
        assert_eq!(word(&own, "2026-02-28"), "lapsed 2026-03-01", "not yet issued");
        assert_eq!(word(&Histories::default(), "2027-03-10"), "unknown");
    }

    #[test]
    fn another_credential_can_hold_meanwhile() {
        let suspended = history(
            1,
            &[
                ("2026-01-01", Status::Active, None),
                ("2027-02-01", Status::Suspended, None),
                ("2027-04-01", Status::Active, None),
            ],
        );
        let alone = Histories(vec![suspended.clone()]);
        assert_eq!(word(&alone, "2027-01-31"), "held 1");
        assert_eq!(word(&alone, "2027-03-01"), "suspended 2027-02-01");
        assert_eq!(word(&alone, "2027-04-01"), "held 1");
        let both = Histories(vec![suspended, history(2, &[("2027-01-01", Status::Active, Some("2027-12-31"))])]);
        assert_eq!(word(&both, "2027-03-01"), "held 2");
        assert_eq!(word(&both, "2027-05-01"), "held 1", "the one that holds longest");
    }
}
