//! The phone app is built apart from this: when it appears or changes, what embeds it is compiled anew.

use std::fs;

fn main() -> std::io::Result<()> {
    let app = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/apps/client/dist");
    // A folder that is not there would be watched in vain.
    fs::create_dir_all(app)?;
    println!("cargo:rerun-if-changed={app}");
    Ok(())
}
