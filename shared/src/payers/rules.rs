//! The rules of one payer for one stretch of time. What a file leaves out is the careful usual: it never bills too much.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldErrors;
use crate::sessions::{Kind, Modality};
use crate::words::words;

words! {
    /// What one unit of a service is.
    UnitKind {
        /// Fifteen minutes.
        Min15 = "min15",
        /// A day, however many contacts it has.
        PerDiem = "per_diem",
        /// One contact.
        Each = "each",
    }
}

words! {
    /// Which minutes are added up before they become units.
    #[schema(as = UnitAggregate)]
    Aggregate {
        PerSession = "per_session",
        /// Of one client, specialist, code with modifiers, and date.
        PerCodeDay = "per_code_day",
        /// Of one client, specialist and date, over all timed codes; the units then go to the codes with most minutes.
        AllTimedDay = "all_timed_day",
    }
}

words! {
    /// Who may supervise, as a state defines it (CMS, State Medicaid Director Letter of 15 August 2007).
    SupervisorType {
        LicensedMentalHealth = "licensed_mental_health",
        LicensedSubstanceUse = "licensed_substance_use",
        UnlicensedPractitioner = "unlicensed_practitioner",
        ExperiencedPeer = "experienced_peer",
    }
}

words! {
    /// Whether something stands in the way of a bill, or only wants a look.
    #[schema(as = BillingSeverity)]
    Severity {
        Warn = "warn",
        Block = "block",
    }
}

/// A service that the payer pays for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PayerCode)]
pub struct Code {
    /// HCPCS.
    pub code: String,
    pub unit: UnitKind,
    /// Of a day or contact, below which there is no unit.
    #[serde(default)]
    pub minimum_minutes: Option<i64>,
    /// Which modifiers it is billed with, and when; empty when any are taken.
    #[serde(default)]
    pub modifier_sets: Vec<ModifierSet>,
    /// Places of service; empty when any is taken.
    #[serde(default)]
    pub places: Vec<String>,
    /// Codes that are not paid on the same day: the first one of a day counts.
    #[serde(default)]
    pub excludes: Vec<String>,
    #[serde(default)]
    pub units_per_day: Option<i64>,
}

/// Modifiers in the order of the claim, for sessions of this kind and by these means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModifierSet {
    pub modifiers: Vec<String>,
    /// `null` for both.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Empty for all.
    #[serde(default)]
    pub modalities: Vec<Modality>,
}

/// How minutes become units of fifteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UnitRules {
    /// Minutes of the last quarter of an hour from which on it counts: 8 as Medicare counts, 15 for full units only.
    #[schema(minimum = 1, maximum = 15)]
    pub rounding_threshold: i64,
    /// Below so many minutes there is no unit at all.
    #[schema(minimum = 1, maximum = 15)]
    pub first_unit_min: i64,
    pub aggregate: Aggregate,
}

impl Default for UnitRules {
    fn default() -> Self {
        Self { rounding_threshold: 15, first_unit_min: 15, aggregate: Aggregate::PerSession }
    }
}

/// Most that is paid; `null` for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerCaps)]
pub struct Caps {
    pub units_per_day: Option<i64>,
    pub units_per_week: Option<i64>,
    pub units_per_authorization: Option<i64>,
    pub authorization_days: Option<i64>,
    pub session_minutes: Option<i64>,
    pub staff_minutes_per_day: Option<i64>,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            units_per_day: Some(16),
            units_per_week: None,
            units_per_authorization: None,
            authorization_days: None,
            session_minutes: Some(720),
            staff_minutes_per_day: Some(720),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerAuthorization)]
pub struct Authorization {
    pub required: bool,
    /// So many units are paid before one is needed.
    pub unmanaged_units: i64,
    pub response_business_days: Option<i64>,
}

impl Default for Authorization {
    fn default() -> Self {
        Self { required: true, unmanaged_units: 0, response_business_days: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanRules {
    pub required: bool,
    pub max_days: i64,
    /// A service order must hold on the date of service.
    pub service_order_required: bool,
    /// So many days after it was given it holds no longer.
    pub service_order_days: Option<i64>,
}

impl Default for PlanRules {
    fn default() -> Self {
        Self { required: true, max_days: 365, service_order_required: false, service_order_days: None }
    }
}

/// When a supervisor signs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "when", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = CosignRule)]
pub enum Cosign {
    Never,
    Always,
    /// In a specialist's first days.
    FirstDays {
        days: i64,
    },
    /// Of so many in a hundred, drawn by lot.
    Percent {
        percent: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoteRules {
    /// Signed later after the end than this, a note is a late entry and says why.
    pub late_after_hours: i64,
    /// Signed later than this, it is not billed without a supervisor.
    pub max_sign_days: i64,
    pub cosign: Cosign,
}

impl Default for NoteRules {
    fn default() -> Self {
        Self { late_after_hours: 24, max_sign_days: 7, cosign: Cosign::FirstDays { days: 90 } }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SupervisionRules {
    pub types: Vec<SupervisorType>,
    /// At least once in so many days.
    pub every_days: Option<i64>,
    pub observations_per_year: Option<i64>,
    /// What it means for bills when it is overdue.
    pub overdue: Severity,
}

impl Default for SupervisionRules {
    fn default() -> Self {
        Self {
            types: SupervisorType::ALL.to_vec(),
            every_days: Some(30),
            observations_per_year: Some(2),
            overdue: Severity::Warn,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerTraining)]
pub struct Training {
    pub ce_hours: i64,
    pub ce_period_months: i64,
    pub training_hours_min: i64,
}

impl Default for Training {
    fn default() -> Self {
        Self { ce_hours: 12, ce_period_months: 12, training_hours_min: 40 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerLimits)]
pub struct Limits {
    pub group_max: Option<i64>,
    /// Clients of one specialist.
    pub caseload_max: Option<i64>,
    /// Specialists of one supervisor.
    pub supervised_max: Option<i64>,
    pub min_age: Option<i64>,
    /// Beginnings of ICD-10 codes of which the client must have one; empty when any will do.
    pub diagnosis_prefixes: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            group_max: Some(12),
            caseload_max: Some(15),
            supervised_max: None,
            min_age: None,
            diagnosis_prefixes: Vec::new(),
        }
    }
}

/// For claims, which come later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerFiling)]
pub struct Filing {
    pub timely_filing_days: i64,
    pub coverage_check_days: i64,
    /// `peer`, `supervisor` or `omit`.
    pub rendering: String,
    pub taxonomy: String,
    /// `claim` or `line`.
    pub authorization_level: String,
}

impl Default for Filing {
    fn default() -> Self {
        Self {
            timely_filing_days: 365,
            coverage_check_days: 31,
            rendering: "peer".to_owned(),
            taxonomy: "175T00000X".to_owned(),
            authorization_level: "claim".to_owned(),
        }
    }
}

/// Everything that a payer's profile says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PayerRules)]
pub struct Rules {
    /// Empty when the payer's list is not known: then any code is taken.
    pub codes: Vec<Code>,
    pub units: UnitRules,
    pub caps: Caps,
    pub authorization: Authorization,
    pub plan: PlanRules,
    pub notes: NoteRules,
    pub supervision: SupervisionRules,
    pub training: Training,
    pub limits: Limits,
    pub filing: Filing,
    /// Pairs of codes that may be given to a client at the same time.
    pub allowed_overlaps: Vec<[String; 2]>,
}

/// Codes that are no matter of minutes (HCPCS Level II): for payers whose list is not known, so that no day is billed
/// by the quarter of an hour.
const NOT_TIMED: [(&str, UnitKind); 3] =
    [("H2016", UnitKind::PerDiem), ("H0031", UnitKind::Each), ("H0032", UnitKind::Each)];

impl Rules {
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|known| known.code == code)
    }

    pub fn unit_of(&self, code: &str) -> UnitKind {
        match self.code(code) {
            Some(known) => known.unit,
            None => NOT_TIMED.iter().find(|(known, _)| *known == code).map_or(UnitKind::Min15, |(_, unit)| *unit),
        }
    }

    /// May two services be given to one client at the same time?
    pub fn allows_at_once(&self, one: Option<&str>, other: Option<&str>) -> bool {
        let (Some(one), Some(other)) = (one, other) else { return false };
        self.allowed_overlaps.iter().any(|[a, b]| (a == one && b == other) || (a == other && b == one))
    }

    /// The first code that fits a session, with its modifiers.
    pub fn usual_service(&self, kind: Kind, modality: Modality) -> Option<(String, Vec<String>)> {
        self.codes.iter().find_map(|code| {
            if code.modifier_sets.is_empty() {
                return (kind == Kind::Individual).then(|| (code.code.clone(), Vec::new()));
            }
            let set = code.modifier_sets.iter().find(|set| set.fits(kind, modality))?;
            Some((code.code.clone(), set.modifiers.clone()))
        })
    }

    pub fn check(&self, errors: &mut FieldErrors) {
        let mut range = |field: &str, value: i64, least: i64, most: i64| {
            if !(least..=most).contains(&value) {
                errors.add(format!("rules.{field}"), "out_of_range", format!("from {least} to {most}"));
            }
        };
        range("units.rounding_threshold", self.units.rounding_threshold, 1, 15);
        range("units.first_unit_min", self.units.first_unit_min, 1, 15);
        range("plan.max_days", self.plan.max_days, 1, 3660);
        range("notes.late_after_hours", self.notes.late_after_hours, 1, 8760);
        range("notes.max_sign_days", self.notes.max_sign_days, 1, 366);
        range("authorization.unmanaged_units", self.authorization.unmanaged_units, 0, 100_000);
        range("training.ce_hours", self.training.ce_hours, 0, 1000);
        range("training.ce_period_months", self.training.ce_period_months, 1, 120);
        range("training.training_hours_min", self.training.training_hours_min, 0, 1000);
        range("filing.timely_filing_days", self.filing.timely_filing_days, 1, 3660);
        range("filing.coverage_check_days", self.filing.coverage_check_days, 1, 366);
        match self.notes.cosign {
            Cosign::FirstDays { days } => range("notes.cosign.days", days, 1, 3660),
            Cosign::Percent { percent } => range("notes.cosign.percent", percent, 1, 100),
            Cosign::Never | Cosign::Always => {}
        }
        for (field, value) in [
            ("caps.units_per_day", self.caps.units_per_day),
            ("caps.units_per_week", self.caps.units_per_week),
            ("caps.units_per_authorization", self.caps.units_per_authorization),
            ("caps.authorization_days", self.caps.authorization_days),
            ("caps.session_minutes", self.caps.session_minutes),
            ("caps.staff_minutes_per_day", self.caps.staff_minutes_per_day),
            ("authorization.response_business_days", self.authorization.response_business_days),
            ("plan.service_order_days", self.plan.service_order_days),
            ("supervision.every_days", self.supervision.every_days),
            ("supervision.observations_per_year", self.supervision.observations_per_year),
            ("limits.group_max", self.limits.group_max),
            ("limits.caseload_max", self.limits.caseload_max),
            ("limits.supervised_max", self.limits.supervised_max),
            ("limits.min_age", self.limits.min_age),
        ] {
            range(field, value.unwrap_or(1), 1, 100_000);
        }
        self.check_codes(errors);
    }

    fn check_codes(&self, errors: &mut FieldErrors) {
        let plain = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if self.codes.len() > 100 {
            errors.add("rules.codes", "length", "at most 100");
        }
        for (index, code) in self.codes.iter().enumerate() {
            let at = |member: &str| format!("rules.codes[{index}].{member}");
            if !plain(&code.code, 5) {
                errors.add(at("code"), "invalid", "five capitals and digits, such as H0038");
            } else if self.codes[..index].iter().any(|other| other.code == code.code) {
                errors.add(at("code"), "repeated", "stands twice");
            }
            if code.places.iter().any(|place| place.len() != 2 || !place.bytes().all(|byte| byte.is_ascii_digit())) {
                errors.add(at("places"), "invalid", "two digits each");
            }
            let right = |set: &ModifierSet| set.modifiers.len() <= 4 && set.modifiers.iter().all(|one| plain(one, 2));
            if !code.modifier_sets.iter().all(right) {
                errors.add(at("modifier_sets"), "invalid", "at most four modifiers of two capitals or digits");
            }
            if code.minimum_minutes.is_some_and(|minutes| !(1..=1440).contains(&minutes)) {
                errors.add(at("minimum_minutes"), "out_of_range", "from 1 to 1440");
            }
            if code.units_per_day.is_some_and(|units| !(1..=1000).contains(&units)) {
                errors.add(at("units_per_day"), "out_of_range", "from 1 to 1000");
            }
        }
        for (field, text, known) in [
            ("rules.filing.rendering", &self.filing.rendering, &["peer", "supervisor", "omit"][..]),
            ("rules.filing.authorization_level", &self.filing.authorization_level, &["claim", "line"][..]),
        ] {
            if !known.contains(&text.as_str()) {
                errors.add(field, "unknown_value", format!("must be one of {}", known.join(", ")));
            }
        }
    }
}

impl ModifierSet {
    pub fn fits(&self, kind: Kind, modality: Modality) -> bool {
        self.kind.is_none_or(|own| own == kind) && (self.modalities.is_empty() || self.modalities.contains(&modality))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Where a number stands or could stand.
    fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| numbers(value, &format!("{at}/{name}"), found));
            }
            Value::Array(entries) => {
                entries.iter().enumerate().for_each(|(index, value)| numbers(value, &format!("{at}/{index}"), found));
            }
            Value::Number(_) | Value::Null => found.push(at.to_owned()),
            Value::Bool(_) | Value::String(_) => {}
        }
    }

    /// Canonical JSON writes numbers as doubles: one that is too large would not be read again.
    #[test]
    fn every_number_has_its_range() {
        let code = json!({ "code": "H0038", "unit": "min15", "minimum_minutes": 8, "units_per_day": 16 });
        let code: Code = serde_json::from_value(code).expect("a code");
        let whole = serde_json::to_value(Rules { codes: vec![code], ..Rules::default() }).expect("JSON");
        let mut places = Vec::new();
        numbers(&whole, "", &mut places);
        assert!(places.len() >= 28, "{places:?}");
        for place in places {
            let mut wrong = whole.clone();
            *wrong.pointer_mut(&place).expect("a member") = json!(i64::MAX);
            let wrong: Rules = serde_json::from_value(wrong).expect("rules");
            let mut errors = FieldErrors::default();
            wrong.check(&mut errors);
            assert!(errors.into_result().is_err(), "{place} has no range");
        }
    }
}
