//! Words in what somebody writes that a person should read soon. Finding one only ever adds a look, it never takes one
//! away; and nothing here understands a sentence, so "I do not want to die" is found too.

/// What an organization starts with, in English and Spanish: whole words, small letters, no accents. A `*` at the end of
/// a word stands for any ending.
pub(super) const USUAL: [&str; 26] = [
    "suicid*",
    "kill myself",
    "killing myself",
    "end my life",
    "ending my life",
    "want to die",
    "wanna die",
    "wish i was dead",
    "wish i were dead",
    "better off dead",
    "hurt myself",
    "hurting myself",
    "cut myself",
    "cutting myself",
    "self harm*",
    "no reason to live",
    "matarme",
    "quitarme la vida",
    "acabar con mi vida",
    "quiero morir*",
    "quisiera morir*",
    "quisiera estar muert*",
    "no quiero vivir",
    "hacerme dano",
    "lastimarme",
    "autolesion*",
];

/// Whether any of these texts holds any of the words or phrases, whatever the case, the accents and the spaces.
pub(super) fn found<'a>(words: &[String], texts: impl IntoIterator<Item = &'a str>) -> bool {
    let phrases: Vec<Vec<String>> = words.iter().map(|phrase| plain(phrase, true)).collect();
    texts.into_iter().any(|text| {
        let written = plain(text, false);
        phrases.iter().any(|phrase| {
            let holds = |window: &[String]| window.iter().zip(phrase).all(|(word, wanted)| is(word, wanted));
            !phrase.is_empty() && written.windows(phrase.len()).any(holds)
        })
    })
}

/// What is wrong with a phrase, if anything: it has letters, and no `*` but at the end of a word of three letters or more.
pub(super) fn fault(phrase: &str) -> Option<&'static str> {
    let known = |c: char| c.is_alphanumeric() || " '’-*".contains(c);
    if !(3..=60).contains(&phrase.chars().count()) {
        return Some("3 to 60 characters");
    }
    if !phrase.chars().all(known) || !phrase.chars().any(char::is_alphabetic) {
        return Some("letters, digits, spaces, hyphens and apostrophes");
    }
    let misplaced = |word: &str| word.trim_end_matches('*').contains('*') || word.contains("**");
    let short = |word: &str| word.ends_with('*') && word.chars().count() < 4;
    let mut words = phrase.split_whitespace();
    words.any(|word| misplaced(word) || short(word)).then_some("* only after three letters or more, at a word's end")
}

fn is(word: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == wanted,
    }
}

/// The words of a text in small letters without accents; apostrophes go ("can't" is "cant"), all else parts words.
fn plain(text: &str, keep_star: bool) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.chars().flat_map(char::to_lowercase) {
        let letter = match character {
            'á' | 'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            // Accents that were written as characters of their own, and apostrophes.
            '\u{300}'..='\u{36f}' | '\'' | '’' => continue,
            other => other,
        };
        let last = words.len() - 1;
        if letter.is_alphanumeric() || (keep_star && letter == '*') {
            words[last].push(letter);
        } else if !words[last].is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(text: &str) -> bool {
        let words: Vec<String> = USUAL.iter().map(|word| (*word).to_owned()).collect();
        found(&words, [text])
    }

    #[test]
    fn what_should_be_read_is_found_however_it_is_written() {
        for text in [
            "I want to die",
            "i WANT  to\ndie.",
            "thinking about suicide again",
            "Suicidal thoughts",
            "feel like I'd be better off dead!",
            "wish I was dead",
            "self-harm",
            "Quiero morirme",
            "pienso en hacerme daño",
            "hacerme dan\u{303}o",
            "pensé en el SUICIDIO",
            "It is not that I want to die",
        ] {
            assert!(usual(text), "{text}");
        }
    }

    #[test]
    fn ordinary_words_are_not() {
        for text in [
            "",
            "*",
            "My phone died",
            "I want to diet",
            "I killed it at work",
            "cut my hair myself",
            "Mi día fue bueno, no me hice daño",
        ] {
            assert!(!usual(text), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_an_ending_and_only_there() {
        let words = ["relaps*".to_owned(), "cant go on".to_owned()];
        assert!(found(&words, ["I relapsed"]));
        assert!(found(&words, ["fine", "I can't go on"]));
        assert!(!found(&words, ["re lapsed", "can go on"]));
        assert!(!found(&[], ["suicide"]), "an organization may want none");
        for phrase in USUAL {
            assert_eq!(fault(phrase), None, "{phrase}");
        }
        for phrase in ["ab", "***", "a*b", "ab*", "*abc", "abc**", "what?", "   ", &"x".repeat(61)] {
            assert!(fault(phrase).is_some(), "{phrase}");
        }
    }
}
