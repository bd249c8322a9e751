//! How results are printed: for people as tables and lines, for programs as JSON and CSV.

mod sheet;
mod text;
mod times;

pub use sheet::Sheet;
pub use text::{Lines, spelled, status_word};
pub use times::Times;

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;

use crate::cli::{OutputArgs, OutputForm};
use crate::error::StartError;

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    form: OutputForm,
    quiet: bool,
    times: Times,
}

impl Output {
    /// What the arguments ask for: a table on a terminal and JSON elsewhere, if they say nothing.
    #[must_use]
    pub fn new(args: OutputArgs) -> Self {
        let usual = || match std::io::stdout().is_terminal() {
            true => OutputForm::Table,
            false => OutputForm::Json,
        };
        Self {
            form: args.output.unwrap_or_else(usual),
            quiet: args.output == Some(OutputForm::Json),
            times: Times::new(args.utc),
        }
    }

    /// Whether standard error is for one JSON object at most, the error of a program.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// How times are shown to people.
    #[must_use]
    pub const fn times(&self) -> Times {
        self.times
    }

    /// Prints a list: `answer` as JSON, `sheet` otherwise.
    ///
    /// # Errors
    /// [`StartError::Output`] when standard output can't be written.
    pub fn list(
        &self,
        answer: &impl Serialize,
        sheet: impl FnOnce(Times) -> Sheet,
    ) -> Result<(), StartError> {
        match self.form {
            OutputForm::Json => print(&json(answer)),
            OutputForm::Table => print(&sheet(self.times).table()),
            OutputForm::Csv => print(sheet(Times::UTC).csv().trim_end()),
        }
    }

    /// Prints one thing: `answer` as JSON, `lines` for people, and the two columns of these as CSV.
    ///
    /// # Errors
    /// [`StartError::Output`] when standard output can't be written.
    pub fn one(
        &self,
        answer: &impl Serialize,
        lines: impl FnOnce(Times) -> Lines,
    ) -> Result<(), StartError> {
        match self.form {
            OutputForm::Json => print(&json(answer)),
            OutputForm::Table => print(&lines(self.times).text()),
            OutputForm::Csv => print(lines(Times::UTC).sheet().csv().trim_end()),
        }
    }

    /// Says something to the person on standard error. A closed one is no reason to stop.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }
}

/// JSON in lines, for people as well.
pub fn json(answer: &impl Serialize) -> String {
    serde_json::to_string_pretty(answer).expect("texts are the keys of every answer")
}

fn print(text: &str) -> Result<(), StartError> {
    match writeln!(std::io::stdout(), "{text}") {
        // Whoever reads a list in a pager or with `head` may have seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(StartError::Output),
    }
}
