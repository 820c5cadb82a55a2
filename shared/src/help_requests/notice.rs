use crate::clients::Language;

/// What a client reads beside a request and a check-in: whether anybody is there now. Never as if a person had written it.
pub fn notice(language: Language, staffed: bool) -> &'static str {
    match (language, staffed) {
        (Language::En, true) => {
            "Your team can see this now. An answer can still take a while. If you can't wait, use Get help now."
        }
        (Language::En, false) => "Nobody is watching this day and night. If you can't wait, use Get help now.",
        (Language::Es, true) => {
            "Tu equipo puede ver esto ahora. La respuesta puede tardar un poco. Si no puedes esperar, usa Ayuda ahora."
        }
        (Language::Es, false) => "Nadie mira esto de día y de noche. Si no puedes esperar, usa Ayuda ahora.",
    }
}
