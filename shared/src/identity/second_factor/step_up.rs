use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sea_orm::entity::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::check::{Proof, prove};
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::db::Database;
use crate::error::{Error, Result};
use crate::identity::entity::{sign_in, staff};
use crate::identity::passwords::Passwords;
use crate::identity::sign_ins::Token;
use crate::identity::throttle::{self, Brake};
use crate::scope::Scope;
use crate::secrets::sha256;

/// How long a proof of identity counts as fresh.
pub const STEP_UP_LASTS: Duration = Duration::minutes(10);

/// A sign-in that was proved anew. The token from before is worth nothing any more.
pub struct SteppedUp {
    pub token: Token,
    pub expires_at: Timestamp,
}

/// Proves anew who acts, for what needs a fresh proof. Who has a second factor gives a code of it; who has none, the
/// password. What is given besides must be right too.
///
/// # Errors
/// `Unauthorized("second_factor_required")` without a needed code, `Unauthorized("invalid_credentials")`, `Throttled`.
pub async fn step_up(
    database: &Database,
    passwords: &Passwords,
    scope: &Scope,
    password: Option<&str>,
    code: Option<&str>,
) -> Result<SteppedUp> {
    let (Some(staff_id), Some(sign_in_id)) = (scope.staff_id(), scope.sign_in_id) else {
        return Err(Error::Forbidden("staff_only"));
    };
    let account = staff::Entity::find_by_id(staff_id)
        .filter(staff::COLUMN.organization_id.eq(scope.organization_id))
        .one(database.authentication())
        .await?
        .ok_or(Error::Unauthorized("invalid_token"))?;
    let enrolled = account.second_factor_at.is_some();
    if enrolled && code.is_none() {
        return Err(Error::Unauthorized("second_factor_required"));
    }
    if !enrolled && password.is_none() {
        return Err(Error::invalid("password", "required", "you have no second factor: give your password"));
    }
    let counted = throttle::count(database, Brake::Code, &staff_id.to_string()).await?;
    if let Some(password) = password
        && !passwords.verify(password, Some(&account.password_hash)).await?
    {
        return refuse(database, scope, sign_in_id).await;
    }
    let mut tx = database.begin_write(scope).await?;
    let mut proof = Proof::Password;
    if let Some(code) = code {
        let Some(proved) = prove(&tx, staff_id, code).await? else {
            drop(tx);
            return refuse(database, scope, sign_in_id).await;
        };
        proof = proved;
    }
    let (token, token_hash) = new_token(tx.random_bytes::<32>());
    let changed = sign_in::Entity::update_many()
        .col_expr(sign_in::Column::TokenHash, Expr::value(token_hash))
        .col_expr(sign_in::Column::ProvedAt, Expr::value(tx.now().0))
        .filter(sign_in::COLUMN.organization_id.eq(scope.organization_id))
        .filter(sign_in::COLUMN.id.eq(sign_in_id))
        .filter(sign_in::COLUMN.ended_at.is_null())
        .exec(tx.conn())
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Unauthorized("invalid_token"));
    }
    tx.record(AuditEvent::new("step_up", "sign_in", sign_in_id).detail(json!({ "proof": proof.as_str() })));
    let expires_at = tx.now().plus(STEP_UP_LASTS);
    tx.commit().await?;
    counted.forget(database).await?;
    Ok(SteppedUp { token, expires_at })
}

/// A wrong proof is in the log, as often as the brake lets somebody try.
async fn refuse(database: &Database, scope: &Scope, sign_in_id: Uuid) -> Result<SteppedUp> {
    let mut tx = database.begin_write(scope).await?;
    tx.record(AuditEvent::new("step_up", "sign_in", sign_in_id).denied());
    tx.commit().await?;
    Err(Error::Unauthorized("invalid_credentials"))
}

fn new_token(bytes: [u8; 32]) -> (Token, Vec<u8>) {
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = sha256(token.as_bytes());
    (Token(token), hash)
}

/// Is a proof of that moment still fresh?
pub fn is_fresh(proved_at: Option<Timestamp>, now: Timestamp) -> bool {
    proved_at.is_some_and(|at| now < at.plus(STEP_UP_LASTS))
}
