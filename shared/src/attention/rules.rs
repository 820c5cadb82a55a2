//! Which reasons an organization wants, and from when on: rows that supervisors tune. What no row says is as here.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};
use serde_json::{Map, Value, json};

use super::entity::{attention_refresh, attention_rule};
use super::kind::Kind;
use super::trigger_words;
use crate::audit::AuditEvent;
use crate::db::ScopedTx;
use crate::error::{Error, FieldErrors, Result};
use crate::scope::Role;

/// A whole number of a rule: name, usual value, least and most.
type Parameter = (&'static str, i64, i64, i64);

fn parameters_of(kind: Kind) -> &'static [Parameter] {
    match kind {
        // So many planned check-ins in a row that did not come.
        Kind::CheckInsMissed => &[("in_a_row", 3, 1, 14)],
        // The newest mood is `drop` or more below the median of the `days` before, which have `at_least` answers.
        Kind::MoodBelowBaseline => &[("days", 7, 3, 28), ("drop", 3, 1, 10), ("at_least", 4, 2, 28)],
        // Shown for so many days, or until the client came to something else.
        Kind::AppointmentMissed => &[("days", 14, 1, 90)],
        Kind::GoalDue => &[("days_ahead", 3, 0, 30)],
        Kind::PlanReviewDue => &[("days_ahead", 14, 0, 90)],
        // A phone that has not shown itself for so many days.
        Kind::Unreachable => &[("silent_days", 30, 7, 180)],
        Kind::NotSafe | Kind::Item9 | Kind::WordsNoticed | Kind::HelpRequested => &[],
    }
}

/// One rule with all its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub kind: Kind,
    pub enabled: bool,
    pub parameters: BTreeMap<&'static str, i64>,
    /// What is looked for in free text; only [`Kind::WordsNoticed`] has any.
    pub words: Option<Vec<String>>,
    /// 1 as long as nobody has changed it.
    pub version: i64,
}

impl Rule {
    pub(super) fn usual(kind: Kind) -> Self {
        let parameters = parameters_of(kind).iter().map(|(name, usual, _, _)| (*name, *usual)).collect();
        let words = (kind == Kind::WordsNoticed).then(|| trigger_words::USUAL.map(str::to_owned).to_vec());
        Self { kind, enabled: true, parameters, words, version: 1 }
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        self.parameters.get(name).copied().unwrap_or(0)
    }
}

/// The rules of one organization.
#[derive(Clone, Debug)]
pub struct Rules(HashMap<Kind, Rule>);

impl Default for Rules {
    fn default() -> Self {
        Self(Kind::ALL.into_iter().map(|kind| (kind, Rule::usual(kind))).collect())
    }
}

impl Rules {
    pub(super) fn enabled(&self, kind: Kind) -> Option<&Rule> {
        self.0.get(&kind).filter(|rule| rule.enabled)
    }

    /// The usual rules, as these rows tune them.
    pub(super) fn tuned(rows: &[attention_rule::Model]) -> Result<Self> {
        let mut rules = Self::default();
        for row in rows {
            if let Some(rule) = read(row)? {
                rules.0.insert(rule.kind, rule);
            }
        }
        Ok(rules)
    }

    #[cfg(test)]
    pub(super) fn with(mut self, kind: Kind, name: &'static str, value: i64) -> Self {
        self.0.entry(kind).or_insert_with(|| Rule::usual(kind)).parameters.insert(name, value);
        self
    }

    #[cfg(test)]
    pub(super) fn without(mut self, kind: Kind) -> Self {
        self.0.entry(kind).or_insert_with(|| Rule::usual(kind)).enabled = false;
        self
    }
}

fn read(row: &attention_rule::Model) -> Result<Option<Rule>> {
    let Some(kind) = Kind::parse(&row.kind) else { return Ok(None) };
    let stored: Map<String, Value> = serde_json::from_str(&row.parameters).map_err(Error::internal)?;
    let mut rule = Rule { enabled: row.enabled, version: row.version, ..Rule::usual(kind) };
    for (name, value) in &mut rule.parameters {
        if let Some(tuned) = stored.get(*name).and_then(Value::as_i64) {
            *value = tuned;
        }
    }
    if let (Some(words), Some(tuned)) = (&mut rule.words, stored.get("words").and_then(Value::as_array)) {
        *words = tuned.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    Ok(Some(rule))
}

/// The organization's rules.
pub(super) async fn load(tx: &ScopedTx) -> Result<Rules> {
    let rows = attention_rule::Entity::find()
        .filter(attention_rule::COLUMN.organization_id.eq(tx.organization_id()))
        .all(tx.conn())
        .await?;
    Rules::tuned(&rows)
}

/// All rules, for those who work with them and those who set them.
pub async fn list_rules(tx: &ScopedTx) -> Result<Vec<Rule>> {
    let may = [Role::Specialist, Role::Supervisor, Role::Admin];
    if !may.into_iter().any(|role| tx.scope().has_role(role)) {
        return Err(Error::Forbidden("role"));
    }
    let rules = load(tx).await?;
    Ok(Kind::ALL.into_iter().map(|kind| rules.0.get(&kind).cloned().unwrap_or_else(|| Rule::usual(kind))).collect())
}

/// Whether any of these texts, which a client wrote, holds one of the organization's words.
pub async fn holds_trigger_words(tx: &ScopedTx, texts: &[&str]) -> Result<bool> {
    if texts.is_empty() {
        return Ok(false);
    }
    let rules = load(tx).await?;
    let words = rules.enabled(Kind::WordsNoticed).and_then(|rule| rule.words.as_deref());
    Ok(trigger_words::found(words.unwrap_or_default(), texts.iter().copied()))
}

/// What of a rule is to be otherwise; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct RulePatch {
    pub enabled: Option<bool>,
    pub parameters: BTreeMap<String, i64>,
    /// The whole list, in place of the one before.
    pub words: Option<Vec<String>>,
}

const MOST_WORDS: usize = 200;

impl Rule {
    fn apply(&mut self, patch: &RulePatch) -> Result<()> {
        let mut errors = FieldErrors::default();
        for (name, value) in &patch.parameters {
            let field = format!("parameters.{name}");
            match parameters_of(self.kind).iter().find(|known| known.0 == name) {
                None => errors.add(field, "unknown_field", "this rule has no such parameter"),
                Some((_, _, least, most)) if !(least..=most).contains(&value) => {
                    errors.add(field, "out_of_range", format!("{least} to {most}"));
                }
                Some((known, ..)) => {
                    self.parameters.insert(known, *value);
                }
            }
        }
        if self.number("at_least") > self.number("days") && self.parameters.contains_key("at_least") {
            errors.add("parameters.at_least", "out_of_range", "at most as many as there are days");
        }
        if let Some(words) = &patch.words {
            check_words(self.kind, words, &mut errors);
            self.words = Some(words.iter().map(|phrase| phrase.trim().to_owned()).collect());
        }
        errors.into_result()?;
        self.enabled = patch.enabled.unwrap_or(self.enabled);
        Ok(())
    }

    /// As it is stored: canonical JSON.
    fn stored(&self) -> Result<String> {
        let mut all: Map<String, Value> =
            self.parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        if let Some(words) = &self.words {
            all.insert("words".to_owned(), json!(words));
        }
        serde_jcs::to_string(&all).map_err(Error::internal)
    }
}

fn check_words(kind: Kind, words: &[String], errors: &mut FieldErrors) {
    if kind != Kind::WordsNoticed {
        return errors.add("words", "unknown_field", "this rule looks for no words");
    }
    if words.len() > MOST_WORDS {
        errors.add("words", "length", format!("at most {MOST_WORDS} words and phrases"));
    }
    let mut seen = HashSet::new();
    for (index, phrase) in words.iter().enumerate().take(MOST_WORDS) {
        if let Some(fault) = trigger_words::fault(phrase.trim()) {
            errors.add(format!("words[{index}]"), "invalid", fault);
        } else if !seen.insert(phrase.trim()) {
            errors.add(format!("words[{index}]"), "not_unique", "stands there twice");
        }
    }
}

/// Tunes a rule; every client of the organization is looked at anew. For supervisors and admins.
///
/// # Errors
/// `Conflict("always_on")` for what a client says or asks outright: that cannot be turned off.
pub async fn update_rule(tx: &mut ScopedTx, kind: Kind, version: Option<i64>, patch: &RulePatch) -> Result<Rule> {
    if !(tx.scope().has_role(Role::Supervisor) || tx.scope().has_role(Role::Admin)) {
        return Err(Error::Forbidden("role"));
    }
    if !kind.is_tunable() {
        return Err(Error::Conflict("always_on", "what a client says or asks cannot be turned off".to_owned()));
    }
    let mut rule = load(tx).await?.0.remove(&kind).unwrap_or_else(|| Rule::usual(kind));
    if version.is_some_and(|version| version != rule.version) {
        return Err(Error::PreconditionFailed);
    }
    rule.apply(patch)?;
    rule.version += 1;
    let row = attention_rule::ActiveModel {
        organization_id: Set(tx.organization_id()),
        kind: Set(kind.as_str().to_owned()),
        enabled: Set(rule.enabled),
        parameters: Set(rule.stored()?),
        version: Set(rule.version),
        updated_at: Set(tx.now()),
    };
    attention_rule::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([attention_rule::Column::OrganizationId, attention_rule::Column::Kind])
                .update_columns([
                    attention_rule::Column::Enabled,
                    attention_rule::Column::Parameters,
                    attention_rule::Column::Version,
                    attention_rule::Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    if kind.is_computed() {
        attention_refresh::Entity::update_many()
            .col_expr(attention_refresh::Column::RefreshAt, Expr::value(tx.now().0))
            .filter(attention_refresh::COLUMN.organization_id.eq(tx.organization_id()))
            .exec(tx.conn())
            .await?;
    }
    let detail = json!({ "enabled": rule.enabled, "parameters": rule.parameters, "words": rule.words });
    tx.record(AuditEvent::new("update", "attention_rule", kind.as_str()).detail(detail));
    Ok(rule)
}
