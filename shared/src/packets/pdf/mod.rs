//! The document of a packet: a PDF made to be kept (PDF/A-2u, ISO 19005-2), with text that can be searched, numbered pages,
//! signatures and hashes. The same bundle always makes the same bytes.

mod document;
mod face;
mod places;
mod sheet;
mod wrap;

use chrono::{Datelike, Timelike};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use self::document::Notes;
use self::face::{Faces, settable};
use self::sheet::{HEIGHT, MARGIN, Mark, Placed, SMALL, Sheet, Style, WIDTH};
use super::bundle::Bundle;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// Sets the document. `files` are the names and hashes of those that stand beside it; `notice` is on every page.
pub fn typeset(bundle: &Bundle, files: &[(String, String)], notice: &str) -> Result<Vec<u8>> {
    let faces = Faces::load()?;
    let (pages, marks) = lay_out(&faces, bundle, files, notice)?;
    draw(&faces, &pages, marks, bundle, notice)
}

/// What stands on which page, and where plans and notes begin.
fn lay_out(
    faces: &Faces,
    bundle: &Bundle,
    files: &[(String, String)],
    notice: &str,
) -> Result<(Vec<Vec<Placed>>, Vec<Mark>)> {
    let mut body = Sheet::new(faces);
    for plan in &bundle.care_plans {
        document::plan(&mut body, plan)?;
    }
    let notes = Notes::of(bundle)?;
    for note in &bundle.notes {
        notes.add(&mut body, note)?;
    }
    let mut marks = body.marks;
    // How long the contents are does not depend on the numbers in them.
    let mut pages = front(faces, bundle, files, notice, &marks);
    let before = pages.len();
    for mark in &mut marks {
        mark.page += before;
    }
    pages = front(faces, bundle, files, notice, &marks);
    if !marks.is_empty() {
        pages.extend(body.pages);
    }
    Ok((pages, marks))
}

fn front(faces: &Faces, bundle: &Bundle, files: &[(String, String)], notice: &str, marks: &[Mark]) -> Vec<Vec<Placed>> {
    let mut front = Sheet::new(faces);
    document::cover(&mut front, bundle, files, notice);
    document::contents(&mut front, marks);
    front.pages
}

fn draw(faces: &Faces, pages: &[Vec<Placed>], marks: Vec<Mark>, bundle: &Bundle, notice: &str) -> Result<Vec<u8>> {
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration = configuration.map_err(|_| Error::internal("a kind of PDF that there is not"))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for (index, page) in pages.iter().enumerate() {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::internal("a page without a size"))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        for placed in page {
            draw_one(&mut surface, faces, placed);
        }
        let number = format!("Page {} of {}", index + 1, pages.len());
        let right = WIDTH - MARGIN - faces.regular.width(&number, SMALL.size);
        let foot = HEIGHT - 36.0;
        // A page that comes loose tells whose it is. Written after the page's own words, so that they can be copied whole.
        let begun = marks.iter().rfind(|mark| mark.page <= index);
        let head = begun.map(|mark| format!("{} · {}", bundle.client, mark.title)).unwrap_or_default();
        let head = fitting(faces, &settable(faces, &head), SMALL, WIDTH - 2.0 * MARGIN);
        for (x, y, text) in [(MARGIN, foot, notice.to_owned()), (MARGIN, 36.0, head), (right, foot, number)] {
            if !text.is_empty() {
                draw_one(&mut surface, faces, &Placed::Text { x, y, style: SMALL, text });
            }
        }
        surface.finish();
        sheet.finish();
    }
    let mut outline = Outline::new();
    for mark in marks {
        let place = XyzDestination::new(mark.page, Point::from_xy(MARGIN, mark.y));
        outline.push_child(OutlineNode::new(mark.title, place));
    }
    document.set_outline(outline);
    // No names: what programs show of a file is seen by more people than its pages.
    let metadata = Metadata::new()
        .title("Record of services".to_owned())
        .language("en".to_owned())
        .creator("Cairn".to_owned())
        .producer("Cairn".to_owned())
        .document_id(format!("{}/{}/{}", bundle.client_id, bundle.from, bundle.made_at))
        .creation_date(date_of(bundle.made_at));
    document.set_metadata(metadata);
    document.finish().map_err(|error| Error::internal(format!("a document that cannot be written: {error:?}")))
}

/// As much of a text as one line holds.
fn fitting(faces: &Faces, text: &str, style: Style, width: f32) -> String {
    let face = style.face(faces);
    let mut line = text.to_owned();
    while face.width(&line, style.size) > width && line.pop().is_some() {}
    line
}

fn draw_one(surface: &mut Surface<'_>, faces: &Faces, placed: &Placed) {
    match placed {
        Placed::Text { x, y, style, text } => {
            let level = if style.gray { 90 } else { 0 };
            let paint = rgb::Color::new(level, level, level).into();
            surface.set_fill(Some(Fill { paint, ..Fill::default() }));
            let face = style.face(faces);
            surface.draw_glyphs(Point::from_xy(*x, *y), &face.glyphs(text), face.font.clone(), text, style.size, false);
        }
        Placed::Rule { y } => {
            let mut path = PathBuilder::new();
            path.move_to(MARGIN, *y);
            path.line_to(WIDTH - MARGIN, *y);
            let paint = rgb::Color::new(180, 180, 180).into();
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { paint, width: 0.5, ..Stroke::default() }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.set_stroke(None);
        }
    }
}

fn date_of(at: Timestamp) -> DateTime {
    let at = at.to_utc();
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
