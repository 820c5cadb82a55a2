//! The closed set of words that a notification can show. What stands here is read on lock screens by others, so the
//! usual text says nothing at all; more is shown only where the client has asked for it.

use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

use crate::clients::{Language, NotificationDetail};

/// What a notification shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationText {
    pub title: String,
    pub body: String,
}

/// What a reminder announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announces {
    Start,
    Move,
    Cancellation,
}

/// The words for one reminder.
///
/// `starts_at` and `now` are wall-clock times of the client. `item_title` is used only with the client's own choice of
/// `NotificationDetail::Title`.
pub fn notification(
    language: Language,
    detail: NotificationDetail,
    announces: Announces,
    starts_at: NaiveDateTime,
    now: NaiveDateTime,
    item_title: Option<&str>,
) -> NotificationText {
    let neutral = neutral(language);
    let when = match detail {
        NotificationDetail::None => return neutral,
        NotificationDetail::Time | NotificationDetail::Title => moment(language, starts_at, now),
    };
    let body = match (language, announces) {
        (_, Announces::Start) => when,
        (Language::En, Announces::Move) => format!("New time: {when}"),
        (Language::Es, Announces::Move) => format!("Nueva hora: {when}"),
        (Language::En, Announces::Cancellation) => format!("Cancelled: {when}"),
        (Language::Es, Announces::Cancellation) => format!("Cancelado: {when}"),
    };
    let title = match (detail, item_title) {
        (NotificationDetail::Title, Some(title)) => title.chars().take(80).collect(),
        _ => neutral.title,
    };
    NotificationText { title, body }
}

/// Says that there is something, and nothing of what.
pub fn neutral(language: Language) -> NotificationText {
    let (title, body) = match language {
        Language::En => ("You have a reminder", "Open to see it"),
        Language::Es => ("Tienes un recordatorio", "Abre para verlo"),
    };
    NotificationText { title: title.to_owned(), body: body.to_owned() }
}

/// What staff read when somebody waits for them: on a lock screen too it says nothing of whom or why.
pub fn for_staff(language: Language) -> NotificationText {
    let (title, body) = match language {
        Language::En => ("Something new for you", "Open Cairn to see it"),
        Language::Es => ("Hay algo nuevo para ti", "Abre Cairn para verlo"),
    };
    NotificationText { title: title.to_owned(), body: body.to_owned() }
}

fn moment(language: Language, at: NaiveDateTime, now: NaiveDateTime) -> String {
    let days = (at.date() - now.date()).num_days();
    let day = match (language, days) {
        (Language::En, 0) => "Today".to_owned(),
        (Language::Es, 0) => "Hoy".to_owned(),
        (Language::En, 1) => "Tomorrow".to_owned(),
        (Language::Es, 1) => "Mañana".to_owned(),
        (Language::En, _) => {
            format!("{}, {} {}", weekday(language, at.weekday()), month(language, at.month()), at.day())
        }
        (Language::Es, _) => {
            format!("{} {} de {}", weekday(language, at.weekday()), at.day(), month(language, at.month()))
        }
    };
    let hour = (at.hour() + 11) % 12 + 1;
    match language {
        Language::En => {
            let half = if at.hour() < 12 { "AM" } else { "PM" };
            format!("{day} at {hour}:{:02} {half}", at.minute())
        }
        Language::Es => {
            let half = if at.hour() < 12 { "a. m." } else { "p. m." };
            let article = if hour == 1 { "a la" } else { "a las" };
            format!("{day} {article} {hour}:{:02} {half}", at.minute())
        }
    }
}

fn weekday(language: Language, day: Weekday) -> &'static str {
    let index = day.num_days_from_monday() as usize;
    match language {
        Language::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][index],
        Language::Es => ["Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo"][index],
    }
}

fn month(language: Language, month: u32) -> &'static str {
    let index = (month - 1) as usize;
    match language {
        Language::En => ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][index],
        Language::Es => [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ][index],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::parse_local;

    fn local(text: &str) -> NaiveDateTime {
        parse_local(text).expect("a local time")
    }

    const LANGUAGES: [Language; 2] = [Language::En, Language::Es];
    const ANNOUNCES: [Announces; 3] = [Announces::Start, Announces::Move, Announces::Cancellation];

    /// Words that would tell a bystander what kind of app this is.
    const TELLING: [&str; 44] = [
        "recover",
        "recuper",
        "health",
        "salud",
        "mental",
        "therap",
        "terap",
        "treat",
        "tratam",
        "clinic",
        "clínic",
        "doctor",
        "médic",
        "medic",
        "peer",
        "specialist",
        "especialista",
        "support",
        "apoyo",
        "sober",
        "sobri",
        "addict",
        "adicc",
        "drug",
        "droga",
        "alcohol",
        "substance",
        "sustancia",
        "craving",
        "relapse",
        "recaíd",
        "crisis",
        "suicid",
        "safe",
        "segur",
        "counsel",
        "conseje",
        "group",
        "grupo",
        "meeting",
        "reunión",
        "client",
        "program",
        "appointment",
    ];

    #[test]
    fn no_text_without_the_clients_own_words_tells_anything() {
        // Every template: each language, announcement and detail, over a year of days and hours.
        let now = local("2027-01-01T08:00");
        for language in LANGUAGES {
            for announces in ANNOUNCES {
                for detail in [NotificationDetail::None, NotificationDetail::Time] {
                    for hours in (0..24 * 366).step_by(5) {
                        let at = now + chrono::Duration::hours(hours);
                        // The item's title stands for every client field: it must not appear.
                        let text = notification(language, detail, announces, at, now, Some("CANARY"));
                        let shown = format!("{} {}", text.title, text.body);
                        assert!(!shown.contains("CANARY"), "{shown}");
                        let lower = shown.to_lowercase();
                        for word in TELLING {
                            assert!(!lower.contains(word), "{shown} tells {word}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn staff_are_told_nothing_on_a_lock_screen() {
        for language in LANGUAGES {
            let text = for_staff(language);
            let lower = format!("{} {}", text.title, text.body).to_lowercase();
            assert!(TELLING.iter().all(|word| !lower.contains(word)), "{lower}");
        }
    }

    #[test]
    fn the_default_is_the_neutral_text_exactly() {
        for announces in ANNOUNCES {
            let now = local("2027-03-08T09:00");
            let text = |language| notification(language, NotificationDetail::None, announces, now, now, Some("x"));
            assert_eq!(
                text(Language::En),
                NotificationText { title: "You have a reminder".into(), body: "Open to see it".into() }
            );
            assert_eq!(
                text(Language::Es),
                NotificationText { title: "Tienes un recordatorio".into(), body: "Abre para verlo".into() }
            );
        }
    }

    #[test]
    fn times_read_as_people_say_them() {
        let now = local("2027-03-08T09:00");
        let body = |language, at: &str| {
            notification(language, NotificationDetail::Time, Announces::Start, local(at), now, None).body
        };
        assert_eq!(body(Language::En, "2027-03-08T12:05"), "Today at 12:05 PM");
        assert_eq!(body(Language::En, "2027-03-09T00:00"), "Tomorrow at 12:00 AM");
        assert_eq!(body(Language::En, "2027-03-14T15:30"), "Sunday, Mar 14 at 3:30 PM");
        assert_eq!(body(Language::Es, "2027-03-08T13:00"), "Hoy a la 1:00 p. m.");
        assert_eq!(body(Language::Es, "2027-03-14T15:30"), "Domingo 14 de marzo a las 3:30 p. m.");
    }

    #[test]
    fn a_title_is_shown_only_when_chosen() {
        let now = local("2027-03-08T09:00");
        let text =
            notification(Language::En, NotificationDetail::Title, Announces::Start, now, now, Some("Coffee with Sam"));
        assert_eq!(text.title, "Coffee with Sam");
    }
}
