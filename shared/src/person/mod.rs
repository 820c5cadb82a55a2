//! The person: strengths, people who support them, and the plans that they write for themselves.

pub mod entity;
