//! The log on standard error.

use ops_config::ConfigError;
use ops_log::levels::Levels;
use tracing::level_filters::LevelFilter;

use crate::cli::{Command, LogFormat};
use crate::output::Output;

/// The service in JSON lines, as the functions call it.
const SERVICE: &str = "rds-ops";

/// Begins to log at the levels that the environment names; without them a server tells what
/// happens, and a single command only what went wrong. Levels that are wrong are told with the rest
/// of the configuration.
pub fn start(command: &Command, output: &Output) {
    let (format, default) = if let Command::Serve(args) = command {
        (args.log_format, LevelFilter::INFO)
    } else if output.is_quiet() {
        (LogFormat::Text, LevelFilter::OFF)
    } else {
        (LogFormat::Text, LevelFilter::ERROR)
    };
    let levels = levels(default).unwrap_or_else(|_| Levels::at(default));
    match format {
        LogFormat::Json => ops_log::start(&levels, SERVICE.to_owned(), std::io::stderr),
        LogFormat::Text => ops_log::start_text(&levels, std::io::stderr),
    }
}

/// The levels that the environment names.
///
/// # Errors
/// What is wrong with them.
pub fn levels(default: LevelFilter) -> Result<Levels, ConfigError> {
    Levels::read(|name| std::env::var(name).ok(), default)
}
