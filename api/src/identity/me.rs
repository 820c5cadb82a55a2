use axum::Json;
use axum::extract::State;
use cairn_shared::scope::Actor;
use cairn_shared::{clients, identity, organizations};
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::{ClientOut, UserOut};
use crate::extract::Enrolling;
use crate::problem::{Problem, Problems};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MeOut {
    Staff {
        user: UserOut,
        /// The people of this organization are invented.
        demo: bool,
    },
    Client {
        client: Box<ClientOut>,
        /// The people of this organization are invented.
        demo: bool,
    },
}

/// Who is signed in.
#[utoipa::path(get, path = "/v1/me", operation_id = "get_me", tag = "identity",
    responses((status = 200, body = MeOut), Problems))]
pub async fn get_me(State(state): State<AppState>, Enrolling(caller): Enrolling) -> Result<Json<MeOut>, Problem> {
    let tx = state.database.begin_read(&caller.scope).await?;
    let demo = organizations::current(&tx).await?.demo;
    let me = match caller.scope.actor {
        Actor::Client { client_id, .. } => {
            let client = Box::new(ClientOut::new(clients::get(&tx, client_id).await?, false));
            MeOut::Client { client, demo }
        }
        Actor::Staff { staff_id, .. } => MeOut::Staff { user: identity::find_staff(&tx, staff_id).await?.into(), demo },
        Actor::System(_) => return Err(Problem::not_found()),
    };
    tx.finish().await?;
    Ok(Json(me))
}
