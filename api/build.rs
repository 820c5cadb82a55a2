//! The phone app is built apart from this: when it appears or changes, what embeds it is compiled anew.

use std::fs;

fn main() {
    let app = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/apps/client/dist");
    // A folder that is not there would be watched in vain. Where it cannot be made, it will not appear either.
    let _ = fs::create_dir_all(app);
    println!("cargo:rerun-if-changed={app}");
}
