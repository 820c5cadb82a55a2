//! What goes wrong, and what must hold all the same. With each story stands the change to the program that turns it red.

mod crashes;
mod interleavings;
mod push_service;
mod races;
mod simulation;

use std::collections::HashMap;

use cairn_shared::reminders::{Claimed, Slots, claim};
use cairn_tests::TestApp;

/// Claims what is due, as a worker with enough free places does.
async fn claim_all(app: &TestApp) -> Vec<Claimed> {
    let slots = Slots { total: 1000, each_origin: 1000, by_origin: HashMap::new() };
    claim(&app.database, &slots).await.expect("claimed").claimed
}
