//! Cuts a calendar file into the blocks that matter, so that a file of any size is read one event at a time.
//!
//! Only lines are looked at here (RFC 5545 section 3.1); what is inside a block is `event`'s business.

use std::borrow::Cow;

/// The largest file, in bytes.
pub const MAX_FILE: usize = 10 * 1024 * 1024;
/// The largest single event or zone, in bytes; beyond it, it is listed as skipped.
pub const MAX_BLOCK: usize = 256 * 1024;
/// Events and zones of one file.
pub const MAX_BLOCKS: usize = 20_000;
const MAX_DEPTH: usize = 8;

/// Why a file as a whole is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("this is not an iCalendar file: it has no BEGIN:VCALENDAR")]
    NotACalendar,
    #[error("the file ends in the middle of a calendar; was it cut off?")]
    Truncated,
    #[error("a calendar file has at most {MAX_BLOCKS} events; export fewer at a time")]
    TooManyEvents,
    #[error("a calendar file has at most 10 MB")]
    TooLarge,
}

impl FileError {
    /// A short stable code for problems.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotACalendar => "not_a_calendar",
            Self::Truncated => "truncated",
            Self::TooManyEvents => "too_many_events",
            Self::TooLarge => "too_large",
        }
    }
}

/// The outermost blocks of the calendars in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    pub zones: Vec<String>,
    /// Each with the calendar it stands in, by number.
    pub events: Vec<(usize, Block)>,
    pub calendars: Vec<Head>,
}

/// What a calendar says of all its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `METHOD:CANCEL` (RFC 5546 section 3.2.5) makes every event a cancellation.
    pub cancels: bool,
    /// `X-WR-TIMEZONE`: where times without a zone are meant.
    pub zone: Option<String>,
}

/// One `VEVENT`, line ends made alike.
#[derive(Debug, PartialEq, Eq)]
pub enum Block {
    Event(String),
    /// Too large or nested too deep; the UID if it was seen.
    Refused {
        uid: Option<String>,
        reason: &'static str,
    },
}

/// The text of a file: UTF-8 or UTF-16 with or without a byte order mark, else Windows-1252, of which Latin-1 is a part.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
            }
        }
    }
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Cuts the text. Calendars may follow one another in a file; what stands outside of them is passed over.
pub fn cut(text: &str) -> Result<Blocks, FileError> {
    if text.len() > 2 * MAX_FILE {
        return Err(FileError::TooLarge);
    }
    let mut blocks = Blocks::default();
    let mut depth = 0_usize;
    let mut open: Option<Open> = None;
    for line in lines(text) {
        let (begins, ends) = (component(line, "BEGIN:"), component(line, "END:"));
        if let Some(name) = begins {
            if depth == 0 && !name.eq_ignore_ascii_case("VCALENDAR") {
                continue;
            }
            depth += 1;
            if depth == 1 {
                blocks.calendars.push(Head::default());
            } else if depth == 2 {
                open = Open::new(name);
            }
        }
        if let Some(open) = &mut open {
            open.add(line, depth);
        } else if let Some(head) = blocks.calendars.last_mut().filter(|_| depth == 1) {
            if line.trim_end().eq_ignore_ascii_case("METHOD:CANCEL") {
                head.cancels = true;
            } else if let Some(zone) = component(line, "X-WR-TIMEZONE:") {
                head.zone = Some(zone.chars().take(100).collect());
            }
        }
        if ends.is_some() && depth > 0 {
            depth -= 1;
            if depth == 1 {
                if let Some(done) = open.take() {
                    done.close(&mut blocks);
                }
                if blocks.events.len() > MAX_BLOCKS || blocks.zones.len() > MAX_BLOCKS {
                    return Err(FileError::TooManyEvents);
                }
            }
        }
    }
    match (!blocks.calendars.is_empty(), depth) {
        (false, _) => Err(FileError::NotACalendar),
        (true, 0) => Ok(blocks),
        (true, _) => Err(FileError::Truncated),
    }
}

/// Lines by any line end that is met in the wild: CRLF, LF, CR, and CR CR LF.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).filter(|line| !line.is_empty())
}

fn component<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (head, name) = line.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(name.trim())
}

/// A block that is being read.
struct Open {
    is_event: bool,
    text: String,
    uid: Option<String>,
    refused: Option<&'static str>,
}

impl Open {
    fn new(name: &str) -> Option<Self> {
        let is_event = name.eq_ignore_ascii_case("VEVENT");
        let wanted = is_event || name.eq_ignore_ascii_case("VTIMEZONE");
        wanted.then(|| Self { is_event, text: String::new(), uid: None, refused: None })
    }

    fn add(&mut self, line: &str, depth: usize) {
        if self.uid.is_none() {
            self.uid = component(line, "UID:").map(|uid| uid.chars().take(255).collect());
        }
        if depth > MAX_DEPTH {
            self.refused = Some("nested_too_deep");
        } else if self.text.len() + line.len() > MAX_BLOCK {
            self.refused = Some("too_large");
        }
        if self.refused.is_none() {
            self.text.push_str(line);
            self.text.push_str("\r\n");
        }
    }

    fn close(self, blocks: &mut Blocks) {
        let calendar = blocks.calendars.len().saturating_sub(1);
        match (self.is_event, self.refused) {
            (true, None) => blocks.events.push((calendar, Block::Event(self.text))),
            (true, Some(reason)) => blocks.events.push((calendar, Block::Refused { uid: self.uid, reason })),
            (false, None) => blocks.zones.push(self.text),
            (false, Some(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn events(text: &str) -> usize {
        cut(text).expect("a calendar").events.len()
    }

    #[test]
    fn any_line_end_any_case_several_calendars() {
        assert_eq!(events(ONE), 1);
        assert_eq!(events(&ONE.replace("\r\n", "\n")), 1);
        assert_eq!(events(&ONE.replace("\r\n", "\r")), 1);
        assert_eq!(events(&ONE.replace("\r\n", "\r\r\n")), 1);
        assert_eq!(events(&ONE.to_lowercase()), 1);
        assert_eq!(events(&format!("noise\r\n{ONE}{ONE}")), 2);
        let inner = "BEGIN:VEVENT\nBEGIN:VALARM\nEND:VALARM\nSUMMARY:x\nEND:VEVENT\n";
        let found = cut(&format!("BEGIN:VCALENDAR\n{inner}END:VCALENDAR\n")).expect("a calendar");
        assert_eq!(found.events, [(0, Block::Event(inner.replace('\n', "\r\n")))]);
    }

    #[test]
    fn what_one_calendar_says_of_itself_is_not_said_of_the_next() {
        let text = format!("BEGIN:VCALENDAR\nMETHOD:CANCEL\nX-WR-TIMEZONE:Europe/Berlin\nEND:VCALENDAR\n{ONE}");
        let blocks = cut(&text).expect("calendars");
        let first = Head { cancels: true, zone: Some("Europe/Berlin".into()) };
        assert_eq!((blocks.calendars, blocks.events[0].0), (vec![first, Head::default()], 1));
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        assert_eq!(cut("<html><body>Sign in</body></html>"), Err(FileError::NotACalendar));
        assert_eq!(cut(""), Err(FileError::NotACalendar));
        assert_eq!(cut(&ONE[..ONE.len() - 20]), Err(FileError::Truncated));
        let many = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(MAX_BLOCKS + 1);
        assert_eq!(cut(&format!("BEGIN:VCALENDAR\n{many}END:VCALENDAR\n")), Err(FileError::TooManyEvents));
    }

    #[test]
    fn bombs_are_listed_and_the_rest_is_read() {
        let deep = format!("UID:deep\n{}{}", "BEGIN:X\n".repeat(5000), "END:X\n".repeat(5000));
        let large = format!("UID:large\nSUMMARY:{}\n", "a".repeat(MAX_BLOCK));
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\n{deep}END:VEVENT\nBEGIN:VEVENT\n{large}END:VEVENT\nBEGIN:VEVENT\nUID:ok\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let blocks = cut(&text).expect("a calendar");
        assert_eq!(blocks.events[0].1, Block::Refused { uid: Some("deep".into()), reason: "nested_too_deep" });
        assert_eq!(blocks.events[1].1, Block::Refused { uid: Some("large".into()), reason: "too_large" });
        assert!(matches!(&blocks.events[2].1, Block::Event(text) if text.contains("UID:ok")));
    }

    #[test]
    fn every_encoding_that_calendars_come_in() {
        assert_eq!(decode("\u{feff}Café".as_bytes()), "Café");
        assert_eq!(decode(b"Caf\xe9 \x80"), "Café €");
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Café".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&wide), "Café");
        let wide: Vec<u8> = [0xfe, 0xff].into_iter().chain("Café".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(decode(&wide), "Café");
    }
}
