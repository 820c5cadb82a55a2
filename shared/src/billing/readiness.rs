use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::facts::SessionFacts;
use super::finding::Finding;
use super::gather::{Gathered, gather};
use super::rules;
use super::sums::week_of;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, Result};
use crate::payers::{Severity, UnitKind};
use crate::policy::Act;
use crate::sessions::{self, Kind, Modality};

/// So many days can be asked for at once.
pub const MAX_DAYS: i64 = 62;

/// What one client's part in one session comes to on one date of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub session_id: Uuid,
    pub client_id: Uuid,
    pub specialist_id: Uuid,
    pub date: NaiveDate,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub kind: Kind,
    pub modality: Modality,
    pub place_of_service: String,
    pub service_code: Option<String>,
    pub modifiers: Vec<String>,
    pub minutes: i64,
    pub unit: Option<UnitKind>,
    /// Where a payer adds up a day, its first session has the units of all.
    pub units: i64,
    pub working: Vec<String>,
    pub profile_id: Uuid,
    pub profile_hash: String,
    pub findings: Vec<Finding>,
}

impl Line {
    /// Nothing blocks it. Warnings do not.
    pub fn is_ready(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Warn)
    }

    fn key(&self) -> String {
        format!("{}.{:020}.{}.{}", self.date, self.starts_at.0, self.session_id, self.client_id)
    }
}

/// The billable lines with dates of service from one day to another (exclusive), of the clients within reach, by date.
///
/// # Errors
/// `Forbidden("role")` for roles that have nothing to do with bills; `Invalid` for a stretch that is too long.
pub async fn readiness(tx: &ScopedTx, (from, to): (NaiveDate, NaiveDate), page: &PageRequest) -> Result<Page<Line>> {
    if to <= from || (to - from).num_days() > MAX_DAYS {
        return Err(Error::invalid("to", "out_of_range", format!("1 to {MAX_DAYS} days after from")));
    }
    // A session of the day before may go over midnight, the days around say what overlaps, and a week has its limit.
    let wide = (back(week_of(from)), to.checked_add_days(Days::new(1)).unwrap_or(to));
    let found = sessions::finished_between(tx, Act::ReadBilling, wide, None).await?;
    let gathered = gather(tx, &found).await?;
    let mut lines = Vec::new();
    for line in gathered.lines.iter().filter(|line| from <= line.date && line.date < to) {
        lines.push(line_of(&gathered, line)?);
    }
    lines.sort_by_key(Line::key);
    if let Some(after) = &page.after {
        lines.retain(|line| line.key() > *after);
    }
    Ok(Page::cut(lines, page, "readiness", Line::key))
}

/// The lines of one client's part in one session; none when it is not billable or has not taken place.
pub async fn readiness_of(tx: &ScopedTx, session_id: Uuid, client_id: Uuid) -> Result<Vec<Line>> {
    clients::authorize(tx, client_id, Act::ReadBilling).await?;
    let session = sessions::get(tx, session_id).await?;
    let date = session.service_date;
    let wide = (back(week_of(date)), date.checked_add_days(Days::new(3)).unwrap_or(date));
    let found = sessions::finished_between(tx, Act::ReadBilling, wide, Some(client_id)).await?;
    let gathered = gather(tx, &found).await?;
    let own = gathered.lines.iter().filter(|line| line.session_id == session_id && line.client_id == client_id);
    own.map(|line| line_of(&gathered, line)).collect()
}

fn back(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(2)).unwrap_or(date)
}

fn line_of(gathered: &Gathered, line: &SessionFacts) -> Result<Line> {
    let profile = gathered.profile(line)?;
    let others = gathered.others(line);
    let findings = rules::check(&gathered.context(line, profile, &others));
    let charge = gathered.charge(line);
    let leads = charge.is_some_and(|charge| charge.session_ids.first() == Some(&line.session_id));
    let working = match charge {
        Some(charge) if leads => charge.working.lines.clone(),
        Some(_) => vec!["counted together with an earlier session of the day".to_owned()],
        None => vec!["without a service code there are no units".to_owned()],
    };
    Ok(Line {
        session_id: line.session_id,
        client_id: line.client_id,
        specialist_id: line.specialist_id,
        date: line.date,
        starts_at: line.starts_at,
        ends_at: line.ends_at,
        kind: line.kind,
        modality: line.modality,
        place_of_service: line.place_of_service.clone(),
        service_code: line.service_code.clone(),
        modifiers: line.modifiers.clone(),
        minutes: line.minutes,
        unit: charge.map(|charge| charge.unit),
        units: charge.filter(|_| leads).map_or(0, |charge| charge.units),
        working,
        profile_id: profile.id,
        profile_hash: profile.hash.clone(),
        findings,
    })
}
