use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::scope::{Actor, Role};

/// Where a version of a form or template is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FormVersionState)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    Draft,
    Published,
    /// Asked no more; answers given on phones before still come in for a while.
    Retired,
}

impl VersionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Retired].into_iter().find(|state| state.as_str() == text)
    }
}

/// Lets those through who make and publish forms.
pub fn may_manage(tx: &ScopedTx) -> Result<()> {
    let scope = tx.scope();
    let manages = matches!(scope.actor, Actor::System(_))
        || [Role::Admin, Role::Supervisor].iter().any(|role| scope.has_role(*role));
    if manages { Ok(()) } else { Err(Error::Forbidden("role")) }
}
