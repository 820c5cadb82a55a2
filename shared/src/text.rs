//! What people write: how long it may be, and which characters it holds.

use crate::error::FieldErrors;

/// Prose: `least` to `most` characters (blanks around it do not count towards `least`), of the control characters only line
/// breaks and tabs.
pub(crate) fn check_text(errors: &mut FieldErrors, field: &str, text: &str, least: usize, most: usize) {
    check(errors, field, text, (least, most), is_stray);
}

/// A name or a title: the same on one line.
pub(crate) fn check_line(errors: &mut FieldErrors, field: &str, text: &str, least: usize, most: usize) {
    check(errors, field, text, (least, most), char::is_control);
}

/// The text without what nobody typed: control characters other than line breaks and tabs. For words that must not be
/// refused.
pub(crate) fn cleaned(text: &str) -> String {
    text.chars().filter(|c| !is_stray(*c)).collect()
}

/// A control character that is neither a line break nor a tab.
pub(crate) fn is_stray(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn check(errors: &mut FieldErrors, field: &str, text: &str, (least, most): (usize, usize), refused: fn(char) -> bool) {
    if text.trim().chars().count() < least || text.chars().count() > most {
        let message =
            if least == 0 { format!("at most {most} characters") } else { format!("{least} to {most} characters") };
        errors.add(field, "length", message);
    } else if text.chars().any(refused) {
        errors.add(field, "control_character", "no control characters");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn codes(check: impl FnOnce(&mut FieldErrors)) -> Vec<&'static str> {
        let mut errors = FieldErrors::default();
        check(&mut errors);
        match errors.into_result() {
            Err(Error::Invalid(errors)) => errors.iter().map(|error| error.code).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn prose_keeps_its_lines_and_a_name_has_one() {
        assert!(codes(|errors| check_text(errors, "note", "one\r\n\ttwo", 1, 20)).is_empty());
        assert_eq!(codes(|errors| check_line(errors, "name", "one\ntwo", 1, 20)), ["control_character"]);
        assert_eq!(codes(|errors| check_text(errors, "note", "bell\u{7}", 1, 20)), ["control_character"]);
    }

    #[test]
    fn blanks_are_no_words_and_the_most_counts_characters() {
        assert_eq!(codes(|errors| check_text(errors, "note", "  \n", 1, 20)), ["length"]);
        assert!(codes(|errors| check_text(errors, "note", "ññññ", 1, 4)).is_empty());
        assert_eq!(codes(|errors| check_text(errors, "note", "ñññññ", 1, 4)), ["length"]);
    }

    #[test]
    fn what_nobody_typed_goes_and_the_words_stay() {
        assert_eq!(cleaned("help\u{0} me\u{7f},\n now\u{92}"), "help me,\n now");
    }
}
