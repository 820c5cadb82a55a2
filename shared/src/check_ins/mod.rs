//! Check-ins: forms in versions that do not change, schedules that ask a client again and again, and the answers.

pub mod entity;
