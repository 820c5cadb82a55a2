//! Is a packet what it was when it was made? Answered from the file alone. Pure.

use serde::Serialize;

use super::archive::{self, Entry};
use super::bundle::Bundle;
use super::manifest::{Altered, FileMark, Manifest, read_seal};
use super::{BUNDLE, FORMAT, MANIFEST, SEALS};
use crate::secrets::sha256;

/// Something that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A file of the packet, `archive` for what holds them together, or a note, plan or template.
    pub place: String,
    /// Counted from the beginning of that file, or of the archive.
    pub byte: Option<usize>,
    pub message: String,
}

impl Finding {
    fn new(place: &str, byte: Option<usize>, message: impl Into<String>) -> Self {
        Self { place: place.to_owned(), byte, message: message.into() }
    }
}

/// What was found, and what the packet is known by.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub findings: Vec<Finding>,
    /// Of the whole file, in hexadecimal digits; the audit log of whoever made it has the same.
    pub sha256: String,
    pub notes: usize,
}

impl Report {
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Looks at every byte. The archive is read in two ways; what is damaged in one is told by the other, so the way counts by
/// which less is altered.
pub fn verify(bytes: &[u8]) -> Report {
    let mut ways: Vec<Vec<Entry>> = [archive::by_directory(bytes), archive::by_entries(bytes)]
        .into_iter()
        .flatten()
        .filter(|entries| is_complete(entries))
        .collect();
    ways.dedup();
    let judged = ways.into_iter().map(|entries| judge(bytes, entries)).min_by_key(|(findings, _)| findings.len());
    let (findings, notes) = judged.unwrap_or_else(|| {
        let message = "this is no packet, or more of it is altered than can be told";
        (vec![Finding::new("archive", None, message)], 0)
    });
    Report { findings, sha256: hex::encode(sha256(bytes)), notes }
}

fn is_complete(entries: &[Entry]) -> bool {
    [super::DOCUMENT, BUNDLE, super::FHIR, super::NOTICE, MANIFEST, SEALS[0], SEALS[1]]
        .iter()
        .all(|name| entries.iter().filter(|entry| entry.name == *name).count() == 1)
}

/// What is altered if these are the entries, and how many notes there are.
fn judge(bytes: &[u8], mut entries: Vec<Entry>) -> (Vec<Finding>, usize) {
    let mut found = Vec::new();
    let mut whole = vec![true; entries.len()];
    let Some(seal) = settle_seals(&mut entries, &mut found) else {
        found.push(Finding::new(SEALS[0], None, "neither of the two seals is whole"));
        return (found, 0);
    };
    settle(&mut entries, &mut whole, &seal, &mut found);
    let manifest = entries.iter().find(|entry| entry.name == MANIFEST);
    let manifest = manifest.and_then(|entry| serde_json::from_slice::<Manifest>(&entry.bytes).ok());
    let Some(manifest) = manifest.filter(|manifest| manifest.format == FORMAT) else {
        found.push(Finding::new(MANIFEST, None, "cannot be read"));
        return (found, 0);
    };
    for file in &manifest.files {
        settle(&mut entries, &mut whole, file, &mut found);
    }
    for entry in &entries {
        let marked = manifest.files.iter().any(|file| file.name == entry.name);
        if !marked && entry.name != MANIFEST && !SEALS.contains(&entry.name.as_str()) {
            found.push(Finding::new(&entry.name, None, "was not in the packet when it was made"));
        }
    }
    compare_frame(bytes, &entries, &whole, &mut found);
    let bundle = entries.iter().find(|entry| entry.name == BUNDLE);
    let Some(bundle) = bundle.and_then(|entry| serde_json::from_slice::<Bundle>(&entry.bytes).ok()) else {
        found.push(Finding::new(BUNDLE, None, "cannot be read"));
        return (found, 0);
    };
    found.extend(bundle.check().into_iter().map(|(place, message)| Finding::new(&place, None, message)));
    (found, bundle.notes.len())
}

/// The seal that is whole puts the other one right.
fn settle_seals(entries: &mut [Entry], found: &mut Vec<Finding>) -> Option<FileMark> {
    let place = |entries: &[Entry], name: &str| entries.iter().position(|entry| entry.name == name);
    let (one, two) = (place(entries, SEALS[0])?, place(entries, SEALS[1])?);
    let (good, other) = match (read_seal(&entries[one].bytes), read_seal(&entries[two].bytes)) {
        (Some(_), _) => (one, two),
        (None, Some(_)) => (two, one),
        (None, None) => return None,
    };
    let right = entries[good].bytes.clone();
    if entries[other].bytes != right {
        let name = entries[other].name.clone();
        if entries[other].bytes.len() == right.len() {
            for (at, (is, was)) in
                entries[other].bytes.iter().zip(&right).enumerate().filter(|(_, (is, was))| is != was)
            {
                found.push(Finding::new(&name, Some(at), altered(*is, *was)));
            }
        } else {
            found.push(Finding::new(&name, None, "has another length than the other seal"));
        }
        entries[other].bytes.clone_from(&right);
    }
    read_seal(&right)
}

fn altered(is: u8, was: u8) -> String {
    format!("is {is:#04x} and was {was:#04x}")
}

/// Names what differs in a file, and puts it right where that can be told.
fn settle(entries: &mut [Entry], whole: &mut [bool], file: &FileMark, found: &mut Vec<Finding>) {
    let Some(index) = entries.iter().position(|entry| entry.name == file.name) else {
        found.push(Finding::new(&file.name, None, "is missing"));
        return;
    };
    let compared = file.compare(&entries[index].bytes);
    for one in compared.altered {
        found.push(match one {
            Altered::Byte { at, found, expected } => Finding::new(&file.name, Some(at), altered(found, expected)),
            Altered::Bytes { from, to } => {
                Finding::new(&file.name, Some(from), format!("more than one byte before byte {to} is altered"))
            }
            Altered::Size { found, expected } => {
                Finding::new(&file.name, None, format!("has {found} bytes instead of {expected}"))
            }
        });
    }
    match compared.repaired {
        Some(bytes) => entries[index].bytes = bytes,
        None => whole[index] = false,
    }
}

/// Everything around the files: as it would be written today.
fn compare_frame(bytes: &[u8], entries: &[Entry], whole: &[bool], found: &mut Vec<Finding>) {
    let written = archive::write(entries);
    if written.bytes.len() != bytes.len() {
        let message = format!("has {} bytes instead of {}", bytes.len(), written.bytes.len());
        found.push(Finding::new("archive", None, message));
        return;
    }
    // Files were looked at already; of those that could not be put right the check sums cannot be known.
    let mut skipped = written.contents.clone();
    for (sums, _) in written.sums.iter().zip(whole).filter(|(_, whole)| !**whole) {
        skipped.extend(sums.iter().cloned());
    }
    skipped.sort_by_key(|range| range.start);
    let mut ranges = skipped.iter().peekable();
    for (at, (is, was)) in bytes.iter().zip(&written.bytes).enumerate() {
        while ranges.peek().is_some_and(|range| range.end <= at) {
            ranges.next();
        }
        let inside = ranges.peek().is_some_and(|range| range.contains(&at));
        if !inside && is != was {
            found.push(Finding::new("archive", Some(at), altered(*is, *was)));
        }
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
