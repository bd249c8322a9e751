//! One thing in lines.

use console::{Style, measure_text_width};
use ops_api_types::OperationStatus;
use serde_json::Value;

use crate::output::sheet::{Sheet, printable};

/// Facts about one thing, each with its name, under a title, and paragraphs after them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Lines {
    title: String,
    facts: Vec<(String, String)>,
    after: Vec<String>,
}

impl Lines {
    /// Facts about what the title names.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a fact.
    pub fn fact(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.facts.push((name.into(), value.into()));
    }

    /// Adds a fact where there is one.
    pub fn maybe(&mut self, name: impl Into<String>, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.fact(name, value);
        }
    }

    /// Adds a paragraph behind the facts.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.after.push(text.into());
    }

    /// The facts in two columns.
    #[must_use]
    pub fn text(&self) -> String {
        let widest = self.facts.iter().map(|(name, _)| measure_text_width(name)).max();
        let widest = widest.unwrap_or_default();
        let title = Style::new().for_stdout().bold();
        let mut lines = vec![title.apply_to(printable(&self.title)).to_string()];
        for (name, value) in &self.facts {
            let pad = " ".repeat(widest - measure_text_width(name));
            let value: Vec<String> = value.lines().map(printable).collect();
            let below = format!("\n  {}  ", " ".repeat(widest));
            lines.push(format!("  {name}{pad}  {}", value.join(&below)).trim_end().to_owned());
        }
        lines.extend(self.after.iter().cloned());
        lines.join("\n")
    }

    /// The facts as rows.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(&["Name", "Value"], "");
        for (name, value) in &self.facts {
            sheet.push(vec![name.clone(), value.clone()]);
        }
        sheet
    }
}

/// A value of a JSON answer as people read it.
#[must_use]
pub fn spelled(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(spelled).collect::<Vec<_>>().join(", "),
        Value::Object(members) if members.is_empty() => "none".to_owned(),
        Value::Object(members) => {
            let pair = |(name, value): (&String, &Value)| format!("{name}={}", spelled(value));
            members.iter().map(pair).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The status of an operation as people say it.
#[must_use]
pub const fn status_word(status: OperationStatus) -> &'static str {
    match status {
        OperationStatus::PendingApproval => "waits for approval",
        OperationStatus::Scheduled => "scheduled",
        OperationStatus::Rejected => "rejected",
        OperationStatus::Accepted => "accepted",
        OperationStatus::Submitting => "submitting",
        OperationStatus::Unresolved => "outcome unknown",
        OperationStatus::InProgress => "in progress",
        OperationStatus::Timeout => "timed out",
        OperationStatus::Available => "done",
        OperationStatus::Failed => "failed",
        OperationStatus::Unverified => "unverified",
        OperationStatus::Cancelled => "cancelled",
        OperationStatus::Denied => "denied",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_without_json() {
        for (value, shown) in [
            (json!(null), "none"),
            (json!(true), "yes"),
            (json!({}), "none"),
            (json!(["a", 1]), "a, 1"),
            (json!({"a": "b", "c": [1, 2]}), "a=b, c=1, 2"),
        ] {
            assert_eq!(spelled(&value), shown, "{value}");
        }
    }

    #[test]
    fn facts_are_in_two_columns() {
        let mut lines = Lines::new("An operation");
        lines.fact("Id", "1\n2");
        lines.fact("Status", "\u{1b}done");
        lines.maybe("Reason", None::<String>);
        assert_eq!(lines.text(), "An operation\n  Id      1\n          2\n  Status  \u{fffd}done");
    }
}
