//! Who somebody is, how they prove it, and when the proof ends.

mod accounts;
mod activation;
mod cookies;
mod lifetime;
mod phones;
mod second_factor;
mod sign_in;
mod step_up;
mod throttling;
