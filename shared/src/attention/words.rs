//! What a reason says, from a closed set of sentences: what was seen, not what somebody is. Days are counted when it is
//! read, so a sentence does not grow old.

use chrono::NaiveDate;
use serde_json::Value;

use crate::clients::Language;

/// The codes that stand in the database, each with its sentence.
pub const CODES: [&str; 13] = [
    "last_check_in",
    "no_check_in_yet",
    "mood_lower_than_usual",
    "said_not_safe",
    "answered_item9",
    "seen_in_meeting",
    "wrote_words",
    "asked_for_help",
    "missed_appointment",
    "goal_due",
    "plan_review_due",
    "phone_silent",
    "no_reminders_reach",
];

/// The sentence of a code. `today` is the local date of whoever reads. An unknown code, of a newer version, says that
/// there is something.
pub fn explain(language: Language, code: &str, parameters: &Value, today: NaiveDate) -> String {
    let es = language == Language::Es;
    let date = |name: &str| parameters[name].as_str().and_then(|text| text.parse::<NaiveDate>().ok());
    let on = date("on").unwrap_or(today);
    let when = relative(language, (today - on).num_days());
    match (code, es) {
        ("last_check_in", false) => format!("Last check-in {when}"),
        ("last_check_in", true) => format!("Último registro {when}"),
        ("no_check_in_yet", _) => {
            let planned = date("planned_on").unwrap_or(today);
            let when = relative(language, (today - planned).num_days());
            if es {
                format!("Aún no hay registros; el primero se planeó {when}")
            } else {
                format!("No check-in yet; the first was planned {when}")
            }
        }
        ("mood_lower_than_usual", _) => {
            let (mood, usual, days) = (&parameters["mood"], &parameters["usual"], &parameters["days"]);
            if es {
                format!("Ánimo {mood} {when}, más bajo que lo usual en sus {days} días anteriores ({usual})")
            } else {
                format!("Mood {mood} {when}, lower than usual in the {days} days before ({usual})")
            }
        }
        ("said_not_safe", false) => "Said in a check-in that they do not feel safe".to_owned(),
        ("said_not_safe", true) => "Dijo en un registro que no se siente a salvo".to_owned(),
        ("answered_item9", false) => {
            format!("Answered {} of 3 when asked about thoughts of self-harm", parameters["answer"])
        }
        ("answered_item9", true) => {
            format!("Respondió {} de 3 a la pregunta sobre pensamientos de hacerse daño", parameters["answer"])
        }
        ("seen_in_meeting", false) => "Danger was seen in a meeting; the note says what was done".to_owned(),
        ("seen_in_meeting", true) => "Se vio un peligro en una reunión; la nota dice qué se hizo".to_owned(),
        ("wrote_words", false) => "Wrote something in a check-in that should be read today".to_owned(),
        ("wrote_words", true) => "Escribió en un registro algo que conviene leer hoy".to_owned(),
        ("asked_for_help", false) => "Asked for help".to_owned(),
        ("asked_for_help", true) => "Pidió ayuda".to_owned(),
        ("missed_appointment", false) => format!("Did not make it to an appointment {when}"),
        ("missed_appointment", true) => format!("No pudo ir a una cita {when}"),
        ("goal_due", false) => format!("Date set for a goal: {when}"),
        ("goal_due", true) => format!("Fecha de una meta: {when}"),
        ("plan_review_due", false) => {
            format!("Review of the plan of care {} due {when}", if on < today { "was" } else { "is" })
        }
        ("plan_review_due", true) => {
            format!("La revisión del plan de atención {} {when}", if on < today { "tocaba" } else { "toca" })
        }
        ("phone_silent", false) => format!("Phone last seen {when}; reminders may not arrive"),
        ("phone_silent", true) => format!("Su teléfono se vio {when}; quizá no le llegan los recordatorios"),
        ("no_reminders_reach", false) => "No phone that reminders can reach".to_owned(),
        ("no_reminders_reach", true) => "Ningún teléfono recibe los recordatorios".to_owned(),
        (_, false) => "Something new; update Cairn to read it".to_owned(),
        (_, true) => "Hay algo nuevo; actualiza Cairn para leerlo".to_owned(),
    }
}

/// How far away a day is; what lies ahead is negative.
fn relative(language: Language, days: i64) -> String {
    match (language, days) {
        (Language::En, 0) => "today".to_owned(),
        (Language::Es, 0) => "hoy".to_owned(),
        (Language::En, 1) => "yesterday".to_owned(),
        (Language::Es, 1) => "ayer".to_owned(),
        (Language::En, -1) => "tomorrow".to_owned(),
        (Language::Es, -1) => "mañana".to_owned(),
        (Language::En, 2..) => format!("{days} days ago"),
        (Language::Es, 2..) => format!("hace {days} días"),
        (Language::En, _) => format!("in {} days", -days),
        (Language::Es, _) => format!("en {} días", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameters() -> Value {
        json!({ "on": "2027-03-01", "planned_on": "2027-03-01", "mood": 3, "usual": 6.5, "days": 7, "answer": 2 })
    }

    #[test]
    fn days_are_counted_when_it_is_read() {
        let text = |language, code, today: &str| explain(language, code, &parameters(), today.parse().expect("a date"));
        assert_eq!(text(Language::En, "last_check_in", "2027-03-05"), "Last check-in 4 days ago");
        assert_eq!(text(Language::Es, "last_check_in", "2027-03-02"), "Último registro ayer");
        assert_eq!(text(Language::En, "goal_due", "2027-02-26"), "Date set for a goal: in 3 days");
        assert_eq!(text(Language::En, "plan_review_due", "2027-03-01"), "Review of the plan of care is due today");
        assert_eq!(text(Language::En, "plan_review_due", "2027-03-02"), "Review of the plan of care was due yesterday");
        assert_eq!(
            text(Language::Es, "plan_review_due", "2027-03-03"),
            "La revisión del plan de atención tocaba hace 2 días"
        );
        assert_eq!(
            text(Language::En, "mood_lower_than_usual", "2027-03-01"),
            "Mood 3 today, lower than usual in the 7 days before (6.5)"
        );
    }

    #[test]
    fn every_code_has_words_in_both_languages_and_none_judges() {
        let judging = [
            "risk",
            "riesgo",
            "score",
            "puntaje",
            "non-compliant",
            "failed",
            "fall",
            "refus",
            "relapse",
            "recaíd",
            "addict",
            "adict",
            "clean",
            "dirty",
            "abuse",
            "suffer",
            "streak",
        ];
        for code in CODES {
            let mut seen = Vec::new();
            for language in [Language::En, Language::Es] {
                for today in ["2027-02-20", "2027-03-01", "2027-03-09"] {
                    let text = explain(language, code, &parameters(), today.parse().expect("a date"));
                    let lower = text.to_lowercase();
                    assert!(!lower.contains("null") && !lower.contains("update cairn"), "{code}: {text}");
                    assert!(judging.iter().all(|word| !lower.contains(word)), "{code}: {text}");
                }
                seen.push(explain(language, code, &parameters(), "2027-03-09".parse().expect("a date")));
            }
            assert_ne!(seen[0], seen[1], "{code}");
        }
    }
}
