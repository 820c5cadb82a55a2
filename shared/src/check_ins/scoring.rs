//! Scores as versioned pure functions: a version once used never changes, a better one gets the next number.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::form::Scoring;

/// A published questionnaire whose score is known here. Items are `q1`, `q2`, ... in the published order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    /// Patient Health Questionnaire, nine items of 0 to 3 (Kroenke, Spitzer, Williams 2001).
    Phq9,
    /// Generalized Anxiety Disorder scale, seven items of 0 to 3 (Spitzer, Kroenke, Williams, Löwe 2006).
    Gad7,
    /// WHO-5 Well-Being Index, five items of 0 to 5, shown from 0 to 100.
    Who5,
    /// Brief Assessment of Recovery Capital, ten items of 1 to 6 (Vilsaint and others 2017).
    Barc10,
}

impl Instrument {
    pub const ALL: [Self; 4] = [Self::Phq9, Self::Gad7, Self::Who5, Self::Barc10];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phq9 => "phq9",
            Self::Gad7 => "gad7",
            Self::Who5 => "who5",
            Self::Barc10 => "barc10",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|instrument| instrument.as_str() == text)
    }
}

/// How a score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoreStatus {
    Scored,
    /// A few answers are missing: the mean of the others stands for them.
    Prorated,
    /// Too many answers are missing: there is no score, which is not a score of 0.
    NotScored,
}

impl ScoreStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Prorated => "prorated",
            Self::NotScored => "not_scored",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Scored, Self::Prorated, Self::NotScored].into_iter().find(|status| status.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    pub status: ScoreStatus,
    pub total: Option<i64>,
    /// A range of the total that has a published name. For staff: it is no diagnosis.
    pub band: Option<&'static str>,
    pub missing: i64,
}

/// What an instrument's first version is made of.
struct Rule {
    ids: &'static [&'static str],
    least: i64,
    most: i64,
    /// So many missing answers are made up for by the mean of the others.
    tolerated: usize,
    /// The total counts so many times.
    factor: i64,
    /// Upper ends, ascending, with the names of the bands.
    bands: &'static [(i64, &'static str)],
}

const IDS: [&str; 10] = ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10"];

/// The PHQ-9's tenth question is about daily life and is not scored. Up to two missing answers are made up for, as its
/// manual says (Instruction Manual for PHQ and GAD-7 Measures).
const PHQ9: Rule = Rule {
    ids: IDS.split_at(9).0,
    least: 0,
    most: 3,
    tolerated: 2,
    factor: 1,
    bands: &[(4, "minimal"), (9, "mild"), (14, "moderate"), (19, "moderately_severe"), (27, "severe")],
};

const GAD7: Rule = Rule {
    ids: IDS.split_at(7).0,
    least: 0,
    most: 3,
    tolerated: 1,
    factor: 1,
    bands: &[(4, "minimal"), (9, "mild"), (14, "moderate"), (21, "severe")],
};

/// Raw 0 to 25 times four. Some pages subtract 5 first; the published scale does not.
const WHO5: Rule = Rule {
    ids: IDS.split_at(5).0,
    least: 0,
    most: 5,
    tolerated: 0,
    factor: 4,
    bands: &[(28, "very_low"), (50, "low"), (100, "adequate")],
};

/// 47 and more went together with lasting remission (Vilsaint 2017).
const BARC10: Rule =
    Rule { ids: &IDS, least: 1, most: 6, tolerated: 0, factor: 1, bands: &[(46, "below_47"), (60, "47_or_more")] };

fn rule(instrument: Instrument, version: i64) -> Option<&'static Rule> {
    match (instrument, version) {
        (Instrument::Phq9, 1) => Some(&PHQ9),
        (Instrument::Gad7, 1) => Some(&GAD7),
        (Instrument::Who5, 1) => Some(&WHO5),
        (Instrument::Barc10, 1) => Some(&BARC10),
        _ => None,
    }
}

/// The ids of the scored items with the lowest and highest value; `None` when there is no such version.
pub fn items_of(instrument: Instrument, version: i64) -> Option<(&'static [&'static str], i64, i64)> {
    rule(instrument, version).map(|rule| (rule.ids, rule.least, rule.most))
}

/// The score of answers that are valid for their form. `None` when there is no such version.
pub fn score(scoring: Scoring, answers: &Map<String, Value>) -> Option<Score> {
    let rule = rule(scoring.instrument, scoring.version)?;
    let given: Vec<i64> = rule.ids.iter().filter_map(|id| whole(answers.get(*id)?)).collect();
    let missing = rule.ids.len() - given.len();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if missing > rule.tolerated {
        let status = ScoreStatus::NotScored;
        return Some(Score { status, total: None, band: None, missing: count(missing) });
    }
    let (items, answered) = (count(rule.ids.len()), count(given.len()));
    // The mean times the number of items, halves rounded up.
    let total = (2 * given.iter().sum::<i64>() * items + answered).div_euclid(2 * answered) * rule.factor;
    let band = rule.bands.iter().find(|(end, _)| total <= *end).map(|(_, name)| *name);
    let status = if missing == 0 { ScoreStatus::Scored } else { ScoreStatus::Prorated };
    Some(Score { status, total: Some(total), band, missing: count(missing) })
}

/// A whole number, also when it was written as `2.0`.
#[expect(clippy::cast_possible_truncation, reason = "valid answers lie between -1e9 and 1e9")]
pub fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64))
}

#[cfg(test)]
mod tests;
