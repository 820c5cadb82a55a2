use cairn_shared::reminders::Claimed;
use serde_json::json;

/// What is sealed for the phone: the shape of Declarative Web Push, which a browser can show even when our service worker
/// fails. It holds a text of a closed set, an opaque id and its receipt token; nothing about the person.
pub fn payload(claimed: &Claimed, public_url: &str) -> Vec<u8> {
    json!({
        "web_push": 8030,
        "notification": {
            "title": claimed.text.title,
            "body": claimed.text.body,
            "lang": claimed.language.as_str(),
            "navigate": format!("{public_url}/{}/r/{}", claimed.app.path(), claimed.delivery_id),
            "data": {
                "delivery_id": claimed.delivery_id,
                "receipt_token": claimed.receipt_token,
            },
        },
    })
    .to_string()
    .into_bytes()
}
