//! How far an operation is, for the person who waits: a bar in one line on a terminal, a line for
//! each change elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressStyle};
use ops_api_types::OperationView;

use crate::output::{Output, status_word};
use crate::show::progress_words;

/// How far an operation is, on standard error.
#[derive(Debug)]
pub enum Progress {
    /// A bar that is drawn again and again.
    Bar(ProgressBar),
    /// A line for each change.
    Lines {
        /// The last line.
        last: String,
    },
    /// Nothing: standard error is for a program.
    Silent,
}

/// Between two drawings of the bar.
const TICK: Duration = Duration::from_millis(100);

/// The narrowest terminal that has room for the bar beside the words.
const WITH_BAR: u16 = 90;

impl Progress {
    /// A bar when standard error is a terminal that can draw one, lines when it is not.
    #[must_use]
    pub fn new(output: &Output) -> Self {
        if output.is_quiet() {
            return Self::Silent;
        }
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if !stderr().is_terminal() || is_dumb {
            return Self::Lines { last: String::new() };
        }
        let template = if Term::stderr().size().1 < WITH_BAR {
            "{spinner} {percent:>3}% {wide_msg}"
        } else {
            "{spinner} {elapsed_precise} [{bar:20}] {percent:>3}% {wide_msg}"
        };
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        let bar = ProgressBar::new(100).with_style(style);
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// Shows how far the operation is.
    pub fn show(&mut self, operation: &OperationView) {
        match self {
            Self::Bar(bar) => {
                let percent = operation.progress.as_ref().and_then(|progress| progress.percent);
                bar.set_position(percent.map_or(0, u64::from));
                bar.set_message(short(operation));
            }
            Self::Lines { last } => say(last, words(operation)),
            Self::Silent => {}
        }
    }

    /// Shows that the service is away, until it shows the operation again.
    pub fn show_away(&mut self) {
        match self {
            Self::Bar(bar) => bar.set_message(AWAY),
            Self::Lines { last } => say(last, AWAY.to_owned()),
            Self::Silent => {}
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// For a line that ends where the terminal does: what changes comes first, and the bar shows the
/// percent.
fn short(operation: &OperationView) -> String {
    let how_far = match &operation.progress {
        Some(progress) if operation.success.is_none() => {
            progress_words(&ops_api_types::Progress { percent: None, ..progress.clone() })
        }
        _ => status_word(operation.status).to_owned(),
    };
    format!("{how_far} ({} of {})", operation.operation, operation.instance_id)
}

const AWAY: &str = "the service does not answer; trying again (the operation goes on meanwhile)";

/// Writes a line if it is not the one before. A closed standard error is no reason to stop.
fn say(last: &mut String, words: String) {
    if words != *last {
        let _ = writeln!(stderr(), "{words}");
        *last = words;
    }
}

fn words(operation: &OperationView) -> String {
    let how_far = match &operation.progress {
        Some(progress) if operation.success.is_none() => progress_words(progress),
        _ => status_word(operation.status).to_owned(),
    };
    format!("{} of {}: {how_far}", operation.operation, operation.instance_id)
}
