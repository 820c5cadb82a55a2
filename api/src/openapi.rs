use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
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
        (name = "devices", description = "Phones: push subscriptions and receipts"),
        (name = "reminders", description = "What was planned, sent, shown and answered"),
        (name = "running", description = "Health of the server"),
    ),
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
    crate::router::routes().into_openapi()
}
