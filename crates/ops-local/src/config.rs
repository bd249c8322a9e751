//! `rds-ops config check`: whether a configuration is valid, what it sets, and what it would change.

mod compare;
mod effective;

use std::path::Path;
use std::process::ExitCode;

use ops_config::{Config, ConfigErrors};
use serde::Serialize;

use crate::cli::{CheckArgs, ConfigCommand};
use crate::config::compare::Change;
use crate::config::effective::Setting;
use crate::error::StartError;
use crate::output::{Lines, Output};
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

/// The answer, as programs read it.
#[derive(Serialize)]
struct Checked {
    valid: bool,
    problems: Vec<String>,
    settings: Vec<Setting>,
    changes: Vec<Change>,
}

async fn check(args: CheckArgs, output: &Output) -> Result<ExitCode, StartError> {
    let text = match &args.file {
        Some(path) => Some(read(path)?),
        None => configuration::text()?,
    };
    let checked = match configuration::check(text.as_deref()) {
        Ok(config) => Checked {
            valid: true,
            problems: Vec::new(),
            settings: effective::settings(&config, text.as_deref()),
            changes: changes(&args, &config).await?,
        },
        Err(ConfigErrors(problems)) => Checked {
            valid: false,
            problems: problems.iter().map(ToString::to_string).collect(),
            settings: Vec::new(),
            changes: Vec::new(),
        },
    };
    output.one(&checked, |_| lines(&checked, &args))?;
    Ok(exit::code(if checked.valid { exit::DONE } else { exit::REFUSED }))
}

/// The instances that the configuration of the file classifies otherwise than the present one.
async fn changes(args: &CheckArgs, config: &Config) -> Result<Vec<Change>, StartError> {
    if !args.inventory && args.instance.is_none() {
        return Ok(Vec::new());
    }
    let present = configuration::load()?;
    let subjects = compare::subjects(args, &present).await?;
    let (before, after) = (&present.service.environments, &config.service.environments);
    Ok(compare::changes(&subjects, before, after))
}

fn read(path: &Path) -> Result<String, StartError> {
    let failed = |source| StartError::ConfigurationFile { path: path.to_owned(), source };
    std::fs::read_to_string(path).map_err(failed)
}

fn lines(checked: &Checked, args: &CheckArgs) -> Lines {
    if !checked.valid {
        let mut lines = Lines::new(format!("{} problems", checked.problems.len()));
        for problem in &checked.problems {
            let (name, what) = problem.split_once(": ").unwrap_or(("", problem));
            lines.fact(name, what);
        }
        return lines;
    }
    let mut lines = Lines::new("The configuration is valid");
    for setting in &checked.settings {
        lines.fact(setting.name, format!("{} ({})", setting.value, setting.origin.word()));
    }
    for change in &checked.changes {
        lines.paragraph(change.to_string());
    }
    if checked.changes.is_empty() && (args.inventory || args.instance.is_some()) {
        lines.paragraph("It classifies every instance as the present configuration does.");
    }
    lines
}
