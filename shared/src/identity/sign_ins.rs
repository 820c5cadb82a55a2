use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, FromQueryResult, QueryOrder, QuerySelect, Set, Statement};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::{sign_in, staff};
use super::passwords::Passwords;
use super::second_factor::{self, Proof};
use super::staff::normalize_email;
use super::throttle::{self, Brake};
use crate::audit::{self, AuditEvent};
use crate::clock::Timestamp;
use crate::db::{Database, ScopedTx};
use crate::error::{Error, Result};
use crate::organizations::SecondFactor;
use crate::scope::{Actor, Role, Scope};
use crate::secrets::sha256;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const STAFF_IDLE: i64 = 15 * MINUTE;
const STAFF_LONGEST: i64 = 12 * 60 * MINUTE;
const DEVICE_IDLE: i64 = 180 * DAY;

/// How the proof travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    #[default]
    Token,
    Cookie,
}

impl Carrier {
    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Cookie => "cookie",
        }
    }
}

/// 256 random bits in base64url. Only its SHA-256 is stored.
pub struct Token(pub String);

/// A sign-in that has just been made.
pub struct NewSignIn {
    pub id: Uuid,
    pub token: Token,
}

/// Who a valid token belongs to.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub sign_in_id: Uuid,
    pub organization_id: Uuid,
    pub organization_zone: Tz,
    pub actor: Actor,
    pub device_id: Option<Uuid>,
    pub carrier: Carrier,
    pub last_used_at: Timestamp,
    pub idle_limit: i64,
    /// When the person last proved who they are; never for a client's device, whose proof is the device.
    pub proved_at: Option<Timestamp>,
    /// The organization asks for a second factor and this member of staff has none yet.
    pub must_enrol: bool,
    break_glass_until: Option<Timestamp>,
}

impl Authenticated {
    pub fn scope(&self, request_id: Option<String>, ip: Option<String>) -> Scope {
        Scope {
            organization_id: self.organization_id,
            zone: self.organization_zone,
            actor: self.actor.clone(),
            sign_in_id: Some(self.sign_in_id),
            request_id,
            ip,
            break_glass_until: self.break_glass_until,
        }
    }
}

/// Checks an e-mail address and password, and a code where a second factor is enrolled. Unknown address, wrong password
/// and a disabled account answer alike, and take alike long.
///
/// # Errors
/// `Unauthorized("invalid_credentials")`, also for a wrong code; `Unauthorized("second_factor_required")` when the
/// password is right and the code missing; `Throttled` after too many failures; `Unavailable` when too many wait.
pub async fn sign_in(
    database: &Database,
    passwords: &Passwords,
    email: &str,
    password: &str,
    code: Option<&str>,
    carrier: Carrier,
    origin: (Option<String>, Option<String>),
) -> Result<(NewSignIn, Scope)> {
    let (request_id, ip) = origin;
    let email = normalize_email(email);
    let address = ip.clone().unwrap_or_default();
    throttle::check(database, Brake::Address, &address).await?;
    throttle::check(database, Brake::Account, &email).await?;

    let email_hmac = database.env.keys.lookup("email", email.as_bytes());
    let found = staff::Entity::find()
        .filter(staff::COLUMN.email_hmac.eq(email_hmac))
        .one(database.authentication())
        .await?
        .filter(|row| row.disabled_at.is_none());
    let fits = passwords.verify(password, found.as_ref().map(|row| row.password_hash.as_str())).await?;
    let account = found.as_ref().map(|row| (row.organization_id, row.id));
    let Some(row) = found.filter(|_| fits) else {
        if let Some((organization_id, staff_id)) = account {
            audit::note_failed_sign_in(database, organization_id, staff_id, request_id, ip);
        }
        throttle::fail(database, Brake::Address, &address).await?;
        throttle::fail(database, Brake::Account, &email).await?;
        return Err(Error::Unauthorized("invalid_credentials"));
    };
    let code = code.filter(|_| row.second_factor_at.is_some());
    if row.second_factor_at.is_some() && code.is_none() {
        return Err(Error::Unauthorized("second_factor_required"));
    }
    let counted = match code {
        Some(_) => Some(throttle::count(database, Brake::Code, &row.id.to_string()).await?),
        None => None,
    };

    let mut scope = Scope::system(row.organization_id, "sign-in");
    scope.actor = Actor::Staff { staff_id: row.id, roles: Vec::new() };
    scope.request_id = request_id;
    scope.ip = ip;
    let mut tx = database.begin_write(&scope).await?;
    let mut proof = Proof::Password;
    if let Some(code) = code {
        let Some(proved) = second_factor::prove(&tx, row.id, code).await? else {
            drop(tx);
            let Scope { request_id, ip, .. } = scope;
            audit::note_failed_sign_in(database, row.organization_id, row.id, request_id, ip);
            throttle::fail(database, Brake::Address, &address).await?;
            throttle::fail(database, Brake::Account, &email).await?;
            return Err(Error::Unauthorized("invalid_credentials"));
        };
        proof = proved;
    }
    let new = start_sign_in(&mut tx, None, carrier).await?;
    tx.record(AuditEvent::new("create", "sign_in", new.id).detail(json!({ "proof": proof.as_str() })));
    tx.commit().await?;
    // Only now: who knows the password alone must not be able to start the count of wrong codes anew.
    throttle::clear(database, Brake::Account, &email).await?;
    if let Some(counted) = counted {
        counted.forget(database).await?;
    }
    Ok((new, scope))
}

/// Makes a sign-in for the actor of the transaction: staff for at most 12 hours and 15 idle minutes, a client's device
/// until it was not used for 180 days.
pub async fn start_sign_in(tx: &mut ScopedTx, device_id: Option<Uuid>, carrier: Carrier) -> Result<NewSignIn> {
    let token = URL_SAFE_NO_PAD.encode(tx.random_bytes::<32>());
    let id = tx.new_id();
    let staff_id = tx.scope().staff_id();
    let (idle, longest) = if staff_id.is_some() {
        (STAFF_IDLE, Some(Timestamp(tx.now().0 + STAFF_LONGEST)))
    } else {
        (DEVICE_IDLE, None)
    };
    sign_in::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        staff_id: Set(staff_id),
        client_id: Set(tx.scope().client_id()),
        device_id: Set(device_id),
        token_hash: Set(sha256(token.as_bytes())),
        carrier: Set(carrier.as_str().to_owned()),
        created_at: Set(tx.now()),
        last_used_at: Set(tx.now()),
        idle_limit: Set(idle),
        expires_at: Set(longest),
        ended_at: Set(None),
        proved_at: Set(staff_id.map(|_| tx.now())),
        break_glass_until: Set(None),
    }
    .insert(tx.conn())
    .await?;
    Ok(NewSignIn { id, token: Token(token) })
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    organization_id: Uuid,
    staff_id: Option<Uuid>,
    client_id: Option<Uuid>,
    device_id: Option<Uuid>,
    carrier: String,
    last_used_at: i64,
    idle_limit: i64,
    expires_at: Option<i64>,
    proved_at: Option<i64>,
    break_glass_until: Option<i64>,
    second_factor_at: Option<i64>,
    second_factor: String,
    role: Option<String>,
    time_zone: String,
}

/// Every request asks this; both databases read it. One row for each role.
const LIVING_SIGN_IN: &str = "
    SELECT sign_ins.id, sign_ins.organization_id, sign_ins.staff_id, sign_ins.client_id, sign_ins.device_id,
        sign_ins.carrier, sign_ins.last_used_at, sign_ins.idle_limit, sign_ins.expires_at,
        sign_ins.proved_at, sign_ins.break_glass_until, staff.second_factor_at,
        organizations.second_factor, staff_roles.role, organizations.time_zone
    FROM sign_ins
    JOIN organizations ON organizations.id = sign_ins.organization_id
    LEFT JOIN staff ON staff.id = sign_ins.staff_id
    LEFT JOIN staff_roles ON staff_roles.staff_id = staff.id
    WHERE sign_ins.token_hash = $1 AND sign_ins.ended_at IS NULL AND staff.disabled_at IS NULL";

/// Finds the living sign-in of a token, with one query and without any cache: an end is seen at once by every process.
///
/// # Errors
/// `Unauthorized("invalid_token")` when it is unknown, ended or expired.
pub async fn authenticate(database: &Database, token: &str) -> Result<Authenticated> {
    let refused = || Error::Unauthorized("invalid_token");
    if token.len() != 43 {
        return Err(refused());
    }
    let now = database.env.clock.now();
    let hash = sha256(token.as_bytes()).into();
    let statement = Statement::from_sql_and_values(database.backend(), LIVING_SIGN_IN, [hash]);
    let rows = database.authentication().query_all_raw(statement).await?;
    let rows = rows.iter().map(|row| Found::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    let first = rows.first().ok_or_else(refused)?;
    let idle_since = now.0 - first.last_used_at;
    if idle_since > first.idle_limit || first.expires_at.is_some_and(|end| end <= now.0) {
        return Err(refused());
    }
    let actor = match (first.staff_id, first.client_id) {
        (Some(staff_id), None) => Actor::Staff {
            staff_id,
            roles: rows.iter().filter_map(|row| row.role.as_deref().and_then(Role::parse)).collect(),
        },
        (None, Some(client_id)) => Actor::Client { client_id, device_id: first.device_id },
        _ => return Err(Error::internal("a sign-in of nobody")),
    };
    Ok(Authenticated {
        sign_in_id: first.id,
        organization_id: first.organization_id,
        organization_zone: first.time_zone.parse().unwrap_or(Tz::UTC),
        actor,
        device_id: first.device_id,
        carrier: if first.carrier == "cookie" { Carrier::Cookie } else { Carrier::Token },
        last_used_at: Timestamp(first.last_used_at),
        idle_limit: first.idle_limit,
        proved_at: first.proved_at.map(Timestamp),
        must_enrol: first.staff_id.is_some()
            && first.second_factor_at.is_none()
            && first.second_factor == SecondFactor::Required.as_str(),
        break_glass_until: first.break_glass_until.map(Timestamp),
    })
}

/// Renews a sign-in on use; at most once in a sixtieth of its idle limit, so that reads stay reads.
pub async fn touch(database: &Database, found: &Authenticated) -> Result<()> {
    let now = database.env.clock.now();
    if now.0 - found.last_used_at.0 < found.idle_limit / 60 {
        return Ok(());
    }
    let tx = database.begin_write(&found.scope(None, None)).await?;
    sign_in::Entity::update_many()
        .col_expr(sign_in::Column::LastUsedAt, Expr::value(now.0))
        .filter(sign_in::COLUMN.id.eq(found.sign_in_id))
        .filter(sign_in::COLUMN.organization_id.eq(found.organization_id))
        .exec(tx.conn())
        .await?;
    tx.finish().await
}

fn own(tx: &ScopedTx) -> Result<Select<sign_in::Entity>> {
    let query = sign_in::Entity::find().filter(sign_in::COLUMN.organization_id.eq(tx.organization_id()));
    match tx.scope().actor {
        Actor::Staff { staff_id, .. } => Ok(query.filter(sign_in::COLUMN.staff_id.eq(staff_id))),
        Actor::Client { client_id, .. } => Ok(query.filter(sign_in::COLUMN.client_id.eq(client_id))),
        Actor::System(_) => Err(Error::internal("the program has no sign-ins")),
    }
}

/// The living sign-ins of the actor, newest first.
pub async fn list_sign_ins(tx: &ScopedTx) -> Result<Vec<sign_in::Model>> {
    let rows = own(tx)?
        .filter(sign_in::COLUMN.ended_at.is_null())
        .order_by_desc(sign_in::COLUMN.id)
        .limit(200)
        .all(tx.conn())
        .await?;
    let now = tx.now().0;
    let lives = |row: &sign_in::Model| {
        now - row.last_used_at.0 <= row.idle_limit && row.expires_at.is_none_or(|end| end.0 > now)
    };
    Ok(rows.into_iter().filter(lives).collect())
}

/// Ends one sign-in of the actor. Another's is not found. Ending a client's sign-in revokes its device and what would
/// be pushed to it.
pub async fn end_sign_in(tx: &mut ScopedTx, id: Uuid) -> Result<()> {
    let row = own(tx)?
        .filter(sign_in::COLUMN.id.eq(id))
        .filter(sign_in::COLUMN.ended_at.is_null())
        .one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let (device_id, is_client) = (row.device_id, row.client_id.is_some());
    let mut row: sign_in::ActiveModel = row.into();
    row.ended_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    tx.record(AuditEvent::new("end", "sign_in", id));
    if let Some(device_id) = device_id.filter(|_| is_client) {
        crate::devices::revoke(tx, device_id).await?;
    }
    Ok(())
}

/// Ends every sign-in of a device.
pub async fn end_all_of_device(tx: &ScopedTx, device_id: Uuid) -> Result<()> {
    sign_in::Entity::update_many()
        .col_expr(sign_in::Column::EndedAt, Expr::value(tx.now().0))
        .filter(sign_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(sign_in::COLUMN.device_id.eq(device_id))
        .filter(sign_in::COLUMN.ended_at.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends every sign-in of a member of staff, but for one if it is named.
pub async fn end_all_of_staff(tx: &ScopedTx, staff_id: Uuid, but: Option<Uuid>) -> Result<()> {
    let mut update = sign_in::Entity::update_many()
        .col_expr(sign_in::Column::EndedAt, Expr::value(tx.now().0))
        .filter(sign_in::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(sign_in::COLUMN.staff_id.eq(staff_id))
        .filter(sign_in::COLUMN.ended_at.is_null());
    if let Some(but) = but {
        update = update.filter(sign_in::COLUMN.id.ne(but));
    }
    update.exec(tx.conn()).await?;
    Ok(())
}
