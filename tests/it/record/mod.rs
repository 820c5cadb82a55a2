//! Who looked at what: the audit log, what clients see of it, and emergency access.

mod access;
mod break_glass;
mod search;
