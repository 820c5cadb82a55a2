//! What every file of a packet looked like when it was made, block by block, so that an altered byte can be named.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::archive::Entry;
use crate::error::{Error, Result};
use crate::secrets::sha256;

/// Bytes of a block: few enough to try every byte of a damaged one.
pub const BLOCK: usize = 128;
/// In so many damaged blocks of a file the altered byte is looked for.
const SEARCHED: usize = 4;
/// Of each block's hash: no two blocks are confused.
const KEPT: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub block: usize,
    pub files: Vec<FileMark>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    pub name: String,
    pub size: usize,
    pub sha256: String,
    /// The first bytes of each block's SHA-256, in hexadecimal digits.
    pub blocks: Vec<String>,
}

impl FileMark {
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            size: bytes.len(),
            sha256: hex::encode(sha256(bytes)),
            blocks: bytes.chunks(BLOCK).map(mark).collect(),
        }
    }

    /// Where these bytes differ from what was marked.
    pub fn compare(&self, bytes: &[u8]) -> Compared {
        let mut compared = Compared { repaired: Some(bytes.to_vec()), altered: Vec::new() };
        if bytes.len() != self.size || self.blocks.len() != bytes.len().div_ceil(BLOCK) {
            compared.altered.push(Altered::Size { found: bytes.len(), expected: self.size });
            compared.repaired = None;
            return compared;
        }
        let blocks = || bytes.chunks(BLOCK).zip(&self.blocks).enumerate();
        let damaged: Vec<usize> =
            blocks().filter(|(_, (block, expected))| mark(block) != **expected).map(|(index, _)| index).collect();
        for (index, (block, expected)) in blocks().filter(|(index, _)| damaged.contains(index)) {
            let start = index * BLOCK;
            // Every value of every byte is tried, so not of a file that is altered all over.
            let one = if damaged.len() <= SEARCHED { find(block, expected) } else { None };
            if let Some((at, was)) = one {
                compared.altered.push(Altered::Byte { at: start + at, found: block[at], expected: was });
                if let Some(repaired) = &mut compared.repaired {
                    repaired[start + at] = was;
                }
            } else {
                compared.altered.push(Altered::Bytes { from: start, to: start + block.len() });
                compared.repaired = None;
            }
        }
        compared
    }
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The bytes as they were, if that can be told.
    pub repaired: Option<Vec<u8>>,
    pub altered: Vec<Altered>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Altered {
    Byte {
        at: usize,
        found: u8,
        expected: u8,
    },
    /// More than one byte between these places; `to` is exclusive.
    Bytes {
        from: usize,
        to: usize,
    },
    Size {
        found: usize,
        expected: usize,
    },
}

fn mark(block: &[u8]) -> String {
    hex::encode(&sha256(block)[..KEPT])
}

/// The one byte that makes the block what it was, and its value then.
fn find(block: &[u8], expected: &str) -> Option<(usize, u8)> {
    let expected = hex::decode(expected).ok()?;
    let mut tried = block.to_vec();
    for at in 0..block.len() {
        for value in 0..=u8::MAX {
            tried[at] = value;
            if value != block[at] && sha256(&tried)[..KEPT] == expected[..] {
                return Some((at, value));
            }
        }
        tried[at] = block[at];
    }
    None
}

/// The manifest of these files, as canonical JSON (RFC 8785).
pub fn manifest(entries: &[Entry]) -> Result<String> {
    let files = entries.iter().map(|entry| FileMark::of(&entry.name, &entry.bytes)).collect();
    serde_jcs::to_string(&Manifest { format: FORMAT.to_owned(), block: BLOCK, files }).map_err(Error::internal)
}

const SEAL: &str = "cairn-seal/1";

/// Marks the manifest itself, and ends with the hash of all that stands before.
pub fn seal(manifest: &[u8]) -> String {
    let mark = FileMark::of(super::MANIFEST, manifest);
    let mut text = format!("{SEAL}\n{} {}\n", mark.sha256, mark.size);
    for block in &mark.blocks {
        let _ = writeln!(text, "{block}");
    }
    let sum = hex::encode(sha256(text.as_bytes()));
    let _ = writeln!(text, "{sum}");
    text
}

/// Reads a seal that is whole.
pub fn read_seal(bytes: &[u8]) -> Option<FileMark> {
    let text = std::str::from_utf8(bytes).ok()?;
    let body = text.strip_suffix('\n')?;
    let (above, sum) = body.rsplit_once('\n')?;
    if hex::encode(sha256(format!("{above}\n").as_bytes())) != sum {
        return None;
    }
    let mut lines = above.lines();
    if lines.next()? != SEAL {
        return None;
    }
    let (hash, size) = lines.next()?.split_once(' ')?;
    Some(FileMark {
        name: super::MANIFEST.to_owned(),
        size: size.parse().ok()?,
        sha256: hash.to_owned(),
        blocks: lines.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_seal_is_whole_or_not_read() {
        let text = seal(b"{}");
        assert_eq!(read_seal(text.as_bytes()), Some(FileMark::of(crate::packets::MANIFEST, b"{}")));
        for at in 0..text.len() {
            let mut damaged = text.clone().into_bytes();
            damaged[at] ^= 1;
            assert_eq!(read_seal(&damaged), None, "byte {at}");
        }
    }

    #[test]
    fn what_is_more_than_a_byte_is_told_by_its_place() {
        let bytes = vec![7_u8; 300];
        let file = FileMark::of("x", &bytes);
        let mut damaged = bytes.clone();
        (damaged[130], damaged[140]) = (0, 0);
        assert_eq!(
            file.compare(&damaged),
            Compared { repaired: None, altered: vec![Altered::Bytes { from: 128, to: 256 }] }
        );
        let shorter = file.compare(&bytes[..299]);
        assert_eq!(shorter.altered, [Altered::Size { found: 299, expected: 300 }]);
        assert_eq!(file.compare(&bytes), Compared { repaired: Some(bytes), altered: Vec::new() });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn an_altered_byte_is_found_and_put_right(
            bytes in prop::collection::vec(any::<u8>(), 1..400), at in any::<prop::sample::Index>(), flip in 1_u8..=255,
        ) {
            let file = FileMark::of("x", &bytes);
            let at = at.index(bytes.len());
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let compared = file.compare(&damaged);
            prop_assert_eq!(compared.altered, [Altered::Byte { at, found: damaged[at], expected: bytes[at] }]);
            prop_assert_eq!(compared.repaired, Some(bytes));
        }
    }
}
