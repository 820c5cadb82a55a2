//! The queue carries "look now", and nothing depends on it.

mod carrying;
mod library;
