//! Breaks texts into lines. Pure.

/// The lines of a text that are no wider than `width`: broken at spaces, inside a word only where it alone is too wide, and
/// always where the text says so. An empty line of the text is an empty line.
pub fn wrap(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if measure(&longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = broken(word, width, &measure, &mut lines);
        }
        lines.push(line);
    }
    lines
}

/// Fills whole lines with a word that is wider than one; gives back what is left of it.
fn broken(word: &str, width: f32, measure: &impl Fn(&str) -> f32, lines: &mut Vec<String>) -> String {
    let mut line = String::new();
    for character in word.chars() {
        line.push(character);
        if measure(&line) > width && line.chars().count() > 1 {
            line.pop();
            lines.push(std::mem::replace(&mut line, character.to_string()));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_count(text: &str) -> f32 {
        u16::try_from(text.chars().count()).map_or(f32::MAX, f32::from)
    }

    #[test]
    fn lines_end_at_spaces_and_where_the_text_says_so() {
        assert_eq!(wrap("one two three", 7.0, by_count), ["one two", "three"]);
        assert_eq!(wrap("one\n\ntwo", 7.0, by_count), ["one", "", "two"]);
        assert_eq!(wrap("a abcdefghij b", 4.0, by_count), ["a", "abcd", "efgh", "ij b"]);
        assert_eq!(wrap("", 4.0, by_count), Vec::<String>::new());
        assert_eq!(wrap("ñandú", 1.0, by_count), ["ñ", "a", "n", "d", "ú"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-zñ \n]{0,200}", width in 1_u8..20) {
            let lines = wrap(&text, f32::from(width), by_count);
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(plain(&lines.concat()), plain(&text));
            prop_assert!(lines.iter().all(|line| by_count(line) <= f32::from(width)));
        }
    }
}
