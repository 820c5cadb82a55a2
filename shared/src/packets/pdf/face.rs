//! The two faces that documents are set in, and how wide their characters are.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::error::{Error, Result};

const REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");
/// Stands for what the face has no sign for.
const UNKNOWN: char = '\u{fffd}';

pub struct Face {
    pub font: Font,
    signs: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
}

pub struct Faces {
    pub regular: Face,
    pub bold: Face,
}

impl Faces {
    pub fn load() -> Result<Self> {
        Ok(Self { regular: Face::load(REGULAR)?, bold: Face::load(BOLD)? })
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Self> {
        let font = Font::new(bytes.into(), 0).ok_or_else(|| Error::internal("a font that cannot be read"))?;
        let read = FontRef::new(bytes).map_err(Error::internal)?;
        let units = font.units_per_em();
        let widths = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { font, signs: read.charmap(), widths, units })
    }

    /// Which sign a character has, and how wide it is in parts of the size.
    fn sign(&self, character: char) -> (u32, f32) {
        let found = self.signs.map(character).or_else(|| self.signs.map(UNKNOWN)).unwrap_or_default();
        (found.to_u32(), self.widths.advance_width(found).unwrap_or_default() / self.units)
    }

    pub fn knows(&self, character: char) -> bool {
        self.signs.map(character).is_some()
    }

    /// The width of a text in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.sign(character).1).sum::<f32>() * size
    }

    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, character): (usize, char)| {
            let (id, width) = self.sign(character);
            KrillaGlyph {
                glyph_id: GlyphId::new(id),
                text_range: at..at + character.len_utf8(),
                x_advance: width,
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            }
        };
        text.char_indices().map(glyph).collect()
    }
}

/// A text as it can be set: without what has no shape, and with one sign for what the faces do not know.
pub fn settable(faces: &Faces, text: &str) -> String {
    let sign = |character: char| match character {
        '\t' | '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => None,
        '\u{fe00}'..='\u{fe0f}' => None,
        other if other.is_control() => None,
        other if faces.regular.knows(other) && faces.bold.knows(other) => Some(other),
        _ => Some(UNKNOWN),
    };
    text.chars().filter_map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_sign_is_shown_to_be_missing() {
        let faces = Faces::load().expect("fonts");
        assert_eq!(settable(&faces, "Año\tnuevo\u{200b}: 100 € “ok” привет"), "Año nuevo: 100 € “ok” привет");
        assert_eq!(settable(&faces, "a\u{0}b\u{1F600}c"), "ab\u{fffd}c");
        assert!(faces.regular.knows(UNKNOWN) && faces.bold.knows(UNKNOWN));
    }

    #[test]
    fn a_wider_text_is_wider() {
        let faces = Faces::load().expect("fonts");
        // Noto Sans: an em has 1000 units, the figures 572 each.
        assert!((faces.regular.width("00", 10.0) - 11.44).abs() < 0.001);
        assert!(faces.bold.width("Walk", 10.0) > faces.regular.width("Walk", 10.0));
    }
}
