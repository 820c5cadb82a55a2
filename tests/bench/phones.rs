//! What makes a phone: a device, its sign-in, its push subscription.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_shared::db::ScopedTx;
use cairn_shared::devices::endpoint::EndpointPolicy;
use cairn_shared::devices::entity::{device, push_subscription};
use cairn_shared::identity::entity::sign_in;
use cairn_shared::secrets::sha256;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use sea_orm::Set;
use uuid::Uuid;

use crate::push_service::PushService;
use crate::rows::{Owner, Rows};

const HALF_A_YEAR_MS: i64 = 180 * 86_400_000;

/// A device that was activated.
pub fn phone(tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>) -> Uuid {
    let id = tx.new_id();
    rows.devices.push(device::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        client_id: Set(Some(owner.id)),
        staff_id: Set(None),
        name: Set(tx.seal(owner.key, &tx.place("devices", "name", id), "A phone")),
        created_at: Set(tx.now()),
        revoked_at: Set(None),
    });
    id
}

/// Signs a device in; returns its token.
pub fn sign_in(tx: &ScopedTx, rows: &mut Rows, owner: &Owner<'_>, device_id: Uuid) -> String {
    let token = URL_SAFE_NO_PAD.encode(tx.random_bytes::<32>());
    rows.sign_ins.push(sign_in::ActiveModel {
        id: Set(tx.new_id()),
        organization_id: Set(tx.organization_id()),
        staff_id: Set(None),
        client_id: Set(Some(owner.id)),
        device_id: Set(Some(device_id)),
        token_hash: Set(sha256(token.as_bytes())),
        carrier: Set("token".to_owned()),
        created_at: Set(tx.now()),
        last_used_at: Set(tx.now()),
        idle_limit: Set(HALF_A_YEAR_MS),
        expires_at: Set(None),
        ended_at: Set(None),
        proved_at: Set(None),
        break_glass_until: Set(None),
    });
    token
}

/// A browser's subscription with keys of its own; nobody opens what is sent to it.
pub fn subscribe(
    tx: &ScopedTx,
    rows: &mut Rows,
    owner: &Owner<'_>,
    device_id: Uuid,
    service: &PushService,
    number: usize,
) -> anyhow::Result<()> {
    let id = tx.new_id();
    let endpoint = EndpointPolicy::with_extra_origins(&service.origin)?.endpoint(&service.endpoint(number))?;
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
    let public = private.and_then(|key| key.compute_public_key()).ok().context("a key pair")?;
    let keys = [public.as_ref(), &tx.random_bytes::<16>()].concat();
    let env = &tx.database().env;
    rows.subscriptions.push(push_subscription::ActiveModel {
        id: Set(id),
        organization_id: Set(tx.organization_id()),
        device_id: Set(device_id),
        client_id: Set(Some(owner.id)),
        staff_id: Set(None),
        data_key_id: Set(owner.key_id),
        origin: Set(endpoint.origin().to_owned()),
        endpoint: Set(tx.seal(owner.key, &tx.place("push_subscriptions", "endpoint", id), endpoint.as_str())),
        endpoint_hmac: Set(env.keys.lookup("push-endpoint", endpoint.as_str().as_bytes())),
        keys: Set(owner.key.seal_bytes(&tx.place("push_subscriptions", "keys", id), &keys, &*env.random)),
        created_at: Set(tx.now()),
        confirmed_at: Set(tx.now()),
        language: Set(None),
    });
    Ok(())
}
