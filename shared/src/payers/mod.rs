//! Payers: what each wants documented and how it counts units, as dated data. Which rules hold follows from the client's
//! coverage and the date of service, never from the program.

mod charges;
mod coverages;
mod diff;
pub mod entity;
mod file;
mod profiles;
mod rules;
mod shipped;
mod units;

pub use charges::{Charge, Piece, charges};
pub use coverages::{CoverageView, NewCoverage, add_coverage, coverage_on, end_coverage, list_coverages};
pub use diff::{Change, diff};
pub use file::ProfileFile;
pub use profiles::{
    Added, Profile, ProfileKey, Source, add, get, in_force, list, profile_on, profiles_on, usual_rules,
};
pub use rules::{
    Aggregate, Authorization, Caps, Code, Cosign, Filing, Limits, ModifierSet, NoteRules, PlanRules, Rules, Severity,
    SupervisionRules, SupervisorType, Training, UnitKind, UnitRules,
};
pub use units::{Working, units, working};
