use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi as Document, Required};
use utoipa::{Modify, OpenApi};

/// The frame of the document; paths come from the routers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cairn",
        description = "Reminders, agendas and documentation for peer support. Instants are RFC 3339 UTC; wall-clock \
            times look like `2027-03-08T02:30` and stand beside a `time_zone`. Lists give `items` and `next_cursor`. \
            Errors are RFC 9457 problems. Writes take an `Idempotency-Key`; repeated within 24 hours they are done once.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "identity", description = "Signing in and out, and activating a client's phone"),
        (name = "clients", description = "People served, and who works with them"),
        (name = "agenda", description = "What happens when, and how it went"),
        (name = "availability", description = "When staff work, and where there is room"),
        (name = "calendars", description = "Calendars of other programs, in and out"),
        (name = "devices", description = "Phones: push subscriptions and receipts"),
        (name = "reminders", description = "What was planned, sent, shown and answered"),
        (name = "record", description = "Who looked at what: the audit log, and emergency access"),
        (name = "goals", description = "Goals in the client's words, their steps, progress, and what staff propose"),
        (name = "care_plans", description = "Plans of care: versions that client, specialist and professional sign"),
        (name = "person", description = "Strengths, people who support, and the plans that clients write themselves"),
        (name = "check-ins", description = "Forms in fixed versions, schedules that ask, and the answers"),
        (name = "notes", description = "Notes of sessions: templates, drafts, signatures, additions"),
        (name = "events", description = "What happens, as it happens"),
        (name = "dashboards", description = "What staff see at a glance"),
        (name = "attention", description = "What asks for attention, in words, and what staff do about it"),
        (name = "help requests", description = "A client asks for help; who is on call, and how it ended"),
        (name = "crisis resources", description = "Where to turn in a crisis"),
        (name = "sessions", description = "Meetings of specialist and client as they took place"),
        (name = "payers", description = "Payers' rules as dated data, and who pays for whom"),
        (name = "credentials", description = "What staff are certified to do, and until when"),
        (name = "supervision", description = "Who supervises whom, what was talked about, and what is due"),
        (name = "billing", description = "What is ready to bill, and what is in the way"),
        (name = "running", description = "Health of the server"),
    ),
    components(schemas(crate::problem::ProblemBody, crate::problem::ProblemField)),
    security(("bearer" = []), ("cookie" = [])),
    modifiers(&Security),
)]
pub struct Frame;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::identity::cookie::NAME));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// The OpenAPI 3.1 document of the whole API.
pub fn document() -> Document {
    complete(crate::router::routes().into_openapi())
}

/// What has an entity tag; changes of it honour `If-Match`.
const VERSIONED: [&str; 14] = [
    "/v1/clients/{client_id}",
    "/v1/agenda-items/{item_id}",
    "/v1/goals/{goal_id}",
    "/v1/care-plans/{plan_id}",
    "/v1/clients/{client_id}/profile",
    "/v1/clients/{client_id}/plans/{kind}",
    "/v1/check-in-schedules/{schedule_id}",
    "/v1/attention-rules/{kind}",
    "/v1/help-settings",
    "/v1/on-call",
    "/v1/crisis-resources",
    "/v1/sessions/{session_id}",
    "/v1/sessions/{session_id}/attendees/{client_id}",
    "/v1/credentials/{credential_id}",
];

/// Adds what all writes have in common.
pub fn complete(mut document: Document) -> Document {
    for (path, item) in &mut document.paths.paths {
        let writes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in writes.into_iter().flatten() {
            let public = operation
                .security
                .as_ref()
                .is_some_and(|all| all.len() == 1 && all[0] == SecurityRequirement::default());
            if !public && !leaves_nothing(path) {
                let text =
                    "A name of the sender's making; the same request under the same name is done once within 24 hours.";
                let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(200));
                operation.parameters.get_or_insert_default().push(header("Idempotency-Key", text, key).into());
            }
        }
        for operation in [&mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
            if VERSIONED.contains(&path.as_str()) {
                let text = "The version that you have seen, in quotes; another one answers 412.";
                let tag = ObjectBuilder::new().schema_type(Type::String);
                operation.parameters.get_or_insert_default().push(header("If-Match", text, tag).into());
            }
        }
    }
    document
}

/// What answers with a secret, or ends it, is never answered from memory; and of a search nothing is kept.
fn leaves_nothing(path: &str) -> bool {
    path == "/v1/clients/search"
        || path == "/v1/me/password"
        || path == "/v1/me/recovery-codes"
        || path.ends_with("/packets")
        || path.starts_with("/v1/auth/")
        || path.starts_with("/v1/me/second-factor")
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
