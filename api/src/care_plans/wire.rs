use cairn_shared::care_plans::{PlanGoal, PlanState, PlanView, Service, ServiceOrder, Signature, SignerRole};
use cairn_shared::clock::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clients::date;

/// A kind of service, and how often it is meant to be given.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceWire {
    #[schema(min_length = 1, max_length = 200, example = "Peer support, individual")]
    service_type: String,
    #[schema(min_length = 1, max_length = 200, example = "Two hours a week")]
    frequency: String,
}

impl From<ServiceWire> for Service {
    fn from(wire: ServiceWire) -> Self {
        Self { service_type: wire.service_type, frequency: wire.frequency }
    }
}

/// Who ordered the services, for payers that ask for it; both dates inclusive.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceOrderWire {
    #[schema(min_length = 1, max_length = 200)]
    ordered_by: String,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    ordered_on: NaiveDate,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    valid_from: NaiveDate,
    #[serde(deserialize_with = "date")]
    #[schema(value_type = String, format = Date)]
    valid_to: NaiveDate,
}

impl From<ServiceOrderWire> for ServiceOrder {
    fn from(wire: ServiceOrderWire) -> Self {
        let ServiceOrderWire { ordered_by, ordered_on, valid_from, valid_to } = wire;
        Self { ordered_by, ordered_on, valid_from, valid_to }
    }
}

/// A goal as the plan has it; later changes of the goal do not touch it.
#[derive(Serialize, ToSchema)]
pub struct PlanGoalOut {
    goal_id: Uuid,
    title: String,
    measure: Option<String>,
    value: Option<f64>,
    unit: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<NaiveDate>,
}

impl From<PlanGoal> for PlanGoalOut {
    fn from(goal: PlanGoal) -> Self {
        let PlanGoal { goal_id, title, measure, value, unit, due } = goal;
        Self { goal_id, title, measure, value, unit, due }
    }
}

#[derive(Serialize, ToSchema)]
pub struct SignatureOut {
    role: SignerRole,
    name: String,
    signed_at: Timestamp,
    /// Of what was signed.
    hash: String,
}

impl From<Signature> for SignatureOut {
    fn from(signature: Signature) -> Self {
        let Signature { role, name, signed_at, hash } = signature;
        Self { role, name, signed_at, hash }
    }
}

/// A version of a client's plan of care. Dates are local dates of the organization, inclusive.
#[derive(Serialize, ToSchema)]
pub struct CarePlanOut {
    pub id: Uuid,
    client_id: Uuid,
    version_number: i64,
    state: PlanState,
    #[schema(value_type = String, format = Date)]
    effective_on: NaiveDate,
    #[schema(value_type = String, format = Date)]
    expires_on: NaiveDate,
    #[schema(value_type = String, format = Date)]
    review_due_on: NaiveDate,
    goals: Vec<PlanGoalOut>,
    services: Vec<ServiceWire>,
    service_order: Option<ServiceOrderWire>,
    signatures: Vec<SignatureOut>,
    /// Exactly what is signed, as canonical JSON (RFC 8785); `null` in a draft.
    content: Option<String>,
    /// SHA-256 of `content` in UTF-8, in hexadecimal digits.
    content_hash: Option<String>,
    /// The version that this one revises or follows.
    replaces: Option<Uuid>,
    /// A goal was added or changed since: the plan no longer says what was agreed.
    needs_revision: bool,
    version: i64,
    created_at: Timestamp,
    submitted_at: Option<Timestamp>,
    in_force_at: Option<Timestamp>,
}

impl From<PlanView> for CarePlanOut {
    fn from(view: PlanView) -> Self {
        let services = view.services.into_iter();
        let order = view.service_order.map(|order| ServiceOrderWire {
            ordered_by: order.ordered_by,
            ordered_on: order.ordered_on,
            valid_from: order.valid_from,
            valid_to: order.valid_to,
        });
        Self {
            id: view.id,
            client_id: view.client_id,
            version_number: view.version_number,
            state: view.state,
            effective_on: view.dates.effective_on,
            expires_on: view.dates.expires_on,
            review_due_on: view.dates.review_due_on,
            goals: view.goals.into_iter().map(Into::into).collect(),
            services: services
                .map(|service| ServiceWire { service_type: service.service_type, frequency: service.frequency })
                .collect(),
            service_order: order,
            signatures: view.signatures.into_iter().map(Into::into).collect(),
            content: view.content,
            content_hash: view.content_hash,
            replaces: view.replaces,
            needs_revision: view.needs_revision,
            version: view.version,
            created_at: view.created_at,
            submitted_at: view.submitted_at,
            in_force_at: view.in_force_at,
        }
    }
}
