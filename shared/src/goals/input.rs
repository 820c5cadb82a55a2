use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::status::{LifeArea, Lifecycle};
use crate::error::FieldErrors;
use crate::text::check_text;

const MAX_STEPS: usize = 50;
/// Larger numbers are slips of the finger; below this every whole number is exact in a double.
pub const MAX_AMOUNT: f64 = 1e9;

/// What is aimed for, so that everybody can see whether it was reached: so much of something, by a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub measure: String,
    pub value: f64,
    pub unit: String,
    pub due: Option<NaiveDate>,
}

/// A step as written; one that is there already is named by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepInput {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    pub title: String,
    pub due: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct NewGoal {
    pub title: String,
    pub why: Option<String>,
    pub life_area: LifeArea,
    pub target: Option<Target>,
    pub steps: Vec<StepInput>,
}

/// A change: outer `None` leaves a member alone, inner `None` empties it. As JSON it holds the members that change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoalPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub why: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_area: Option<LifeArea>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub target: Option<Option<Target>>,
    /// The whole list, in its order. What is not in it is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepInput>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_status: Option<Lifecycle>,
}

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

impl From<NewGoal> for GoalPatch {
    fn from(new: NewGoal) -> Self {
        Self {
            title: Some(new.title),
            why: Some(new.why),
            life_area: Some(new.life_area),
            target: Some(new.target),
            steps: Some(new.steps),
            lifecycle_status: None,
        }
    }
}

impl GoalPatch {
    pub fn members(&self) -> Vec<&'static str> {
        [
            (self.title.is_some(), "title"),
            (self.why.is_some(), "why"),
            (self.life_area.is_some(), "life_area"),
            (self.target.is_some(), "target"),
            (self.steps.is_some(), "steps"),
            (self.lifecycle_status.is_some(), "lifecycle_status"),
        ]
        .into_iter()
        .filter_map(|(present, name)| present.then_some(name))
        .collect()
    }

    /// Does it change what a plan of care says of the goal?
    pub fn touches_plan(&self) -> bool {
        let dropped = matches!(self.lifecycle_status, Some(Lifecycle::Cancelled | Lifecycle::EnteredInError));
        self.title.is_some() || self.target.is_some() || dropped
    }

    /// Adds what is wrong with it to `errors`. `prefix` stands before the names of members; `known` are the ids of the
    /// steps that the goal has.
    pub fn check(&self, errors: &mut FieldErrors, prefix: &str, known: &[Uuid]) {
        if let Some(title) = &self.title {
            check_text(errors, &format!("{prefix}title"), title, 1, 200);
        }
        if let Some(Some(why)) = &self.why {
            check_text(errors, &format!("{prefix}why"), why, 0, 2000);
        }
        if let Some(Some(target)) = &self.target {
            check_text(errors, &format!("{prefix}target.measure"), &target.measure, 1, 200);
            check_text(errors, &format!("{prefix}target.unit"), &target.unit, 1, 50);
            if !(0.0..=MAX_AMOUNT).contains(&target.value) {
                errors.add(format!("{prefix}target.value"), "out_of_range", "0 to 1000000000");
            }
        }
        if let Some(steps) = &self.steps {
            check_steps(errors, &format!("{prefix}steps"), steps, known);
        }
    }
}

fn check_steps(errors: &mut FieldErrors, field: &str, steps: &[StepInput], known: &[Uuid]) {
    if steps.len() > MAX_STEPS {
        errors.add(field, "too_many", format!("at most {MAX_STEPS} steps"));
        return;
    }
    let mut seen = HashSet::new();
    for (index, step) in steps.iter().enumerate() {
        check_text(errors, &format!("{field}[{index}].title"), &step.title, 1, 200);
        match step.id {
            Some(id) if !known.contains(&id) => {
                errors.add(format!("{field}[{index}].id"), "unknown_step", "the goal has no step of this id");
            }
            Some(id) if !seen.insert(id) => {
                errors.add(format!("{field}[{index}].id"), "repeated", "the same step stands twice");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Error;

    fn faults(patch: &GoalPatch, known: &[Uuid]) -> Vec<String> {
        let mut errors = FieldErrors::default();
        patch.check(&mut errors, "", known);
        match errors.into_result() {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    fn step(id: Option<u128>) -> StepInput {
        StepInput { id: id.map(Uuid::from_u128), title: "Call".to_owned(), due: None }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let target = Target { measure: " ".into(), value: f64::NAN, unit: String::new(), due: None };
        let patch = GoalPatch {
            title: Some(" \n".into()),
            why: Some(Some("x".repeat(2001))),
            target: Some(Some(target)),
            steps: Some(vec![step(Some(1)), step(Some(1)), step(Some(2)), step(None)]),
            ..GoalPatch::default()
        };
        let expected = ["title", "why", "target.measure", "target.unit", "target.value", "steps[1].id", "steps[2].id"];
        assert_eq!(faults(&patch, &[Uuid::from_u128(1)]), expected);
        let many = GoalPatch { steps: Some(vec![step(None); 51]), ..GoalPatch::default() };
        assert_eq!(faults(&many, &[]), ["steps"]);
    }

    fn patches() -> impl Strategy<Value = GoalPatch> {
        let text = "[a-z \"\\\\é]{1,12}";
        let date =
            prop::option::of((0_i32..60_000).prop_map(NaiveDate::from_epoch_days).prop_map(Option::unwrap_or_default));
        let target = (text, 0.0..1e9_f64, text, date.clone()).prop_map(|(measure, value, unit, due)| Target {
            measure,
            value,
            unit,
            due,
        });
        let step = (prop::option::of(any::<u128>()), text, date).prop_map(|(id, title, due)| StepInput {
            id: id.map(Uuid::from_u128),
            title,
            due,
        });
        let status = prop::option::of((0_usize..7).prop_map(|index| Lifecycle::ALL[index]));
        let area = prop::option::of((0_usize..4).prop_map(|index| LifeArea::ALL[index]));
        let steps = prop::option::of(prop::collection::vec(step, 0..4));
        (
            prop::option::of(text),
            prop::option::of(prop::option::of(text)),
            area,
            prop::option::of(prop::option::of(target)),
            steps,
            status,
        )
            .prop_map(|(title, why, life_area, target, steps, lifecycle_status)| GoalPatch {
                title,
                why,
                life_area,
                target,
                steps,
                lifecycle_status,
            })
    }

    proptest! {
        // A proposal is stored as this JSON: left out, emptied and set must stay three things.
        #[test]
        fn a_change_comes_back_from_canonical_json_as_it_was(patch in patches()) {
            let text = serde_jcs::to_string(&patch).expect("JSON");
            let read: GoalPatch = serde_json::from_str(&text).expect("read");
            prop_assert_eq!(serde_jcs::to_string(&read).expect("JSON"), text);
            prop_assert_eq!(read, patch);
        }
    }
}
