//! What `rds-ops config check` prints.

use std::fmt;

use ops_config::{ConfigErrors, Effective, Origin};
use serde::Serialize;

use crate::config::compare::{Change, Compared};
use crate::output::Lines;

/// The answer, as programs read it.
#[derive(Default, Serialize)]
pub(super) struct Checked {
    valid: bool,
    problems: Vec<String>,
    settings: Vec<Setting>,
    #[serde(flatten)]
    compared: Compared,
}

/// A setting that is in effect.
#[derive(Serialize)]
struct Setting {
    name: String,
    /// In TOML; null where nothing is set and there is no default.
    value: Option<String>,
    origin: &'static str,
    /// The variable that it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<String>,
}

impl Checked {
    pub(super) fn invalid(errors: &ConfigErrors) -> Self {
        let problems = errors.0.iter().map(ToString::to_string).collect();
        Self { problems, ..Self::default() }
    }

    pub(super) fn valid(effective: &Effective, compared: Compared) -> Self {
        let settings = effective.settings.iter().map(Setting::of).collect();
        Self { valid: true, problems: Vec::new(), settings, compared }
    }

    /// The same for people.
    pub(super) fn lines(&self) -> Lines {
        let mut lines = Lines::new(match (self.valid, self.problems.len()) {
            (true, _) => "The configuration is valid".to_owned(),
            (false, 1) => "1 problem".to_owned(),
            (false, count) => format!("{count} problems"),
        });
        for problem in &self.problems {
            let (name, what) = problem.split_once(": ").unwrap_or(("", problem));
            lines.fact(name, what);
        }
        for setting in &self.settings {
            lines.fact(&setting.name, setting.to_string());
        }
        if let Some(count) = self.compared.instances_compared {
            for change in &self.compared.changes {
                lines.paragraph(change.to_string());
            }
            lines.paragraph(summary(count, &self.compared.changes));
        }
        lines
    }
}

fn summary(count: usize, changes: &[Change]) -> String {
    let changing = changes.iter().filter(|change| change.matters()).count();
    format!("{changing} of {count} instances would change")
}

impl Setting {
    fn of(setting: &ops_config::Setting) -> Self {
        let ops_config::Setting { name, value, origin } = setting.clone();
        let (origin, variable) = match origin {
            Origin::Default => ("default", None),
            Origin::File => ("file", None),
            Origin::Variable(name) => ("variable", Some(name)),
        };
        Self { name, value, origin, variable }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_deref().unwrap_or("not set");
        write!(f, "{value} ({})", self.variable.as_deref().unwrap_or(self.origin))
    }
}
