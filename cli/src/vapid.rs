use std::path::Path;

use cairn_shared::devices::vapid::VapidKey;
use clap::Subcommand;

use crate::start::{VAPID_FILE, settings};
use crate::{Failure, Outcome};

#[derive(Subcommand)]
pub enum VapidCommand {
    /// Print the public key, which browsers subscribe with
    Show,
}

pub fn run(config: Option<&Path>, command: VapidCommand) -> Outcome {
    let VapidCommand::Show = command;
    let settings = settings(config)?;
    let key = VapidKey::load(&settings.key_dir().join(VAPID_FILE)).map_err(Failure::not_ready)?;
    println!("{}", key.public_key());
    Ok(())
}
