//! Content lines (RFC 5545 section 3.1): escaped, folded, ended by CRLF.

/// The longest line in octets, without its line end.
const LINE: usize = 75;

#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// A line whose value is written as it must stand. `name` holds parameters too.
    pub fn add(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for c in name.chars().chain([':']).chain(value.chars()).filter(|c| !c.is_control()) {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is text (RFC 5545 section 3.3.11).
    pub fn text(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len());
        for c in text.replace("\r\n", "\n").chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c => escaped.push(c),
            }
        }
        self.add(name, &escaped);
    }

    pub fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> String {
        let mut lines = Lines::default();
        lines.text(name, text);
        lines.into_text()
    }

    #[test]
    fn text_is_escaped_and_cannot_begin_a_line_of_its_own() {
        assert_eq!(of("SUMMARY", "a;b,c\\d\r\nEND:VEVENT\ne\u{7}"), "SUMMARY:a\\;b\\,c\\\\d\\nEND:VEVENT\\ne\r\n");
    }

    #[test]
    fn lines_are_folded_by_octets_and_never_within_a_character() {
        let text = "é€😀".repeat(60);
        let folded = of("SUMMARY", &text);
        assert!(folded.lines().all(|line| line.len() <= LINE), "{folded}");
        assert!(folded.lines().count() > 5);
        assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
    }
}
