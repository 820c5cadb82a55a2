use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::middleware::{
    BODY_LIMIT, authenticate, idempotency, observe, panic_answer, refusals, security_headers, time_limit,
};
use crate::openapi::{Frame, complete};
use crate::problem::Problem;
use crate::state::AppState;
use crate::{
    agenda, alerts, app, attention, audit, availability, billing, break_glass, calendars, care_plans, check_ins,
    clients, credentials, crisis, dashboards, devices, events, goals, help_requests, identity, note_templates, notes,
    on_call, packets, payers, person, reminders, running, sessions, supervision,
};

/// Every operation, with its place in the OpenAPI document.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Frame::openapi())
        .merge(identity::routes())
        .merge(clients::routes())
        .merge(agenda::routes())
        .merge(calendars::routes())
        .merge(availability::routes())
        .merge(devices::routes())
        .merge(reminders::routes())
        .merge(audit::routes())
        .merge(break_glass::routes())
        .merge(goals::routes())
        .merge(care_plans::routes())
        .merge(person::routes())
        .merge(check_ins::routes())
        .merge(note_templates::routes())
        .merge(notes::routes())
        .merge(packets::routes())
        .merge(events::routes())
        .merge(dashboards::routes())
        .merge(attention::routes())
        .merge(help_requests::routes())
        .merge(on_call::routes())
        .merge(crisis::routes())
        .merge(alerts::routes())
        .merge(sessions::routes())
        .merge(payers::routes())
        .merge(credentials::routes())
        .merge(supervision::routes())
        .merge(billing::routes())
        .routes(routes!(running::live::live))
        .routes(routes!(running::ready::ready))
}

/// The whole server: API, reference, and the phone app.
pub fn router(state: AppState) -> Router {
    let (api, document) = routes().split_for_parts();
    // Written once: as a tree the document takes megabytes of memory.
    let spec = Bytes::from(serde_json::to_vec(&complete(document)).unwrap_or_default());
    let spec = ([(header::CONTENT_TYPE, "application/json")], spec);
    let reference = SwaggerUi::new("/docs")
        .config(Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(true));
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), observe))
        .layer(from_fn_with_state(state.clone(), security_headers))
        .layer(CatchPanicLayer::custom(panic_answer))
        .layer(from_fn(time_limit))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), authenticate))
        .layer(from_fn_with_state(state.clone(), refusals))
        .layer(from_fn_with_state(state.clone(), idempotency));
    api.route("/openapi.json", get(move || async move { spec }))
        .merge(reference)
        .route("/", get(app::home))
        .route("/app", get(app::home))
        .route("/app/", get(app::client_app))
        .route("/app/{*path}", get(app::client_app))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method")
        })
        .layer(layers)
        .with_state(state)
}
