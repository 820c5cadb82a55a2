//! Puts lines on pages, from top to bottom.

use super::face::{Face, Faces, settable};
use super::wrap::wrap;

/// US Letter, in points.
pub const WIDTH: f32 = 612.0;
pub const HEIGHT: f32 = 792.0;
pub const MARGIN: f32 = 54.0;
/// Below it stand the page's number and the notice.
const BOTTOM: f32 = HEIGHT - 66.0;
/// Where the second of two columns begins.
const COLUMN: f32 = 130.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    pub size: f32,
    pub bold: bool,
    pub gray: bool,
}

pub const TITLE: Style = Style { size: 20.0, bold: true, gray: false };
pub const HEADING: Style = Style { size: 14.0, bold: true, gray: false };
pub const SECTION: Style = Style { size: 10.5, bold: true, gray: false };
pub const LABEL: Style = Style { size: 9.0, bold: false, gray: true };
pub const TEXT: Style = Style { size: 9.5, bold: false, gray: false };
pub const SMALL: Style = Style { size: 7.5, bold: false, gray: true };

impl Style {
    pub fn face(self, faces: &Faces) -> &Face {
        if self.bold { &faces.bold } else { &faces.regular }
    }

    fn leading(self) -> f32 {
        (self.size * 1.4).ceil()
    }
}

/// Something at its place; `y` is the base line, from the top.
#[derive(Clone, Debug, PartialEq)]
pub enum Placed {
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    /// A thin line over the whole width.
    Rule {
        y: f32,
    },
}

/// Where something begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub title: String,
    pub page: usize,
    pub y: f32,
}

pub struct Sheet<'a> {
    faces: &'a Faces,
    pub pages: Vec<Vec<Placed>>,
    pub marks: Vec<Mark>,
    y: f32,
}

impl<'a> Sheet<'a> {
    pub fn new(faces: &'a Faces) -> Self {
        Self { faces, pages: vec![Vec::new()], marks: Vec::new(), y: MARGIN }
    }

    /// The place of the next line.
    pub fn place(&self) -> (usize, f32) {
        (self.pages.len() - 1, self.y)
    }

    pub fn mark(&mut self, title: &str) {
        let (page, y) = self.place();
        self.marks.push(Mark { title: title.to_owned(), page, y });
    }

    pub fn break_page(&mut self) {
        if self.pages.last().is_some_and(|page| !page.is_empty()) {
            self.pages.push(Vec::new());
        }
        self.y = MARGIN;
    }

    pub fn space(&mut self, height: f32) {
        if self.y > MARGIN {
            self.y += height;
        }
    }

    /// Goes to the next page if less than this is left.
    pub fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.break_page();
        }
    }

    fn put(&mut self, placed: Placed) {
        if let Some(page) = self.pages.last_mut() {
            page.push(placed);
        }
    }

    pub fn rule(&mut self) {
        self.need(10.0);
        let y = self.y + 4.0;
        self.put(Placed::Rule { y });
        self.y += 10.0;
    }

    fn lines(&self, style: Style, text: &str, width: f32) -> Vec<String> {
        let face = style.face(self.faces);
        // Line ends are the text's own and are kept.
        let clean: Vec<String> = text.lines().map(|line| settable(self.faces, line)).collect();
        wrap(&clean.join("\n"), width, |line| face.width(line, style.size))
    }

    fn line(&mut self, style: Style, x: f32, text: String) {
        self.line_of(style, style.leading(), x, text);
    }

    fn line_of(&mut self, style: Style, leading: f32, x: f32, text: String) {
        self.need(leading);
        self.y += leading;
        let y = self.y - leading * 0.25;
        if !text.is_empty() {
            self.put(Placed::Text { x, y, style, text });
        }
    }

    pub fn text(&mut self, style: Style, text: &str) {
        for line in self.lines(style, text, WIDTH - 2.0 * MARGIN) {
            self.line(style, MARGIN, line);
        }
    }

    /// A heading, with room for at least some lines of what follows.
    pub fn heading(&mut self, style: Style, text: &str) {
        self.space(style.size * 0.7);
        self.need(style.leading() + 2.0 * TEXT.leading());
        self.text(style, text);
    }

    /// What something is called, and beside it what it is.
    pub fn pair(&mut self, label: &str, text: &str) {
        self.pair_in(TEXT, label, text);
    }

    pub fn pair_in(&mut self, style: Style, label: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let labels = self.lines(LABEL, label, COLUMN - 8.0);
        let texts = self.lines(style, text, WIDTH - 2.0 * MARGIN - COLUMN);
        let leading = TEXT.leading();
        // The label as a whole, and beside it the first line.
        self.need(leading * f32::from(u8::try_from(labels.len()).unwrap_or(u8::MAX)));
        let (page, top) = self.place();
        for label in labels {
            self.line_of(LABEL, leading, MARGIN, label);
        }
        let below = self.y;
        self.y = top;
        for line in texts {
            self.line_of(style, leading, MARGIN + COLUMN, line);
        }
        if self.place().0 == page {
            self.y = self.y.max(below);
        }
        self.y += 1.5;
    }

    /// A line with something at its right end: an entry of the contents.
    pub fn entry(&mut self, left: &str, right: &str) {
        let width = TEXT.face(self.faces).width(right, TEXT.size);
        let room = WIDTH - 2.0 * MARGIN - width - 12.0;
        let left = self.lines(TEXT, left, room).into_iter().next().unwrap_or_default();
        self.line(TEXT, MARGIN, left);
        let y = self.y - TEXT.leading() * 0.25;
        self.put(Placed::Text { x: WIDTH - MARGIN - width, y, style: TEXT, text: right.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(page: &[Placed]) -> Vec<&str> {
        page.iter()
            .filter_map(|placed| if let Placed::Text { text, .. } = placed { Some(text.as_str()) } else { None })
            .collect()
    }

    #[test]
    fn what_does_not_fit_goes_on_the_next_page_and_nothing_is_below_the_end() {
        let faces = Faces::load().expect("fonts");
        let mut sheet = Sheet::new(&faces);
        let long: Vec<String> = (0..200).map(|number| format!("line {number}")).collect();
        sheet.pair("What was done", &long.join("\n"));
        let found: Vec<&str> = sheet.pages.iter().flat_map(|page| texts(page)).collect();
        assert_eq!(found[0], "What was done");
        assert_eq!(found[1..], long.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(sheet.pages.len() > 3);
        let inside = |placed: &Placed| matches!(placed, Placed::Text { y, .. } if *y > MARGIN && *y < BOTTOM);
        assert!(sheet.pages.iter().flatten().all(inside));
    }

    #[test]
    fn a_heading_is_not_left_alone_at_the_end_of_a_page() {
        let faces = Faces::load().expect("fonts");
        let mut sheet = Sheet::new(&faces);
        while sheet.place().1 < BOTTOM - 30.0 {
            sheet.text(TEXT, "line");
        }
        sheet.heading(SECTION, "Plan");
        assert_eq!(texts(&sheet.pages[1]), ["Plan"]);
        sheet.break_page();
        sheet.break_page();
        assert_eq!(sheet.pages.len(), 3, "no empty pages");
    }
}
