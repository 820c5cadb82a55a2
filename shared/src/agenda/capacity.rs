use sea_orm::entity::prelude::Expr;
use sea_orm::sea_query::{JoinType, Query};
use sea_orm::{ConnectionTrait, ExprTrait};
use uuid::Uuid;

use crate::db::ScopedTx;
use crate::error::{Error, Result};

/// What still lies ahead on one client's agenda; a series counts once. More than anybody plans, and little enough that
/// every list of a day stays quick.
pub const MAX_OPEN_ITEMS: i64 = 500;

/// Refuses another item for clients whose agenda is full.
pub(super) async fn check(tx: &ScopedTx, client_ids: &[Uuid]) -> Result<()> {
    let count = Expr::col(("agenda_items", "id")).count_distinct();
    let query = Query::select()
        .column(("agenda_item_clients", "client_id"))
        .from("agenda_item_clients")
        .join(
            JoinType::InnerJoin,
            "agenda_items",
            Expr::col(("agenda_items", "id")).equals(("agenda_item_clients", "item_id")),
        )
        .join(
            JoinType::InnerJoin,
            "agenda_schedules",
            Expr::col(("agenda_schedules", "item_id")).equals(("agenda_items", "id")),
        )
        .and_where(Expr::col(("agenda_item_clients", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("agenda_item_clients", "client_id")).is_in(client_ids.iter().copied()))
        .and_where(Expr::col(("agenda_items", "cancelled_at")).is_null())
        .and_where(Expr::col(("agenda_schedules", "last_at")).gte(tx.now().0))
        .group_by_col(("agenda_item_clients", "client_id"))
        .and_having(count.gte(MAX_OPEN_ITEMS))
        .to_owned();
    if tx.conn().query_one(&query).await?.is_some() {
        let message = format!("{MAX_OPEN_ITEMS} items lie ahead already; cancel some first");
        return Err(Error::Conflict("agenda_full", message));
    }
    Ok(())
}
