//! Plans of care: what was agreed to work on and with which services, in versions that are signed.

pub mod entity;
