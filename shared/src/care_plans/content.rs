//! What a plan says, and the exact text that people sign.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, FieldErrors, Result};
use crate::goals::{GoalView, Lifecycle};
use crate::secrets::sha256;
use crate::text::check_text;

const MAX_SERVICES: usize = 20;
const MAX_GOALS: usize = 30;

/// A kind of service and how often it is meant to be given: "Peer support, individual", "2 hours a week".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub service_type: String,
    pub frequency: String,
}

/// Who ordered the services, for payers that ask for it; local dates, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceOrder {
    pub ordered_by: String,
    pub ordered_on: NaiveDate,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

/// A goal as the plan has it, with how its reaching is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanGoal {
    pub goal_id: Uuid,
    pub title: String,
    pub measure: Option<String>,
    pub value: Option<f64>,
    pub unit: Option<String>,
    pub due: Option<NaiveDate>,
}

impl From<&GoalView> for PlanGoal {
    fn from(goal: &GoalView) -> Self {
        let target = goal.target.as_ref();
        Self {
            goal_id: goal.id,
            title: goal.title.clone(),
            measure: target.map(|target| target.measure.clone()),
            value: target.map(|target| target.value),
            unit: target.map(|target| target.unit.clone()),
            due: target.and_then(|target| target.due),
        }
    }
}

/// All that is signed.
#[derive(Clone, Debug, Serialize)]
pub struct PlanContent<'a> {
    pub id: Uuid,
    pub client_id: Uuid,
    pub version_number: i64,
    pub effective_on: NaiveDate,
    pub expires_on: NaiveDate,
    pub review_due_on: NaiveDate,
    pub goals: &'a [PlanGoal],
    pub services: &'a [Service],
    pub service_order: Option<&'a ServiceOrder>,
    pub replaces: Option<Uuid>,
}

impl PlanContent<'_> {
    /// The text as canonical JSON (RFC 8785), and its SHA-256 in hexadecimal digits.
    pub fn freeze(&self) -> Result<(String, String)> {
        let text = serde_jcs::to_string(self).map_err(Error::internal)?;
        let hash = hex::encode(sha256(text.as_bytes()));
        Ok((text, hash))
    }
}

pub fn check_services(errors: &mut FieldErrors, services: &[Service]) {
    if services.len() > MAX_SERVICES {
        errors.add("services", "too_many", format!("at most {MAX_SERVICES} services"));
        return;
    }
    for (index, service) in services.iter().enumerate() {
        check_text(errors, &format!("services[{index}].service_type"), &service.service_type, 1, 200);
        check_text(errors, &format!("services[{index}].frequency"), &service.frequency, 1, 200);
    }
}

pub fn check_order(errors: &mut FieldErrors, order: &ServiceOrder) {
    check_text(errors, "service_order.ordered_by", &order.ordered_by, 1, 200);
    if order.valid_to < order.valid_from {
        errors.add("service_order.valid_to", "before_start", "ends before it starts");
    }
    if order.ordered_on > order.valid_to {
        errors.add("service_order.ordered_on", "out_of_range", "ordered after it stopped being valid");
    }
}

pub fn check_goal_ids(errors: &mut FieldErrors, ids: &[Uuid], known: &[Uuid]) {
    if ids.len() > MAX_GOALS {
        errors.add("goal_ids", "too_many", format!("at most {MAX_GOALS} goals"));
        return;
    }
    for (index, id) in ids.iter().enumerate() {
        if ids[..index].contains(id) {
            errors.add(format!("goal_ids[{index}]"), "repeated", "the same goal stands twice");
        } else if !known.contains(id) {
            errors.add(format!("goal_ids[{index}]"), "unknown_goal", "no goal of this client has this id");
        }
    }
}

/// What a draft lacks before it can be signed: goals that the client agreed to and that can be measured, and services.
/// `(code, message)` of a conflict.
pub fn what_is_missing(goals: &[GoalView], services: &[Service]) -> Option<(&'static str, &'static str)> {
    let agreed =
        |goal: &GoalView| matches!(goal.lifecycle_status, Lifecycle::Accepted | Lifecycle::Active | Lifecycle::OnHold);
    if goals.is_empty() {
        Some(("goals_missing", "a plan needs at least one goal"))
    } else if !goals.iter().all(agreed) {
        Some(("goal_not_agreed", "a goal of this plan is not agreed with the client, or not worked on any more"))
    } else if goals.iter().any(|goal| goal.target.is_none()) {
        Some(("goal_not_measurable", "a goal of this plan has no target that can be measured"))
    } else if services.is_empty() {
        Some(("services_missing", "a plan needs at least one service"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::goals::{LifeArea, ProgressSummary, Target};

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn goal(status: Lifecycle, measured: bool) -> GoalView {
        let target = Target { measure: "Walks".into(), value: 3.0, unit: "walks".into(), due: None };
        GoalView {
            id: Uuid::from_u128(1),
            client_id: Uuid::from_u128(2),
            title: "Walk".into(),
            why: None,
            life_area: LifeArea::Health,
            lifecycle_status: status,
            achievement_status: None,
            target: measured.then_some(target),
            steps: Vec::new(),
            progress: ProgressSummary::default(),
            created_by_client: true,
            open_proposal_id: None,
            version: 1,
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn what_is_signed_is_canonical_json_and_its_hash() {
        let goals = [PlanGoal {
            goal_id: Uuid::from_u128(5),
            title: "Caminar \"más\"".into(),
            measure: Some("Walks".into()),
            value: Some(3.0),
            unit: None,
            due: Some(date("2027-06-01")),
        }];
        let services = [Service { service_type: "Peer support".into(), frequency: "weekly".into() }];
        let content = PlanContent {
            id: Uuid::from_u128(1),
            client_id: Uuid::from_u128(2),
            version_number: 1,
            effective_on: date("2027-03-01"),
            expires_on: date("2028-02-29"),
            review_due_on: date("2027-12-01"),
            goals: &goals,
            services: &services,
            service_order: None,
            replaces: None,
        };
        let (text, hash) = content.freeze().expect("frozen");
        // Members sorted, no spaces, numbers in their shortest form. The hash was computed by Python's hashlib.
        let expected = concat!(
            r#"{"client_id":"00000000-0000-0000-0000-000000000002","effective_on":"2027-03-01","expires_on":"2028-02-29","#,
            r#""goals":[{"due":"2027-06-01","goal_id":"00000000-0000-0000-0000-000000000005","measure":"Walks","#,
            r#""title":"Caminar \"más\"","unit":null,"value":3}],"id":"00000000-0000-0000-0000-000000000001","#,
            r#""replaces":null,"review_due_on":"2027-12-01","service_order":null,"#,
            r#""services":[{"frequency":"weekly","service_type":"Peer support"}],"version_number":1}"#,
        );
        assert_eq!(text, expected);
        assert_eq!(hash, "527cbd08fd44ea8d8a5c1f60e9a172600227a51880b9d60facdfc1f32e4fce8a");
    }

    #[test]
    fn a_plan_needs_agreed_measurable_goals_and_services() {
        let services = [Service { service_type: "Peer support".into(), frequency: "weekly".into() }];
        let missing = |goals: &[GoalView], services: &[Service]| what_is_missing(goals, services).map(|(code, _)| code);
        for status in [Lifecycle::Accepted, Lifecycle::Active, Lifecycle::OnHold] {
            assert_eq!(missing(&[goal(status, true)], &services), None);
        }
        for status in [Lifecycle::Proposed, Lifecycle::Completed, Lifecycle::Cancelled, Lifecycle::EnteredInError] {
            assert_eq!(missing(&[goal(status, true)], &services), Some("goal_not_agreed"));
        }
        assert_eq!(missing(&[], &services), Some("goals_missing"));
        assert_eq!(missing(&[goal(Lifecycle::Active, false)], &services), Some("goal_not_measurable"));
        assert_eq!(missing(&[goal(Lifecycle::Active, true)], &[]), Some("services_missing"));
    }
}
