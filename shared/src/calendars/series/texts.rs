//! Title, place and notes of an event, within the lengths of an agenda.

use super::Texts;
use crate::calendars::event::{Event, Skip};

const MAX_TITLE: usize = 200;
const MAX_LOCATION: usize = 500;
const MAX_NOTES: usize = 4000;

/// A title that is too long goes on in the notes, so that nothing of it is lost.
pub(super) fn texts(event: &Event) -> Result<Texts, Skip> {
    let mut notes = event.notes.clone();
    let title: String = event.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if title.is_empty() { "(no title)".to_owned() } else { title };
    let short = shorten(&title, MAX_TITLE);
    if short != title {
        notes = Some(match notes {
            Some(notes) => format!("{title}\n\n{notes}"),
            None => title,
        });
    }
    let location = event.location.as_deref().map(|text| shorten(text, MAX_LOCATION));
    if notes.as_ref().is_some_and(|notes| notes.chars().count() > MAX_NOTES) {
        return Err(Skip::new(
            Some(&event.uid),
            "text_too_long",
            format!("title and notes have at most {MAX_NOTES} characters"),
        ));
    }
    Ok(Texts { title: short, location, notes })
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
