use chrono::{Months, NaiveDate};
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{ConnectionTrait, ExprTrait};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;

use super::sparkline::dates;
use crate::clients;
use crate::db::ScopedTx;
use crate::error::Result;
use crate::policy::Act;

/// How far back one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Range {
    #[serde(rename = "2w")]
    TwoWeeks,
    #[serde(rename = "3m")]
    ThreeMonths,
    #[serde(rename = "1y")]
    OneYear,
}

impl Range {
    fn first(self, last: NaiveDate) -> NaiveDate {
        match self {
            Self::TwoWeeks => last - chrono::Duration::days(13),
            Self::ThreeMonths => last.checked_sub_months(Months::new(3)).unwrap_or(last) + chrono::Duration::days(1),
            Self::OneYear => last.checked_sub_months(Months::new(12)).unwrap_or(last) + chrono::Duration::days(1),
        }
    }
}

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Series {
    /// `mood`, or an instrument such as `phq9`.
    pub measure: String,
    /// `0-10`, `score`
    pub unit: String,
    /// Every local day of the range, or only the days that have a value.
    pub every_day: bool,
    pub points: Vec<(NaiveDate, Option<f64>)>,
}

#[derive(Clone, Debug)]
pub struct Progress {
    pub client_id: Uuid,
    pub from: NaiveDate,
    /// The client's today.
    pub to: NaiveDate,
    pub series: Vec<Series>,
    /// Values noted for goals with a target, by goal.
    pub goals: HashMap<Uuid, Vec<(NaiveDate, f64)>>,
    /// All local days with a check-in ever: it only grows.
    pub days_shown_up: i64,
}

/// A client's way over a range of their local days. Days without an answer are gaps, never zeros.
pub async fn progress(tx: &ScopedTx, client_id: Uuid, range: Range) -> Result<Progress> {
    let client = clients::authorize(tx, client_id, Act::ReadCheckIns).await?;
    let zone = clients::read_zone("time_zone", &client.time_zone)?;
    let to = tx.now().to_utc().with_timezone(&zone).date_naive();
    let from = range.first(to);

    let mut query = Query::select();
    for column in ["local_date", "mood", "instrument", "score"] {
        query.column(("check_ins", column));
    }
    query
        .from("check_ins")
        .and_where(Expr::col(("check_ins", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("check_ins", "client_id")).eq(client_id))
        .and_where(Expr::col(("check_ins", "local_date")).gte(from.to_string()))
        .and_where(Expr::col(("check_ins", "local_date")).lte(to.to_string()))
        .order_by(("check_ins", "local_date"), Order::Asc)
        .order_by(("check_ins", "answered_at"), Order::Asc);
    let mut moods: HashMap<NaiveDate, (i64, i64)> = HashMap::new();
    let mut scores: BTreeMap<String, BTreeMap<NaiveDate, Option<f64>>> = BTreeMap::new();
    for row in &tx.conn().query_all(&query).await? {
        let Ok(date) = row.try_get::<String>("", "local_date")?.parse::<NaiveDate>() else { continue };
        if let Some(mood) = row.try_get::<Option<i64>>("", "mood")? {
            let sum = moods.entry(date).or_default();
            *sum = (sum.0 + mood, sum.1 + 1);
        }
        if let Some(instrument) = row.try_get::<Option<String>>("", "instrument")? {
            let score = row.try_get::<Option<i64>>("", "score")?;
            // One that could not be scored is a gap in its line.
            scores.entry(instrument).or_default().insert(date, score.map(number));
        }
    }
    // The same mean as in the summary: in tenths.
    let mood = |date| moods.get(&date).map(|(sum, count)| number(sum * 10 / count) / 10.0);
    let mut series = vec![Series {
        measure: "mood".to_owned(),
        unit: "0-10".to_owned(),
        every_day: true,
        points: dates(from, to).map(|date| (date, mood(date))).collect(),
    }];
    series.extend(scores.into_iter().map(|(measure, points)| Series {
        measure,
        unit: "score".to_owned(),
        every_day: false,
        points: points.into_iter().collect(),
    }));
    Ok(Progress {
        client_id,
        from,
        to,
        series,
        goals: goal_values(tx, client_id, zone, from).await?,
        days_shown_up: days_shown_up(tx, client_id).await?,
    })
}

#[expect(clippy::cast_precision_loss, reason = "scores and moods are small")]
fn number(value: i64) -> f64 {
    value as f64
}

async fn days_shown_up(tx: &ScopedTx, client_id: Uuid) -> Result<i64> {
    let mut query = Query::select();
    query
        .expr_as(Expr::col(("check_ins", "local_date")).count_distinct(), "days")
        .from("check_ins")
        .and_where(Expr::col(("check_ins", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("check_ins", "client_id")).eq(client_id));
    let row = tx.conn().query_one(&query).await?;
    Ok(row.map(|row| row.try_get("", "days")).transpose()?.unwrap_or(0))
}

async fn goal_values(
    tx: &ScopedTx,
    client_id: Uuid,
    zone: chrono_tz::Tz,
    from: NaiveDate,
) -> Result<HashMap<Uuid, Vec<(NaiveDate, f64)>>> {
    let start = crate::agenda::zone::day_bounds(from, zone).start.timestamp_millis();
    let mut query = Query::select();
    for column in ["goal_id", "value", "recorded_at"] {
        query.column(("goal_progress", column));
    }
    query
        .from("goal_progress")
        .and_where(Expr::col(("goal_progress", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("goal_progress", "client_id")).eq(client_id))
        .and_where(Expr::col(("goal_progress", "value")).is_not_null())
        .and_where(Expr::col(("goal_progress", "recorded_at")).gte(start))
        .order_by(("goal_progress", "recorded_at"), Order::Asc);
    let mut found: HashMap<Uuid, Vec<(NaiveDate, f64)>> = HashMap::new();
    for row in &tx.conn().query_all(&query).await? {
        let at = crate::clock::Timestamp(row.try_get("", "recorded_at")?);
        let date = at.to_utc().with_timezone(&zone).date_naive();
        found.entry(row.try_get("", "goal_id")?).or_default().push((date, row.try_get("", "value")?));
    }
    Ok(found)
}
