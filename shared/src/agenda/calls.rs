//! Whom to call by telephone: the appointments of a day, and how far the reminders of each have come.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::list::{AgendaFilter, AgendaRow, organization_agenda};
use super::occurrence::OccurrenceView;
use crate::clients::entity::client;
use crate::db::{Cursor, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::reminders::ReminderState;

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No reminder is planned, and none was sent.
    NoReminder,
    Planned,
    /// A push service took it.
    Sent,
    /// The phone showed it.
    Shown,
    /// The client answered.
    Answered,
    /// It could not be sent, or came too late.
    NotReached,
}

impl Standing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoReminder => "no_reminder",
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Shown => "shown",
            Self::Answered => "answered",
            Self::NotReached => "not_reached",
        }
    }

    fn of(occurrence: &OccurrenceView) -> Self {
        if occurrence.participant.answer.is_some() {
            return Self::Answered;
        }
        let Some(reminder) = &occurrence.reminder else { return Self::NoReminder };
        match reminder.state {
            ReminderState::Planned | ReminderState::Sending => Self::Planned,
            ReminderState::Sent if reminder.shown_at.or(reminder.clicked_at).is_some() => Self::Shown,
            ReminderState::Sent => Self::Sent,
            ReminderState::Missed
            | ReminderState::Suppressed
            | ReminderState::Failed
            | ReminderState::NoDevice
            | ReminderState::Skipped => Self::NotReached,
            ReminderState::Cancelled | ReminderState::Superseded => Self::NoReminder,
        }
    }
}

/// An appointment or meeting of the day, as one client has it.
#[derive(Clone, Debug)]
pub struct CallRow {
    pub row: AgendaRow,
    pub phone: Option<String>,
    pub standing: Standing,
}

/// What is planned with others on a local date of the organization, by start. `unanswered` leaves out who answered.
pub async fn calls_of_day(
    tx: &ScopedTx,
    date: NaiveDate,
    standing: Option<Standing>,
    unanswered: bool,
) -> Result<Vec<CallRow>> {
    let next = date.checked_add_days(Days::new(1)).ok_or_else(|| Error::invalid("date", "out_of_range", "too late"))?;
    let mut found: Vec<AgendaRow> = Vec::new();
    let mut page = PageRequest { limit: PageRequest::MAX_LIMIT, after: None };
    loop {
        let rows = organization_agenda(tx, date, next, &AgendaFilter::default(), &page).await?;
        found.extend(rows.items);
        let Some(cursor) = rows.next_cursor else { break };
        page.after = Some(Cursor::decode(&cursor, "organization-agenda")?.after);
    }
    found.retain(|row| row.occurrence.kind.is_with_others() && !row.occurrence.cancelled);
    let phones = phones_of(tx, found.iter().map(|row| row.occurrence.client_id)).await?;
    let rows = found.into_iter().map(|row| CallRow {
        phone: phones.get(&row.occurrence.client_id).cloned(),
        standing: Standing::of(&row.occurrence),
        row,
    });
    Ok(rows
        .filter(|row| standing.is_none_or(|wanted| wanted == row.standing))
        .filter(|row| !unanswered || row.standing != Standing::Answered)
        .collect())
}

async fn phones_of(tx: &ScopedTx, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, String>> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut phones = HashMap::new();
    for chunk in ids.chunks(500) {
        let rows = client::Entity::find()
            .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(client::COLUMN.id.is_in(chunk.iter().copied()))
            .filter(client::COLUMN.phone.is_not_null())
            .all(tx.conn())
            .await?;
        for row in rows {
            let Some(sealed) = &row.phone else { continue };
            let key = tx.data_key(row.data_key_id).await?;
            phones.insert(row.id, key.open(&tx.place("clients", "phone", row.id), sealed)?);
        }
    }
    Ok(phones)
}
