//! A ZIP archive in its simplest form: entries stored as they are, one fixed date, no comments (PKWARE APPNOTE 6.3.10,
//! sections 4.3 and 4.4). The same entries always make the same bytes, so every byte of it can be checked.

use std::ops::Range;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const LOCAL_LENGTH: usize = 30;
const CENTRAL_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
const VERSION: u16 = 20;
/// 1 January 1980, the first day that the format knows.
const DATE: u16 = 0x21;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Entry {
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into() }
    }
}

/// An archive, with where in it the contents of each entry stand, and its two check sums.
pub struct Written {
    pub bytes: Vec<u8>,
    pub contents: Vec<Range<usize>>,
    pub sums: Vec<[Range<usize>; 2]>,
}

pub fn write(entries: &[Entry]) -> Written {
    let mut out = Vec::new();
    let (mut contents, mut offsets, mut locals) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        offsets.push(out.len());
        out.extend(LOCAL.to_le_bytes());
        out.extend(VERSION.to_le_bytes());
        locals.push(out.len() + 8..out.len() + 12);
        common(&mut out, entry);
        out.extend(0_u16.to_le_bytes());
        out.extend(entry.name.as_bytes());
        contents.push(out.len()..out.len() + entry.bytes.len());
        out.extend(&entry.bytes);
    }
    let directory = out.len();
    let mut sums = Vec::new();
    for ((entry, offset), local) in entries.iter().zip(&offsets).zip(locals) {
        out.extend(CENTRAL.to_le_bytes());
        out.extend(VERSION.to_le_bytes());
        out.extend(VERSION.to_le_bytes());
        sums.push([local, out.len() + 8..out.len() + 12]);
        common(&mut out, entry);
        // No extra field, no comment, the first disk, no attributes.
        out.extend([0; 12]);
        out.extend(short(*offset).to_le_bytes());
        out.extend(entry.name.as_bytes());
    }
    let length = out.len() - directory;
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(short(length).to_le_bytes());
    out.extend(short(directory).to_le_bytes());
    out.extend([0; 2]);
    Written { bytes: out, contents, sums }
}

/// Flags, method, time, date, check sum, both sizes, length of the name.
fn common(out: &mut Vec<u8>, entry: &Entry) {
    out.extend(FLAGS.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend(DATE.to_le_bytes());
    out.extend(crc32(&entry.bytes).to_le_bytes());
    out.extend(short(entry.bytes.len()).to_le_bytes());
    out.extend(short(entry.bytes.len()).to_le_bytes());
    out.extend(u16::try_from(entry.name.len()).unwrap_or(u16::MAX).to_le_bytes());
}

/// Packets are far below four gigabytes.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let found = bytes.get(at..at.checked_add(length)?)?;
    Some(found.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}

fn entry(bytes: &[u8], name: Range<usize>, contents: Range<usize>) -> Option<Entry> {
    let name = String::from_utf8(bytes.get(name)?.to_vec()).ok()?;
    Some(Entry { name, bytes: bytes.get(contents)?.to_vec() })
}

/// What the directory at the end says.
pub fn by_directory(bytes: &[u8]) -> Option<Vec<Entry>> {
    let end = bytes.len().checked_sub(END_LENGTH)?;
    if number(bytes, end, 4)? != END as usize {
        return None;
    }
    let count = number(bytes, end + 10, 2)?;
    let mut at = number(bytes, end + 16, 4)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        if number(bytes, at, 4)? != CENTRAL as usize {
            return None;
        }
        let (size, name) = (number(bytes, at + 24, 4)?, number(bytes, at + 28, 2)?);
        let contents = number(bytes, at + 42, 4)?.checked_add(LOCAL_LENGTH + name)?;
        let names = at + CENTRAL_LENGTH..at + CENTRAL_LENGTH + name;
        entries.push(entry(bytes, names, contents..contents.checked_add(size)?)?);
        at += CENTRAL_LENGTH + name;
    }
    Some(entries)
}

/// What the entries say of themselves, one after another, as far as they go.
pub fn by_entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut at = 0;
    while number(bytes, at, 4)? == LOCAL as usize {
        let (size, name) = (number(bytes, at + 22, 4)?, number(bytes, at + 26, 2)?);
        let contents = at + LOCAL_LENGTH + name;
        entries.push(entry(bytes, at + LOCAL_LENGTH..contents, contents..contents.checked_add(size)?)?);
        at = contents + size;
    }
    Some(entries)
}

/// The check sum of ZIP (ITU-T V.42), reflected polynomial `EDB88320`.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(u32::MAX, |sum, byte| TABLE[((sum ^ u32::from(*byte)) & 0xff) as usize] ^ (sum >> 8))
}

const fn table() -> [u32; 256] {
    let mut table = [0_u32; 256];
    let mut index = 0_u32;
    while index < 256 {
        let mut value = index;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0xedb8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[index as usize] = value;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        vec![Entry::new("a.txt", "Hello"), Entry::new("empty", ""), Entry::new("ñ.json", "{}")]
    }

    #[test]
    fn the_check_sum_is_the_published_one() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn what_was_written_is_read_either_way() {
        let written = write(&entries());
        assert_eq!(by_directory(&written.bytes), Some(entries()));
        assert_eq!(by_entries(&written.bytes), Some(entries()));
        for (entry, contents) in entries().iter().zip(&written.contents) {
            assert_eq!(written.bytes[contents.clone()], entry.bytes);
        }
        for (entry, sums) in entries().iter().zip(&written.sums) {
            for sum in sums {
                assert_eq!(written.bytes[sum.clone()], crc32(&entry.bytes).to_le_bytes());
            }
        }
    }

    #[test]
    fn whatever_is_read_nothing_panics() {
        let bytes = write(&entries()).bytes;
        for cut in 0..bytes.len() {
            let _ = (by_directory(&bytes[..cut]), by_entries(&bytes[..cut]));
            let mut damaged = bytes.clone();
            damaged[cut] = 0xff;
            let _ = (by_directory(&damaged), by_entries(&damaged));
        }
    }
}
