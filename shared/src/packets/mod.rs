//! Packets: the documentation of a client's days in one file that proves itself, years later and without a server.

mod archive;
mod bundle;
mod export;
mod fhir;
mod manifest;
mod pdf;
mod verify;

pub use bundle::{Bundle, BundledAddendum, BundledNote, BundledPlan, BundledSignature, BundledTemplate};
pub use export::{Packet, export};
pub use fhir::fhir_bundle;
pub use verify::{Finding, Report, verify};

/// Of the layout; another one gets another number.
pub const FORMAT: &str = "cairn-packet/1";

/// What is in a packet, in this order.
pub(crate) const BUNDLE: &str = "bundle.json";
pub(crate) const DOCUMENT: &str = "record.pdf";
pub(crate) const FHIR: &str = "fhir.json";
pub(crate) const NOTICE: &str = "notice.txt";
pub(crate) const MANIFEST: &str = "manifest.json";
/// Twice, so that a byte altered in one of them is told by the other.
pub(crate) const SEALS: [&str; 2] = ["seal-1.txt", "seal-2.txt"];
