//! The people served: what is kept of them, who sees it, and what they may set themselves.

mod assignments;
mod lists;
mod wishes;
