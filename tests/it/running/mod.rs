//! The server as its operators see it: health, metrics, a real listener, the worker's own loops, and the document.

mod clocks;
mod document;
mod health;
mod listening;
mod worker_loops;
