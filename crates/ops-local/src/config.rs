//! `rds-ops config check`: whether a configuration is valid, what it sets, and what it would change.

mod compare;
mod shown;

use std::path::Path;
use std::process::ExitCode;

use ops_config::{ConfigError, ConfigErrors, Document, Effective, LARGEST_DOCUMENT, utf8};

use crate::cli::{CheckArgs, ConfigCommand};
use crate::config::shown::Checked;
use crate::configuration::Content;
use crate::error::StartError;
use crate::output::Output;
use crate::{configuration, exit};

/// Checks a configuration.
///
/// # Errors
/// A [`StartError`] when the file or the inventory can't be read, or the present configuration is
/// not valid and there is something to compare with it.
pub async fn config(command: ConfigCommand, output: &Output) -> Result<ExitCode, StartError> {
    match command {
        ConfigCommand::Check(args) => check(args, output).await,
    }
}

async fn check(args: CheckArgs, output: &Output) -> Result<ExitCode, StartError> {
    let Content { bytes, shared } = match &args.file {
        Some(path) => Content { bytes: read(path)?, shared: args.shared },
        None => configuration::content().await?,
    };
    let (checked, code) = match effective(&bytes, shared || args.shared) {
        Ok(effective) => {
            let compared = compare::compare(&args, &effective.config).await?;
            (Checked::valid(&effective, compared), exit::DONE)
        }
        Err(errors) => (Checked::invalid(&errors), exit::REFUSED),
    };
    output.one(&checked, |_| checked.lines())?;
    Ok(exit::code(code))
}

fn read(path: &Path) -> Result<Vec<u8>, StartError> {
    let failed = |source| StartError::ConfigurationFile { path: path.to_owned(), source };
    std::fs::read(path).map_err(failed)
}

/// The settings of the content and of the variables, or everything that is wrong.
fn effective(content: &[u8], shared: bool) -> Result<Effective, ConfigErrors> {
    let mut problems: Vec<ConfigError> = configuration::of_host().collect();
    if shared && content.len() > LARGEST_DOCUMENT {
        let name = "configuration file".to_owned();
        let problem = format!("{} bytes; expected at most {LARGEST_DOCUMENT}", content.len());
        problems.push(ConfigError { name, problem });
    }
    let document = match utf8(content) {
        Ok(text) if shared => Document::Shared(text),
        Ok(text) => Document::Own(text),
        Err(error) => {
            problems.push(error);
            Document::Own("")
        }
    };
    let read = Effective::read(document, configuration::variable);
    if problems.is_empty() {
        return read;
    }
    problems.extend(read.err().into_iter().flat_map(|errors| errors.0));
    Err(ConfigErrors(problems))
}
