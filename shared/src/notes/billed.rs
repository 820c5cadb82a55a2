use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::entity::note;
use super::load::Loaded;
use super::state::NoteState;
use crate::clients::entity::client;
use crate::clock::Timestamp;
use crate::db::{ScopedTx, id_list};
use crate::error::{Error, Result};

/// What a bill looks at of a note: nothing of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Billed {
    pub state: NoteState,
    pub signed_at: Option<Timestamp>,
    /// Goals that were worked on.
    pub goal_ids: Vec<Uuid>,
    /// As they were signed.
    pub minutes: Option<i64>,
    pub units: i64,
}

#[derive(Deserialize)]
struct Signed {
    session: SignedSession,
    units: SignedUnits,
}

#[derive(Deserialize)]
struct SignedSession {
    minutes: Option<i64>,
}

#[derive(Deserialize)]
struct SignedUnits {
    units: i64,
}

/// The notes that stand of these sessions, by session and client. Who may know of the sessions is the caller's to check.
pub(crate) async fn billed(tx: &ScopedTx, session_ids: &[Uuid]) -> Result<HashMap<(Uuid, Uuid), Billed>> {
    let standing: Vec<&str> =
        NoteState::ALL.into_iter().filter(|state| state.stands()).map(NoteState::as_str).collect();
    let mut found = HashMap::with_capacity(session_ids.len());
    for chunk in session_ids.chunks(500) {
        let rows = note::Entity::find()
            .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
            .filter(note::COLUMN.session_id.is_in(id_list(chunk.iter().copied())))
            .filter(note::COLUMN.state.is_in(standing.iter().copied()))
            .all(tx.conn())
            .await?;
        let clients = clients_of(tx, &rows).await?;
        tx.warm_data_keys(clients.values().map(|client| client.data_key_id)).await?;
        for row in rows {
            let client = clients.get(&row.client_id).cloned().ok_or(Error::NotFound)?;
            let key = tx.data_key(client.data_key_id).await?;
            let loaded = Loaded { row, key, client };
            let (body, _, content) = loaded.body(tx)?;
            let content = content.ok_or_else(|| Error::internal("a standing note without a hash"))?;
            let signed: Signed = serde_json::from_str(&content).map_err(Error::internal)?;
            let facts = Billed {
                state: loaded.state()?,
                signed_at: loaded.row.signed_at,
                goal_ids: body.goals.iter().map(|goal| goal.goal_id).collect(),
                minutes: signed.session.minutes,
                units: signed.units.units,
            };
            found.insert((loaded.row.session_id, loaded.row.client_id), facts);
        }
    }
    Ok(found)
}

async fn clients_of(tx: &ScopedTx, rows: &[note::Model]) -> Result<HashMap<Uuid, client::Model>> {
    let clients = client::Entity::find()
        .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(client::COLUMN.id.is_in(id_list(rows.iter().map(|row| row.client_id))))
        .all(tx.conn())
        .await?;
    Ok(clients.into_iter().map(|client| (client.id, client)).collect())
}
