use std::collections::HashSet;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, ExprTrait};
use uuid::Uuid;

use super::entity::client;
use crate::break_glass;
use crate::db::ScopedTx;
use crate::error::{Error, Result};
use crate::policy::{Act, Reach, opens_by_break_glass, reaches};

/// Finds a client for an act. What lies outside one's reach can be read while an emergency access to it lasts. Who may not even see the client hears "not found"; who may see but not do, "forbidden".
pub async fn authorize(tx: &ScopedTx, client_id: Uuid, act: Act) -> Result<client::Model> {
    let row = client::Entity::find_by_id(client_id)
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    if allowed(tx, client_id, act).await? {
        Ok(row)
    } else if act != Act::ReadClient && allowed(tx, client_id, Act::ReadClient).await? {
        Err(Error::Forbidden("role"))
    } else {
        Err(Error::NotFound)
    }
}

async fn allowed(tx: &ScopedTx, client_id: Uuid, act: Act) -> Result<bool> {
    for reach in reaches(tx.scope(), act) {
        if is_within(tx, client_id, reach).await? {
            return Ok(true);
        }
    }
    Ok(opens_by_break_glass(tx.scope(), act) && break_glass::opened(tx).await?.contains_key(&client_id))
}

/// A condition for the rows whose `client_id`, in that table, is within an act's reach.
///
/// # Errors
/// `Forbidden("role")` when no role of the actor allows the act at all.
pub fn within_reach(tx: &ScopedTx, act: Act, table: &'static str) -> Result<Condition> {
    let reaches = reaches(tx.scope(), act);
    if reaches.is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let column = || Expr::col((table, "client_id"));
    let mut any = Condition::any();
    for reach in reaches {
        any = match reach {
            Reach::None => any,
            Reach::Organization => return Ok(Condition::all()),
            Reach::Own => any.add(column().eq(tx.scope().client_id())),
            Reach::Caseload | Reach::Supervised => any.add(column().in_subquery(caseload(tx, reach)?)),
        };
    }
    Ok(any)
}

/// Does the actor reach this client in this way? Whether an act goes so far is for the policy to say.
pub async fn is_within(tx: &ScopedTx, client_id: Uuid, reach: Reach) -> Result<bool> {
    Ok(match reach {
        Reach::None => false,
        Reach::Organization => true,
        Reach::Own => tx.scope().client_id() == Some(client_id),
        Reach::Caseload | Reach::Supervised => {
            let mut query = caseload(tx, reach)?;
            query.and_where(Expr::col(("assignments", "client_id")).eq(client_id)).limit(1);
            tx.conn().query_one(&query).await?.is_some()
        }
    })
}

/// The ids within an act's reach; `None` when that is the whole organization.
pub async fn visible_ids(tx: &ScopedTx, act: Act) -> Result<Option<HashSet<Uuid>>> {
    let mut ids = HashSet::new();
    for reach in reaches(tx.scope(), act) {
        match reach {
            Reach::None => {}
            Reach::Organization => return Ok(None),
            Reach::Own => ids.extend(tx.scope().client_id()),
            Reach::Caseload | Reach::Supervised => {
                for row in tx.conn().query_all(&caseload(tx, reach)?).await? {
                    ids.insert(row.try_get::<Uuid>("", "client_id")?);
                }
            }
        }
    }
    if opens_by_break_glass(tx.scope(), act) {
        ids.extend(break_glass::opened(tx).await?.into_keys());
    }
    Ok(Some(ids))
}

/// Client ids assigned today: to the actor, or to those whom the actor supervises today.
pub(crate) fn caseload(tx: &ScopedTx, reach: Reach) -> Result<SelectStatement> {
    let staff_id = tx.scope().staff_id().ok_or(Error::NotFound)?;
    let today = tx.today().to_string();
    let current = |table: &'static str| {
        Condition::all().add(Expr::col((table, "starts_on")).lte(today.as_str())).add(
            Condition::any()
                .add(Expr::col((table, "ends_on")).is_null())
                .add(Expr::col((table, "ends_on")).gte(today.as_str())),
        )
    };
    let mut query = Query::select();
    query
        .column(("assignments", "client_id"))
        .from("assignments")
        .and_where(Expr::col(("assignments", "organization_id")).eq(tx.organization_id()))
        .cond_where(current("assignments"));
    if reach == Reach::Supervised {
        query
            .join(
                JoinType::InnerJoin,
                "supervisions",
                Expr::col(("supervisions", "staff_id")).equals(("assignments", "staff_id")),
            )
            .and_where(Expr::col(("supervisions", "supervisor_id")).eq(staff_id))
            .cond_where(current("supervisions"));
    } else {
        query.and_where(Expr::col(("assignments", "staff_id")).eq(staff_id));
    }
    Ok(query)
}

/// Client ids assigned today to this member of staff.
pub(crate) fn caseload_of(tx: &ScopedTx, staff_id: Uuid) -> SelectStatement {
    let today = tx.today().to_string();
    let mut query = Query::select();
    query
        .column(("assignments", "client_id"))
        .from("assignments")
        .and_where(Expr::col(("assignments", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("assignments", "staff_id")).eq(staff_id))
        .and_where(Expr::col(("assignments", "starts_on")).lte(today.as_str()))
        .cond_where(
            Condition::any()
                .add(Expr::col(("assignments", "ends_on")).is_null())
                .add(Expr::col(("assignments", "ends_on")).gte(today.as_str())),
        );
    query
}
