//! Who is there when somebody needs help, and what became of it: the on-call list, requests, a reason set aside.

use cairn_shared::attention::{self, ReasonFilter, Touched};
use cairn_shared::clock::Timestamp;
use cairn_shared::db::{Database, PageRequest};
use cairn_shared::help_requests::{
    Ask, HelpOutcome, SettingsPatch, StaffedHours, WeekDay, ask, claim, close, update_settings,
};
use cairn_shared::on_call;
use cairn_shared::scope::{Role, Scope};
use chrono::Duration;
use uuid::Uuid;

use super::moments::{Team, acting, client, staff};

/// Places of those who asked for help today, among the first clients: one waits, one was taken over, one was helped.
const WAITS: usize = 3;
const TAKEN_OVER: usize = 8;
const HELPED: usize = 14;
/// So many weeks ahead somebody is on call.
const WEEKS: i64 = 6;
/// Among so many of the first, one missed appointment is set aside.
const LOOKED_AT: usize = 24;

pub async fn arrange(database: &Database, scope: &Scope, team: &Team, clients: &[Uuid]) -> anyhow::Result<()> {
    put_on_call(database, scope, team).await?;
    for (index, message) in
        [(WAITS, "Can we talk today?"), (TAKEN_OVER, "I have no ride to the clinic."), (HELPED, "Rough night.")]
    {
        let Some(client_id) = clients.get(index).copied() else { continue };
        let mut tx = database.begin_write(&acting(scope, client(client_id))).await?;
        let (id, _) = ask(&mut tx, Ask { id: None, message: Some(message.to_owned()) }).await?;
        tx.commit().await?;
        if index == WAITS {
            continue;
        }
        let specialist = staff(team.specialists[index % team.specialists.len()], Role::Specialist);
        let mut tx = database.begin_write(&acting(scope, specialist)).await?;
        claim(&mut tx, id).await?;
        if index == HELPED {
            let note = "We talked for a quarter of an hour and wrote down what helps at night.";
            close(&mut tx, id, HelpOutcome::Talked, Some(note)).await?;
        }
        tx.commit().await?;
    }
    set_one_aside(database, scope, team, clients).await
}

/// Somebody is there on working days; after hours the specialists take turns, and the supervisor comes second.
async fn put_on_call(database: &Database, scope: &Scope, team: &Team) -> anyhow::Result<()> {
    let mut tx = database.begin_write(&acting(scope, staff(team.supervisor, Role::Supervisor))).await?;
    let days = vec![WeekDay::Mo, WeekDay::Tu, WeekDay::We, WeekDay::Th, WeekDay::Fr];
    let hours = vec![StaffedHours { days, from: "09:00".to_owned(), to: "17:00".to_owned() }];
    let settings = SettingsPatch { escalation_minutes: Some(15), staffed_hours: Some(Some(hours)) };
    update_settings(&mut tx, settings, None).await?;
    let today: Timestamp = cairn_shared::agenda::zone::day_bounds(tx.today(), scope.zone).start.into();
    let mut entries = Vec::new();
    for (week, specialist) in (0..WEEKS).zip(team.specialists.iter().cycle()) {
        let (starts_at, ends_at) = (today.plus(Duration::weeks(week)), today.plus(Duration::weeks(week + 1)));
        for (position, staff_id) in [(1, *specialist), (2, team.supervisor)] {
            entries.push(on_call::Entry { staff_id, starts_at, ends_at, position });
        }
    }
    on_call::replace(&mut tx, &entries, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The first appointment that somebody missed lately is explained by their specialist.
async fn set_one_aside(database: &Database, scope: &Scope, team: &Team, clients: &[Uuid]) -> anyhow::Result<()> {
    for (index, client_id) in clients.iter().take(LOOKED_AT).enumerate() {
        let mut tx = database.begin_write(scope).await?;
        attention::refresh(&mut tx, *client_id, Touched::Attendance).await?;
        tx.conclude().await?;
        let specialist = staff(team.specialists[index % team.specialists.len()], Role::Specialist);
        let mut tx = database.begin_write(&acting(scope, specialist)).await?;
        let filter = ReasonFilter {
            client_id: Some(*client_id),
            kind: Some(attention::Kind::AppointmentMissed),
            ..ReasonFilter::default()
        };
        let found = attention::list(&tx, &filter, &PageRequest::read(Some(1), None, "attention")?).await?;
        if let Some(reason) = found.items.first() {
            attention::dismiss(&mut tx, reason.id, "The bus did not come. We meet on Thursday instead.").await?;
            tx.commit().await?;
            return Ok(());
        }
        tx.finish().await?;
    }
    Ok(())
}
