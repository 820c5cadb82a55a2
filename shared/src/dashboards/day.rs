use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::agenda::{self, AgendaFilter, AgendaRow, Kind, Response};
use crate::db::{PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::reminders::ReminderState;

/// More than this nobody reads in a day.
const MOST: u64 = 2_000;

/// What a day holds, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayTotals {
    pub appointments: u64,
    pub cancelled: u64,
    pub confirmed: u64,
    pub declined: u64,
    /// Not cancelled, and neither confirmed nor declined.
    pub unanswered: u64,
    /// Of those, reminded already.
    pub reminded: u64,
    /// No reminder came through, or there is none to come.
    pub not_reached: u64,
}

/// The appointments and meetings of a day with the answers and reminders of each client.
#[derive(Clone, Debug)]
pub struct Day {
    pub on: NaiveDate,
    pub totals: DayTotals,
    pub rows: Vec<AgendaRow>,
}

/// A day of the organization, its today when none is named.
pub async fn day(tx: &ScopedTx, on: Option<NaiveDate>, staff_id: Option<Uuid>) -> Result<Day> {
    let on = on.unwrap_or_else(|| tx.today());
    let after =
        on.checked_add_days(Days::new(1)).ok_or_else(|| Error::invalid("on", "out_of_range", "too far away"))?;
    let filter = AgendaFilter { staff_id, ..AgendaFilter::default() };
    let page = PageRequest { limit: MOST, after: None };
    let found = agenda::organization_agenda(tx, on, after, &filter, &page).await?;
    if found.next_cursor.is_some() {
        return Err(Error::invalid("staff_id", "too_much", "more than can be shown at once: name one member of staff"));
    }
    let with_others = |row: &AgendaRow| matches!(row.occurrence.kind, Kind::Appointment | Kind::Meeting);
    let rows: Vec<AgendaRow> = found.items.into_iter().filter(with_others).collect();
    Ok(Day { on, totals: totals(&rows), rows })
}

fn totals(rows: &[AgendaRow]) -> DayTotals {
    let mut totals = DayTotals::default();
    for row in rows {
        let occurrence = &row.occurrence;
        totals.appointments += 1;
        if occurrence.cancelled {
            totals.cancelled += 1;
            continue;
        }
        match occurrence.participant.answer.as_ref().map(|answer| answer.response) {
            Some(Response::Confirmed | Response::Done) => totals.confirmed += 1,
            Some(Response::Declined) => totals.declined += 1,
            _ => {
                totals.unanswered += 1;
                match occurrence.reminder.as_ref().map(|reminder| reminder.state) {
                    Some(ReminderState::Sent) => totals.reminded += 1,
                    Some(ReminderState::Planned | ReminderState::Sending) => {}
                    _ => totals.not_reached += 1,
                }
            }
        }
    }
    totals
}
