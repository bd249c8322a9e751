//! `rds-ops completions` and `man`: what is generated from the declaration of the command line.

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::StartError;

/// Prints the completions for a shell.
///
/// # Errors
/// [`StartError::Output`] when standard output can't be written.
pub fn completions(shell: Shell) -> Result<(), StartError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rds-ops", &mut script);
    std::io::stdout().write_all(&script).map_err(StartError::Output)
}

/// Writes a manual page for the program and one for each command into a folder.
///
/// # Errors
/// [`StartError::Write`] when the folder can't be made or written.
pub fn man(folder: &Path) -> Result<(), StartError> {
    let failed = |source| StartError::Write { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)
}
