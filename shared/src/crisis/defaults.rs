//! What an organization begins with. 988 by voice and text, press 1 for veterans, press 2 or text
//! AYUDA for Spanish: 988lifeline.org. The line for LGBTQI+ youth ("press 3") ended on 17 July 2025 and is not listed.

use super::store::{Action, Resource, Words};

/// By then somebody should have looked whether the list still holds.
pub(super) const REVIEW_DUE_ON: &str = "2027-11-01";

pub(super) fn resources() -> Vec<Resource> {
    let entry = |id: &str, action, address: &str, name: (&str, &str), hint: (&str, &str)| Resource {
        id: id.to_owned(),
        action,
        address: address.to_owned(),
        name: Words::new(name.0, name.1),
        hint: Words::new(hint.0, hint.1),
    };
    vec![
        entry(
            "call_988",
            Action::Call,
            "988",
            ("Call 988", "Llama al 988"),
            ("Someone to talk to, day and night. Free.", "Alguien con quien hablar, de día y de noche. Gratis."),
        ),
        entry(
            "text_988",
            Action::Text,
            "988",
            ("Text 988", "Envía un mensaje al 988"),
            ("If you would rather write.", "Si prefieres escribir."),
        ),
        entry(
            "chat_988",
            Action::Open,
            "https://988lifeline.org/chat/",
            ("Chat with 988", "Chatea con el 988"),
            ("In your browser.", "En tu navegador."),
        ),
        entry(
            "spanish_call",
            Action::Call,
            "988",
            ("Call in Spanish", "Llama en español"),
            ("Call 988, then press 2.", "Llama al 988 y marca el 2."),
        ),
        entry(
            "spanish_text",
            Action::Text,
            "988",
            ("Text in Spanish", "Escribe en español"),
            ("Send AYUDA to 988.", "Envía AYUDA al 988."),
        ),
        entry(
            "veterans_call",
            Action::Call,
            "988",
            ("Veterans: call", "Veteranos: llama"),
            ("Call 988, then press 1.", "Llama al 988 y marca el 1."),
        ),
        entry(
            "veterans_text",
            Action::Text,
            "838255",
            ("Veterans: text", "Veteranos: envía un mensaje"),
            ("Write to 838255.", "Escribe al 838255."),
        ),
        entry(
            "emergency",
            Action::Call,
            "911",
            ("Call 911", "Llama al 911"),
            ("If you or someone else is in danger right now.", "Si tú u otra persona está en peligro ahora mismo."),
        ),
    ]
}
