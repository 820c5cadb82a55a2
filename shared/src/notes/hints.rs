//! Words that speak of a person by what they lack. A hint offers others; it never blocks, and the person's own words, in
//! quotes, are theirs.
//!
//! After the language guides of the U.S. National Institute on Drug Abuse ("Words Matter") and of peer organizations.

use serde::Serialize;
use utoipa::ToSchema;

/// A place in a text, and what could stand there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoteHint)]
pub struct Hint {
    /// The part: `texts.response`.
    pub field: String,
    /// Characters before it.
    pub start: usize,
    /// What stands there.
    pub found: String,
    /// What could stand there instead.
    pub instead: &'static str,
}

/// `(word or words, instead)`: small letters; a `*` at the end stands for any ending.
const WORDS: [(&str, &str); 44] = [
    ("addict*", "a person with a substance use disorder"),
    ("alcoholic*", "a person with an alcohol use disorder"),
    ("abuser*", "a person who uses substances"),
    ("substance abuse", "substance use"),
    ("drug abuse", "drug use"),
    ("junkie*", "a person who uses drugs"),
    ("drug seeking", "asking for relief"),
    ("drug-seeking", "asking for relief"),
    ("clean", "in recovery, or not using"),
    ("dirty", "tested positive, or still using"),
    ("relapsed", "used again, or had a setback"),
    ("noncompliant", "chose not to, or: what got in the way"),
    ("non-compliant", "chose not to, or: what got in the way"),
    ("compliant", "followed the plan"),
    ("refused", "chose not to, or declined"),
    ("refuses", "chooses not to, or declines"),
    ("failed to", "did not, and what got in the way"),
    ("resistant", "not ready yet, or sees it otherwise"),
    ("in denial", "sees it otherwise"),
    ("unmotivated", "not ready yet, or: what matters to them"),
    ("lazy", "low on energy"),
    ("manipulative", "looks for ways to get what they need"),
    ("attention seeking", "asks to be seen"),
    ("attention-seeking", "asks to be seen"),
    ("low functioning", "needs support with"),
    ("low-functioning", "needs support with"),
    ("high functioning", "good at"),
    ("high-functioning", "good at"),
    ("frequent flyer*", "comes often, because"),
    ("suffers from", "lives with"),
    ("suffering from", "living with"),
    ("victim of", "survived"),
    ("mentally ill", "living with a mental health condition"),
    ("schizophrenic*", "a person with schizophrenia"),
    ("crazy", "what you saw, in plain words"),
    ("committed suicide", "died by suicide"),
    ("homeless person", "a person without housing"),
    ("homeless people", "people without housing"),
    ("the homeless", "people without housing"),
    ("ex-con*", "a person who was in prison"),
    ("adicto*", "una persona con un trastorno por uso de sustancias"),
    ("drogadict*", "una persona que usa drogas"),
    ("se negó", "decidió no hacerlo"),
    ("sufre de", "vive con"),
];

/// The hints for a text, in its order.
pub fn hints(field: &str, text: &str) -> Vec<Hint> {
    let characters: Vec<char> = text.chars().collect();
    let small: Vec<char> = characters
        .iter()
        .map(|c| c.to_lowercase().next().filter(|_| c.to_lowercase().count() == 1).unwrap_or(*c))
        .collect();
    let quoted = quoted(&characters);
    let is_word = |at: usize| small.get(at).is_some_and(|c| c.is_alphanumeric());
    let mut found: Vec<Hint> = Vec::new();
    let mut at = 0;
    while at < small.len() {
        let begins = !quoted[at] && is_word(at) && (at == 0 || !is_word(at - 1));
        let hit = if begins {
            WORDS.iter().find_map(|(word, instead)| Some((ends(&small, at, word)?, *instead)))
        } else {
            None
        };
        if let Some((end, instead)) = hit {
            found.push(Hint {
                field: field.to_owned(),
                start: at,
                found: characters[at..end].iter().collect(),
                instead,
            });
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// Where the word that begins there ends, if it is this one.
fn ends(text: &[char], at: usize, word: &str) -> Option<usize> {
    let (stem, open) = match word.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (word, false),
    };
    let mut end = at;
    for expected in stem.chars() {
        let there = *text.get(end)?;
        if there != expected && !(expected == ' ' && there.is_whitespace()) {
            return None;
        }
        end += 1;
    }
    let goes_on = |end: usize| text.get(end).is_some_and(|c| c.is_alphanumeric());
    if open {
        while goes_on(end) {
            end += 1;
        }
    } else if goes_on(end) {
        return None;
    }
    Some(end)
}

/// Which characters stand between quotes.
fn quoted(text: &[char]) -> Vec<bool> {
    let mut inside = false;
    text.iter()
        .map(|c| {
            match c {
                '"' => inside = !inside,
                '“' | '«' => inside = true,
                '”' | '»' => inside = false,
                _ => {}
            }
            inside
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        hints("texts.response", text).into_iter().map(|hint| hint.found).collect()
    }

    #[test]
    fn words_are_found_where_they_stand_alone_and_in_any_case() {
        assert_eq!(found("He REFUSED, and she is an addict."), ["REFUSED", "addict"]);
        assert_eq!(
            found("Two addicts; non-compliant with meds; suffers\nfrom pain"),
            ["addicts", "non-compliant", "suffers\nfrom"]
        );
        assert_eq!(found("We cleaned the kitchen; cleaner now. Resistance band. Unrefused."), Vec::<String>::new());
        assert_eq!(found("Vive con dolor. Se negó a ir. Un adicto."), ["Se negó", "adicto"]);
        let hint = &hints("texts.plan", "Été: he is in denial")[0];
        assert_eq!((hint.start, hint.found.as_str(), hint.instead), (11, "in denial", "sees it otherwise"));
    }

    #[test]
    fn a_persons_own_words_are_theirs() {
        assert_eq!(found("She said \"I am an addict\" and “still dirty”. He refused."), ["refused"]);
    }

    #[test]
    fn every_word_is_found_and_none_of_what_is_offered_instead_is_hinted_at() {
        for (word, instead) in WORDS {
            assert_eq!(found(word.trim_end_matches('*')).len(), 1, "{word}");
            assert_eq!(found(instead), Vec::<String>::new(), "{instead}");
        }
    }
}
