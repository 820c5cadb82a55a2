use chrono::Duration;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;
use uuid::Uuid;

use super::entity::{activation_code, device};
use crate::attention::{self, Touched};
use crate::audit::AuditEvent;
use crate::clients::{self, ClientView};
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, FieldErrors, Result};
use crate::identity::{self, Brake, Carrier, NewSignIn};
use crate::policy::Act;
use crate::scope::{Actor, Scope};

/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code that makes one browser act as one client, once. Forty random bits, shown as `ABCD-EFGH`.
pub struct ActivationCode {
    pub code: String,
    pub expires_at: Timestamp,
}

/// What an activation gives.
pub struct Activated {
    pub sign_in: NewSignIn,
    pub client: ClientView,
}

fn spell(bytes: [u8; 5]) -> String {
    let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..8).rev().map(|at| char::from(ALPHABET[usize::try_from(bits >> (at * 5) & 31).unwrap_or(0)])).collect()
}

/// What a person typed, as the code was spelt: case, spaces and hyphens do not matter, and letters that look like
/// digits are those digits.
fn normalize(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(8);
    for c in typed.chars() {
        match c.to_ascii_uppercase() {
            '-' | ' ' => {}
            'O' => code.push('0'),
            'I' | 'L' => code.push('1'),
            c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => code.push(c),
            _ => return None,
        }
    }
    (code.len() == 8).then_some(code)
}

/// A code for a client's phone, good for 72 hours.
pub async fn issue_code(tx: &mut ScopedTx, client_id: Uuid) -> Result<ActivationCode> {
    clients::authorize(tx, client_id, Act::IssueActivationCode).await?;
    issue(tx, client_id, Duration::hours(72)).await
}

/// A code for the client's own other browser, good for ten minutes.
pub async fn issue_own_code(tx: &mut ScopedTx) -> Result<ActivationCode> {
    let client_id = tx.scope().client_id().ok_or(Error::Forbidden("clients_only"))?;
    issue(tx, client_id, Duration::minutes(10)).await
}

async fn issue(tx: &mut ScopedTx, client_id: Uuid, lifetime: Duration) -> Result<ActivationCode> {
    let code = spell(tx.random_bytes());
    let id = tx.new_id();
    let expires_at = tx.now().plus(lifetime);
    activation_code::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(client_id),
        code_hmac: Set(hmac(tx.database(), &code)),
        created_at: Set(tx.now()),
        expires_at: Set(expires_at),
        used_at: Set(None),
    }
    .insert(tx.conn())
    .await?;
    tx.record(AuditEvent::new("create", "activation_code", id).client(client_id));
    Ok(ActivationCode { code: format!("{}-{}", &code[..4], &code[4..]), expires_at })
}

fn hmac(database: &Database, code: &str) -> Vec<u8> {
    database.env.keys.lookup("activation-code", code.as_bytes())
}

/// Turns a code into a device of the client. A wrong, expired and used code answer alike.
pub async fn activate(
    database: &Database,
    typed: &str,
    device_name: &str,
    carrier: Carrier,
    origin: (Option<String>, Option<String>),
) -> Result<Activated> {
    let (request_id, ip) = origin;
    let address = ip.clone().unwrap_or_default();
    identity::check(database, Brake::Address, &address).await?;
    let mut errors = FieldErrors::default();
    let length = device_name.trim().chars().count();
    if length == 0 || length > 100 || device_name.chars().any(char::is_control) {
        errors.add("device_name", "length", "1 to 100 characters");
    }
    errors.into_result()?;

    let now = database.env.clock.now();
    let found = match normalize(typed) {
        Some(code) => {
            activation_code::Entity::find()
                .filter(activation_code::COLUMN.code_hmac.eq(hmac(database, &code)))
                .one(database.authentication())
                .await?
        }
        None => None,
    };
    let found = found.filter(|row| row.used_at.is_none() && row.expires_at > now);
    let Some(code) = found else {
        identity::fail(database, Brake::Address, &address).await?;
        return Err(invalid_code());
    };

    let mut scope = Scope::system(code.organization_id, "activation");
    scope.request_id = request_id;
    scope.ip = ip;
    let device_id = crate::random::id(now, &*database.env.random);
    scope.actor = Actor::Client { client_id: code.client_id, device_id: Some(device_id) };
    let mut tx = database.begin_write(&scope).await?;
    let used = activation_code::Entity::update_many()
        .col_expr(activation_code::Column::UsedAt, Expr::value(now.0))
        .filter(activation_code::COLUMN.id.eq(code.id))
        .filter(activation_code::COLUMN.organization_id.eq(code.organization_id))
        .filter(activation_code::COLUMN.used_at.is_null())
        .exec(tx.conn())
        .await?;
    if used.rows_affected != 1 {
        return Err(invalid_code());
    }
    let client = clients::authorize(&tx, code.client_id, Act::ReadClient).await?;
    let key = tx.data_key(client.data_key_id).await?;
    device::ActiveModel {
        id: Set(device_id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(Some(code.client_id)),
        staff_id: Set(None),
        name: Set(tx.seal(&key, &tx.place("devices", "name", device_id), device_name.trim())),
        created_at: Set(tx.now()),
        revoked_at: Set(None),
    }
    .insert(tx.conn())
    .await?;
    let sign_in = identity::start_sign_in(&mut tx, Some(device_id), carrier).await?;
    tx.record(
        AuditEvent::new("activate", "device", device_id)
            .client(code.client_id)
            .detail(json!({ "activation_code_id": code.id })),
    );
    attention::refresh(&mut tx, code.client_id, Touched::Phones).await?;
    let client = clients::get(&tx, code.client_id).await?;
    tx.commit().await?;
    Ok(Activated { sign_in, client })
}

fn invalid_code() -> Error {
    Error::invalid("code", "invalid_code", "this code is wrong, was used, or is too old; ask for a new one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_forgiving_about_how_it_is_typed() {
        assert_eq!(spell([0xff; 5]), "ZZZZZZZZ");
        assert_eq!(spell([0, 0, 0, 0, 31]), "0000000Z");
        assert_eq!(normalize("abcd-ef 0h").as_deref(), Some("ABCDEF0H"));
        assert_eq!(normalize("oIl0-1234").as_deref(), Some("01101234"));
        assert_eq!(normalize("ABCD-EFG"), None, "too short");
        assert_eq!(normalize("ABCD-EFGU"), None, "not in the alphabet");
        assert_eq!(normalize("ABCD-EFGé"), None);
    }
}
