use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use cairn_shared::identity::Authenticated;
use cairn_shared::identity::second_factor::is_fresh;
use cairn_shared::scope::{Actor, Scope};

use crate::middleware::{RequestId, current_request_id};
use crate::problem::Problem;
use crate::state::AppState;

/// Who asks: a valid sign-in, and the scope that follows from it.
pub struct Caller {
    pub authenticated: Authenticated,
    pub scope: Scope,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Enrolling(caller) = Enrolling::from_request_parts(parts, state).await?;
        if caller.authenticated.must_enrol {
            return Err(cairn_shared::Error::Forbidden("enrolment_required").into());
        }
        Ok(caller)
    }
}

/// Who asks, also when their organization wants a second factor that they do not have yet: for enrolling it, seeing who
/// one is, and signing out.
pub struct Enrolling(pub Caller);

impl FromRequestParts<AppState> for Enrolling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Origin { request_id, ip } = Origin::from_request_parts(parts, state).await?;
        let authenticated = parts
            .extensions
            .get::<Authenticated>()
            .cloned()
            .ok_or_else(|| Problem::unauthorized("sign_in_required"))?;
        let scope = authenticated.scope(request_id, ip);
        Ok(Self(Caller { authenticated, scope }))
    }
}

/// A guard for what needs a fresh proof of identity: staff proved who they are in the last ten minutes, by signing in or
/// by `POST /v1/auth/step-up`. Take it as the first parameter. A client's proof is the phone itself, so clients pass.
pub struct Fresh;

impl FromRequestParts<AppState> for Fresh {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Some(found) = parts.extensions.get::<Authenticated>() else {
            return Err(Problem::unauthorized("sign_in_required"));
        };
        let is_staff = matches!(found.actor, Actor::Staff { .. });
        if is_staff && !is_fresh(found.proved_at, state.database.env.clock.now()) {
            return Err(cairn_shared::Error::Forbidden("step_up_required").into());
        }
        Ok(Self)
    }
}

/// Where a request comes from, for the audit log and the brake on guessing.
pub struct Origin {
    pub request_id: Option<String>,
    pub ip: Option<String>,
}

impl Origin {
    pub fn pair(self) -> (Option<String>, Option<String>) {
        (self.request_id, self.ip)
    }
}

impl FromRequestParts<AppState> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let peer: Option<IpAddr> = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // Proxies may append a line of their own: all lines together are the list.
        let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let forwarded_for = lines.collect::<Vec<_>>().join(",");
        let ip = state.client_ip(peer, &forwarded_for).map(|ip| ip.to_string());
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).or_else(current_request_id);
        Ok(Self { request_id, ip })
    }
}
