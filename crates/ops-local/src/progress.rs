//! How far an operation is, for the person who waits: a bar on a terminal, a line for each change
//! elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ops_domain::state::OperationRecord;

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
}

/// Between two drawings of the bar.
const TICK: Duration = Duration::from_millis(100);

impl Progress {
    /// A bar when standard error is a terminal, lines when it is not.
    #[must_use]
    pub fn new() -> Self {
        if !stderr().is_terminal() {
            return Self::Lines { last: String::new() };
        }
        let style = ProgressStyle::with_template(
            "{spinner} {elapsed_precise} [{bar:30}] {percent:>3}% {msg}",
        )
        .expect("the template is well formed");
        let bar = ProgressBar::new(100).with_style(style);
        bar.enable_steady_tick(TICK);
        Self::Bar(bar)
    }

    /// Shows where `record` stands.
    pub fn show(&mut self, record: &OperationRecord) {
        let percent = record
            .watch()
            .and_then(|watch| watch.percent)
            .filter(|_| !record.status().is_terminal());
        match self {
            Self::Bar(bar) => {
                bar.set_position(percent.map_or(0, u64::from));
                bar.set_message(words(record));
            }
            Self::Lines { last } => {
                let percent = percent.map(|percent| format!(", {percent}%")).unwrap_or_default();
                let line = format!("{}{percent}", words(record));
                if line != *last {
                    // A closed standard error is no reason to break the operation off.
                    let _ = writeln!(stderr(), "{line}");
                    *last = line;
                }
            }
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

fn words(record: &OperationRecord) -> String {
    let seen = record.watch().and_then(|watch| watch.last_status.as_deref());
    let seen = seen.map(|status| format!(" (RDS says {status})")).unwrap_or_default();
    format!(
        "{} of {}: {}{seen}",
        record.operation.name(),
        record.target.instance_id,
        record.status().as_str()
    )
}
