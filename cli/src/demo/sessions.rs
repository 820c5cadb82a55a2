//! A month of sessions as they were held: most as planned, some late or short, some to which nobody came, and a group now
//! and then. Each is written down at its own time, the way specialists do it.

use std::sync::Arc;

use cairn_shared::agenda::{self, Attendance, Kind, OccurrenceView};
use cairn_shared::clock::{ManualClock, Timestamp};
use cairn_shared::credentials::{self, NewCredential};
use cairn_shared::db::{Database, PageRequest};
use cairn_shared::error::Error;
use cairn_shared::identity::entity::supervision as supervision_row;
use cairn_shared::payers::{self, NewCoverage, ProfileKey};
use cairn_shared::scope::{Role, Scope};
use cairn_shared::sessions::{self, AttendeePatch, Modality, NewSession, NonBillableReason, State};
use cairn_shared::supervision::{self, Mode, NewEntry};
use chrono::Duration;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::moments::{Team, acting, staff};

const WEEKS: i64 = 4;
/// So many of the first clients have sessions.
const CLIENTS: usize = 24;

/// Whoever has no plan of care yet has no sessions yet, with one exception that somebody has to look at.
fn meets(index: usize) -> bool {
    index % 4 != 3 || index == 3
}
/// Days until each specialist's credential ends: one of them is told of it.
const CREDENTIALS: [(&str, i64); 3] = [("PSS-1042", 210), ("PSS-1077", 25), ("PSS-1190", 400)];

/// The same installation at an earlier moment.
pub fn earlier(database: &Database, at: Timestamp) -> Database {
    let mut then = database.clone();
    then.env.clock = Arc::new(ManualClock::at(at));
    then
}

pub async fn hold_sessions(
    database: &Database,
    scope: &Scope,
    team: &Team,
    clients: &[Uuid],
    days: i64,
) -> anyhow::Result<()> {
    write_papers(database, scope, team, clients, days).await?;
    let back = days.min(WEEKS * 7);
    if back < 7 {
        return Ok(());
    }
    for (index, client_id) in clients.iter().take(CLIENTS).enumerate().filter(|(index, _)| meets(*index)) {
        let specialist = team.specialists[index % team.specialists.len()];
        let own = acting(scope, staff(specialist, Role::Specialist));
        let tx = database.begin_read(&own).await?;
        let (today, page) = (tx.today(), PageRequest { limit: 200, after: None });
        let held = agenda::client_agenda(&tx, *client_id, today - Duration::days(back), today, &page).await?;
        tx.finish().await?;
        for (week, view) in held.items.iter().filter(|view| view.kind == Kind::Appointment).enumerate() {
            hold(database, &own, view, index + week).await?;
        }
    }
    for (place, specialist) in team.specialists.iter().enumerate() {
        let own = |index: &usize| index % team.specialists.len() == place && meets(*index);
        let members: Vec<Uuid> =
            (0..clients.len().min(CLIENTS)).filter(own).map(|index| clients[index]).take(5).collect();
        if members.len() > 2 {
            for ago in [6, 20] {
                hold_group(database, &acting(scope, staff(*specialist, Role::Specialist)), &members, ago, back).await?;
            }
        }
    }
    Ok(())
}

/// Credentials, supervision and who pays.
async fn write_papers(
    database: &Database,
    scope: &Scope,
    team: &Team,
    clients: &[Uuid],
    days: i64,
) -> anyhow::Result<()> {
    let mut tx = database.begin_write(scope).await?;
    let today = tx.today();
    for (specialist, (number, left)) in team.specialists.iter().zip(CREDENTIALS) {
        let new = NewCredential {
            state: "ID".to_owned(),
            credential_type: "Certified peer support specialist".to_owned(),
            number: number.to_owned(),
            issuer: "State board of peer support".to_owned(),
            issued_on: today - Duration::days(days.max(300)),
            expires_on: Some(today + Duration::days(left)),
        };
        credentials::create(&mut tx, *specialist, new).await?;
    }
    for (index, client_id) in clients.iter().take(CLIENTS).enumerate() {
        let state = match index % 4 {
            0 | 2 => "ID",
            1 => "NC",
            // Nobody has asked yet who pays.
            _ => continue,
        };
        let key = ProfileKey {
            state: state.to_owned(),
            payer: "medicaid".to_owned(),
            program: "behavioral_health".to_owned(),
        };
        let new = NewCoverage { key, starts_on: today - Duration::days(days), ends_on: None };
        payers::add_coverage(&mut tx, *client_id, new).await?;
    }
    tx.commit().await?;
    for (place, specialist) in team.specialists.iter().enumerate() {
        for ago in [45, 12 + 10 * i64::try_from(place).unwrap_or(0)] {
            if ago < days {
                supervise(database, scope, team, *specialist, ago).await?;
            }
        }
    }
    Ok(())
}

/// Supervision began when the demo's people did, not today.
pub async fn supervised_since(database: &Database, scope: &Scope, days: i64) -> anyhow::Result<()> {
    let tx = database.begin_write(scope).await?;
    let since = tx.today() - Duration::days(days);
    supervision_row::Entity::update_many()
        .col_expr(supervision_row::Column::StartsOn, Expr::value(since.to_string()))
        .filter(supervision_row::COLUMN.organization_id.eq(scope.organization_id))
        .exec(tx.conn())
        .await?;
    Ok(tx.finish().await?)
}

async fn supervise(database: &Database, scope: &Scope, team: &Team, specialist: Uuid, ago: i64) -> anyhow::Result<()> {
    let then = earlier(database, database.env.clock.now().minus(Duration::days(ago)));
    let mut tx = then.begin_write(&acting(scope, staff(team.supervisor, Role::Supervisor))).await?;
    let new = NewEntry {
        held_on: tx.today(),
        minutes: 50,
        mode: if ago > 40 { Mode::Observation } else { Mode::Individual },
        topics: Some("How to end a conversation that runs long".to_owned()),
    };
    let entry = supervision::record(&mut tx, specialist, new).await?;
    tx.commit().await?;
    let mut tx = then.begin_write(&acting(scope, staff(specialist, Role::Specialist))).await?;
    supervision::sign(&mut tx, entry.id).await?;
    Ok(tx.commit().await?)
}

/// One meeting, as it went.
async fn hold(database: &Database, own: &Scope, view: &OccurrenceView, turn: usize) -> anyhow::Result<()> {
    let Some(planned_end) = view.ends_at.filter(|end| *end < database.env.clock.now() && !view.cancelled) else {
        return Ok(());
    };
    let state = match view.participant.attendance {
        Some((Attendance::NoShow, _)) => State::NoShow,
        Some((Attendance::Excused, _)) => State::Cancelled,
        _ => State::Finished,
    };
    let (late, over) = ([0, 3, 0, 5, 2, 0, 8][turn % 7], [0, -12, 4, 0, -5, 7, 0, -28][turn % 8]);
    let held = state == State::Finished;
    let modality = if turn % 5 == 3 { Modality::Video } else { Modality::InPerson };
    let social = turn % 11 == 9;
    let new = NewSession {
        client_ids: vec![view.client_id],
        occurrence_id: Some(view.id),
        state: Some(state),
        modality: Some(modality),
        place_of_service: (modality == Modality::InPerson).then(|| ["11", "12", "53"][turn % 3].to_owned()),
        starts_at: held.then(|| view.starts_at.plus(Duration::minutes(late))),
        ends_at: held.then(|| planned_end.plus(Duration::minutes(over))),
        non_billable_reason: (held && social).then_some(NonBillableReason::Social),
        service_code: (!social).then(|| "H0038".to_owned()),
        ..NewSession::default()
    };
    let then = earlier(database, planned_end.plus(Duration::minutes(15)));
    let mut tx = then.begin_write(own).await?;
    match sessions::create(&mut tx, new).await {
        Ok(_) => Ok(tx.commit().await?),
        // Two meetings ran into each other; of one nobody wrote anything down.
        Err(Error::ConflictIn(..)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An evening group: one of them did not come, one left early.
async fn hold_group(database: &Database, own: &Scope, members: &[Uuid], ago: i64, back: i64) -> anyhow::Result<()> {
    if ago > back {
        return Ok(());
    }
    let day = 24 * 60 * 60 * 1000;
    let midnight = database.env.clock.now().0 / day * day;
    // Half an hour after midnight UTC is early evening where these people live.
    let starts_at = Timestamp(midnight).minus(Duration::days(ago)).plus(Duration::minutes(30));
    let ends_at = starts_at.plus(Duration::minutes(75));
    let then = earlier(database, ends_at.plus(Duration::minutes(10)));
    let mut tx = then.begin_write(own).await?;
    let new = NewSession {
        client_ids: members.to_vec(),
        place_of_service: Some("53".to_owned()),
        setting: Some("Community room".to_owned()),
        starts_at: Some(starts_at),
        ends_at: Some(ends_at),
        time_zone: Some(own.zone.name().to_owned()),
        excluded_minutes: 10,
        excluded_reason: Some(NonBillableReason::Pause),
        service_code: Some("H0038".to_owned()),
        modifiers: Some(vec!["HQ".to_owned()]),
        ..NewSession::default()
    };
    let session = match sessions::create(&mut tx, new).await {
        Ok(session) => session,
        Err(Error::ConflictIn(..)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let absent = AttendeePatch { attendance: Some(sessions::Attendance::NoShow), ..AttendeePatch::default() };
    sessions::update_attendee(&mut tx, session.id, members[1], None, absent).await?;
    let left = AttendeePatch {
        attendance: Some(sessions::Attendance::LeftEarly),
        left_at: Some(Some(ends_at.minus(Duration::minutes(20)))),
        ..AttendeePatch::default()
    };
    sessions::update_attendee(&mut tx, session.id, members[2], None, left).await?;
    Ok(tx.commit().await?)
}
