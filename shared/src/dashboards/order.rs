//! Whom the list over a caseload holds, and in which order.

use sea_orm::sea_query::Expr;
use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ExprTrait, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::attention::Kind;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::{Act, Reach, reaches};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseloadSort {
    /// Who needs somebody first: by severity, then whose oldest reason is older.
    #[default]
    Attention,
    Name,
    /// Who was not seen for longest.
    LastContact,
    /// Who comes soonest.
    NextAppointment,
}

impl CaseloadSort {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::Name => "name",
            Self::LastContact => "last_contact",
            Self::NextAppointment => "next_appointment",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct CaseloadFilter {
    pub sort: CaseloadSort,
    /// Only clients with an open reason of this kind.
    pub reason: Option<Kind>,
    /// Only clients with whom this member of staff works.
    pub staff_id: Option<Uuid>,
}

impl CaseloadFilter {
    /// What a cursor of this list is bound to.
    pub fn list(&self) -> String {
        let staff = self.staff_id.map(|id| id.to_string()).unwrap_or_default();
        format!("caseload {} {} {staff}", self.sort.as_str(), self.reason.map(Kind::as_str).unwrap_or_default())
    }
}

/// The rows of those whom the actor may read about, narrowed.
pub(super) fn scope(tx: &ScopedTx, filter: &CaseloadFilter) -> Result<SelectStatement> {
    let circles = reaches(tx.scope(), Act::ReadAttention);
    if circles.is_empty() || tx.scope().client_id().is_some() {
        return Err(Error::Forbidden("role"));
    }
    let mut query = Query::select();
    query
        .from("client_summaries")
        .and_where(Expr::col(("client_summaries", "organization_id")).eq(tx.organization_id()));
    let own = || Expr::col(("client_summaries", "client_id"));
    let mut within = Condition::any();
    for reach in circles {
        within = match reach {
            Reach::Caseload | Reach::Supervised => within.add(own().in_subquery(clients::caseload(tx, reach)?)),
            Reach::Organization => within.add(Expr::val(1).eq(1)),
            Reach::None | Reach::Own => within,
        };
    }
    query.cond_where(within);
    if let Some(staff_id) = filter.staff_id {
        query.and_where(own().in_subquery(clients::caseload_of(tx, staff_id)));
    }
    if let Some(kind) = filter.reason {
        let mut reasons = Query::select();
        reasons
            .column(("attention_reasons", "client_id"))
            .from("attention_reasons")
            .and_where(Expr::col(("attention_reasons", "organization_id")).eq(tx.organization_id()))
            .and_where(Expr::col(("attention_reasons", "kind")).eq(kind.as_str()))
            .and_where(Expr::col(("attention_reasons", "state")).is_in(["open", "acknowledged"]));
        query.and_where(own().in_subquery(reasons));
    }
    Ok(query)
}

/// What rows are ordered by, smallest first, before the client's id; names are not here, for they are sealed.
pub(super) fn keys(sort: CaseloadSort, now: Timestamp) -> Vec<SimpleExpr> {
    let column = |name: &'static str| Expr::col(("client_summaries", name));
    let or =
        |name: &'static str, value: i64| sea_orm::sea_query::Func::coalesce([column(name), Expr::val(value)]).into();
    match sort {
        CaseloadSort::Attention => {
            vec![Expr::val(0_i64).sub(column("top_severity")), or("attention_since", Timestamp::FAR_FUTURE.0)]
        }
        CaseloadSort::LastContact => vec![or("last_contact_at", 0)],
        // One that has begun is not the next any more; the worker is about to find the one after it.
        CaseloadSort::NextAppointment => vec![
            sea_orm::sea_query::CaseStatement::new()
                .case(column("next_starts_at").gt(now.0), column("next_starts_at"))
                .finally(Expr::val(Timestamp::FAR_FUTURE.0))
                .into(),
        ],
        CaseloadSort::Name => Vec::new(),
    }
}

/// The condition of everything after these keys and this id.
pub(super) fn after(sort: CaseloadSort, now: Timestamp, values: &[i64], id: Uuid) -> SimpleExpr {
    let mut left = keys(sort, now);
    left.push(Expr::col(("client_summaries", "client_id")));
    let mut right: Vec<SimpleExpr> = values.iter().map(|value| Expr::val(*value)).collect();
    right.push(Expr::val(Value::from(id)));
    Expr::tuple(left).gt(Expr::tuple(right))
}
