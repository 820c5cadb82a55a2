//! On whose behalf a query runs. Every store function gets it through its transaction.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;

/// What a member of staff may do; one person can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Specialist,
    Supervisor,
    Scheduler,
    Biller,
    Admin,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Specialist, Self::Supervisor, Self::Scheduler, Self::Biller, Self::Admin];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Specialist => "specialist",
            Self::Supervisor => "supervisor",
            Self::Scheduler => "scheduler",
            Self::Biller => "biller",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The person served, through one of their devices.
    Client {
        client_id: Uuid,
        device_id: Option<Uuid>,
    },
    Staff {
        staff_id: Uuid,
        roles: Vec<Role>,
    },
    /// The program itself; the word says which part.
    System(&'static str),
}

impl Actor {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Client { .. } => "client",
            Self::Staff { .. } => "staff",
            Self::System(_) => "system",
        }
    }

    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Client { client_id, .. } => Some(*client_id),
            Self::Staff { staff_id, .. } => Some(*staff_id),
            Self::System(_) => None,
        }
    }
}

/// The organization and actor of a unit of work, with what the audit log wants to know of its origin.
#[derive(Clone, Debug)]
pub struct Scope {
    pub organization_id: Uuid,
    /// The organization's zone: what "today" means for assignments and for lists over clients.
    pub zone: Tz,
    pub actor: Actor,
    pub sign_in_id: Option<Uuid>,
    pub request_id: Option<String>,
    pub ip: Option<String>,
    /// Until then the actor may have emergency access to some client, by the sign-in that is used.
    pub break_glass_until: Option<Timestamp>,
}

impl Scope {
    /// Work of the program itself inside one organization.
    pub fn system(organization_id: Uuid, part: &'static str) -> Self {
        Self {
            organization_id,
            zone: Tz::UTC,
            actor: Actor::System(part),
            sign_in_id: None,
            request_id: None,
            ip: None,
            break_glass_until: None,
        }
    }

    pub fn has_role(&self, role: Role) -> bool {
        matches!(&self.actor, Actor::Staff { roles, .. } if roles.contains(&role))
    }

    pub fn client_id(&self) -> Option<Uuid> {
        match self.actor {
            Actor::Client { client_id, .. } => Some(client_id),
            _ => None,
        }
    }

    pub fn staff_id(&self) -> Option<Uuid> {
        match self.actor {
            Actor::Staff { staff_id, .. } => Some(staff_id),
            _ => None,
        }
    }
}
