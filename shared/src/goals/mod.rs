//! Goals: in the words of the client, with small steps and, where one is wanted, a target that can be measured.

pub mod entity;
