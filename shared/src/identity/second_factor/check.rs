use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::{recovery, totp};
use crate::db::ScopedTx;
use crate::error::Result;
use crate::identity::entity::second_factor;

/// With what somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Password,
    /// A code of the authenticator app.
    Totp,
    RecoveryCode,
}

impl Proof {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

pub(super) async fn find(tx: &ScopedTx, staff_id: Uuid, state: &str) -> Result<Option<second_factor::Model>> {
    let found = second_factor::Entity::find()
        .filter(second_factor::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(second_factor::COLUMN.staff_id.eq(staff_id))
        .filter(second_factor::COLUMN.state.eq(state))
        .one(tx.conn())
        .await?;
    Ok(found)
}

/// Uses up a code of the factor in that row. Whoever comes second with it, in whatever process, hears no: the row takes
/// only a later step than the one it has.
pub(super) async fn use_up(tx: &ScopedTx, row: &second_factor::Model, code: &str) -> Result<bool> {
    let (_, key) = tx.organization_key().await?;
    let secret = key.open_bytes(&tx.place("second_factors", "secret", row.id), &row.secret)?;
    let Some(step) = totp::accepted_step(&secret, code, tx.now(), row.last_step) else { return Ok(false) };
    let used = second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(second_factor::COLUMN.id.eq(row.id))
        .filter(second_factor::COLUMN.last_step.lt(step))
        .exec(tx.conn())
        .await?;
    Ok(used.rows_affected == 1)
}

/// Checks a code against the person's second factor and uses it up: six digits of the app, or a recovery code. Commit
/// also what is done with a wrong code only after counting it: see [`crate::identity::Brake::Code`].
pub async fn prove(tx: &ScopedTx, staff_id: Uuid, code: &str) -> Result<Option<Proof>> {
    if let Some(row) = find(tx, staff_id, "active").await?
        && use_up(tx, &row, code).await?
    {
        return Ok(Some(Proof::Totp));
    }
    Ok(recovery::take(tx, staff_id, code).await?.then_some(Proof::RecoveryCode))
}
