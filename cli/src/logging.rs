use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What libraries tell of every ordinary step. A filter that names them still has its way.
const QUIET: &str = "sea_orm_migration=warn,apalis_core=warn";

/// Starts the log: lines for people on a terminal, JSON for machines otherwise. `CAIRN_LOG` is a level or a filter.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.init();
    } else {
        builder.json().init();
    }
    Ok(())
}
