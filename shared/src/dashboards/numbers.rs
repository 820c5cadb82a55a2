use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, Statement};

use super::suppress::{Shown, suppress};
use crate::agenda::zone::day_bounds;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::{Act, reaches};

/// All clients of the organization, cut into groups of which each belongs to one.
#[derive(Clone, Debug)]
pub struct Measure {
    pub key: &'static str,
    pub groups: Vec<&'static str>,
    pub shown: Shown,
}

/// How an organization does over whole months, without telling of anybody.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub measures: Vec<Measure>,
}

/// Each measure: its name, its groups, and SQL that gives `client_id, place` for those who are in another group than the
/// first. `$2` and `$3` are instants, `$4` and `$5` local dates, `to` exclusive.
const MEASURES: [(&str, &[&str], &str); 7] = [
    ("language", &["en", "es"], "SELECT id AS client_id, 1 AS place FROM clients WHERE organization_id = $1 AND language = 'es'"),
    (
        "days_with_check_in",
        &["0", "1-4", "5-14", "15+"],
        "SELECT client_id, CASE WHEN days >= 15 THEN 3 WHEN days >= 5 THEN 2 ELSE 1 END AS place
         FROM (SELECT client_id, COUNT(DISTINCT local_date) AS days FROM check_ins
             WHERE organization_id = $1 AND local_date >= $4 AND local_date < $5 GROUP BY client_id) AS own",
    ),
    (
        "attendance",
        &["none_recorded", "came_to_all", "missed_some"],
        "SELECT client_id, CASE WHEN missed > 0 THEN 2 ELSE 1 END AS place
         FROM (SELECT client_id, SUM(CASE WHEN attendance = 'no_show' THEN 1 ELSE 0 END) AS missed FROM participations
             WHERE organization_id = $1 AND attendance IN ('attended', 'no_show') AND original_local >= $4
                 AND original_local < $5 GROUP BY client_id) AS own",
    ),
    (
        "goals_in_progress",
        &["0", "1", "2-3", "4+"],
        "SELECT client_id, CASE WHEN goals_in_progress >= 4 THEN 3 WHEN goals_in_progress >= 2 THEN 2 ELSE 1 END AS place
         FROM client_summaries WHERE organization_id = $1 AND goals_in_progress > 0",
    ),
    (
        "goal_achieved",
        &["no", "yes"],
        "SELECT DISTINCT client_id, 1 AS place FROM goals WHERE organization_id = $1
             AND (lifecycle_status = 'completed' OR achievement_status = 'achieved')
             AND updated_at >= $2 AND updated_at < $3",
    ),
    (
        "asked_for_help",
        &["no", "yes"],
        "SELECT DISTINCT client_id, 1 AS place FROM help_requests WHERE organization_id = $1
             AND created_at >= $2 AND created_at < $3",
    ),
    (
        "reminders_sent",
        &["0", "1-20", "21+"],
        "SELECT client_id, CASE WHEN sent > 20 THEN 2 ELSE 1 END AS place
         FROM (SELECT client_id, COUNT(*) AS sent FROM reminders
             WHERE organization_id = $1 AND state = 'sent' AND sent_at >= $2 AND sent_at < $3 GROUP BY client_id) AS own",
    ),
];

/// Numbers over whole months, `to` exclusive: two ranges that differ by a day would tell of that day's few people.
pub async fn numbers(tx: &ScopedTx, from: NaiveDate, to: NaiveDate) -> Result<Numbers> {
    use chrono::Datelike;
    if reaches(tx.scope(), Act::ReadNumbers).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    for (field, date) in [("from", from), ("to", to)] {
        if date.day() != 1 {
            return Err(Error::invalid(field, "not_a_month", "the first day of a month"));
        }
    }
    if to <= from {
        return Err(Error::invalid("to", "before_from", "a later month than from"));
    }
    let zone = tx.scope().zone;
    let (start, end) = (day_bounds(from, zone).start.timestamp_millis(), day_bounds(to, zone).start.timestamp_millis());
    let mut measures = Vec::with_capacity(MEASURES.len());
    for (key, groups, sql) in MEASURES {
        // Every parameter is used, so that both databases know its type.
        let sql = format!(
            "SELECT COALESCE(own.place, 0) AS place, COUNT(*) AS clients FROM clients
             LEFT JOIN ({sql}) AS own ON own.client_id = clients.id
             WHERE clients.organization_id = $1 AND CAST($2 AS BIGINT) <= CAST($3 AS BIGINT)
                 AND CAST($4 AS TEXT) <= CAST($5 AS TEXT)
             GROUP BY COALESCE(own.place, 0)"
        );
        let values =
            [tx.organization_id().into(), start.into(), end.into(), from.to_string().into(), to.to_string().into()];
        let statement = Statement::from_sql_and_values(tx.conn().get_database_backend(), sql, values);
        let mut counts = vec![0_u64; groups.len()];
        for row in tx.conn().query_all_raw(statement).await? {
            let place: i32 = row.try_get("", "place")?;
            let clients: i64 = row.try_get("", "clients")?;
            if let Some(count) = usize::try_from(place).ok().and_then(|place| counts.get_mut(place)) {
                *count = u64::try_from(clients).unwrap_or(0);
            }
        }
        measures.push(Measure { key, groups: groups.to_vec(), shown: suppress(&counts) });
    }
    Ok(Numbers { from, to, measures })
}
