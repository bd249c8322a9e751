//! Reads a JSON object field by field and keeps every problem, so that a caller sees all of them at
//! once.

use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::failure::{Code, Problem};

/// A problem with the code that it would have alone.
pub type CodedProblem = (Code, Problem);

/// What a flag must be.
pub(crate) const BOOLEAN: &str = "must be true or false";

/// Reads one JSON object. Every field that is read counts as known; [`Fields::finish`] reports the
/// others.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    known: Vec<&'static str>,
    problems: &'a mut Vec<CodedProblem>,
}

impl<'a> Fields<'a> {
    /// Reads `object`, which stands at the JSON pointer `pointer` of the request.
    #[must_use]
    pub fn new(
        object: &'a Map<String, Value>,
        pointer: &str,
        problems: &'a mut Vec<CodedProblem>,
    ) -> Self {
        Self { object, pointer: pointer.to_owned(), known: Vec::new(), problems }
    }

    /// The raw value of a field; JSON `null` counts as absent.
    pub fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A required text field, parsed.
    pub fn required<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        if let Some(value) = self.value(name) {
            self.text(name, value)
        } else {
            self.problem(Code::MissingParameter, name, "is required");
            None
        }
    }

    /// An optional text field, parsed.
    pub fn optional<T: FromStr>(&mut self, name: &'static str) -> Option<T>
    where
        T::Err: Display,
    {
        let value = self.value(name)?;
        self.text(name, value)
    }

    /// An optional `true` or `false`; `false` when absent.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.value(name).and_then(|value| self.boolean(name, value)).unwrap_or_default()
    }

    /// `value`, which is that of the field `name`, as `true` or `false`.
    pub fn boolean(&mut self, name: &'static str, value: &Value) -> Option<bool> {
        if let Value::Bool(flag) = value {
            return Some(*flag);
        }
        self.problem(Code::InvalidParameter, name, BOOLEAN);
        None
    }

    /// Reads `object`, which stands at `path` below this one; its problems join those of this one.
    pub fn below<'b>(&'b mut self, object: &'b Map<String, Value>, path: &str) -> Fields<'b> {
        Fields::new(object, &format!("{}/{path}", self.pointer), self.problems)
    }

    /// `value`, which is that of the field `name`, as a text, parsed.
    pub fn text<T: FromStr>(&mut self, name: &'static str, value: &Value) -> Option<T>
    where
        T::Err: Display,
    {
        let Some(text) = value.as_str() else {
            self.problem(Code::InvalidParameter, name, "must be a string");
            return None;
        };
        match text.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.problem(Code::InvalidParameter, name, &error.to_string());
                None
            }
        }
    }

    /// Notes a problem of the field `name` (or of a path below it, such as `tags/0/Key`).
    pub fn problem(&mut self, code: Code, name: &str, message: &str) {
        let pointer = format!("{}/{name}", self.pointer);
        self.problems.push((code, Problem { pointer, message: message.to_owned() }));
    }

    /// Reports every field that nobody asked for, with `code`.
    pub fn finish(self, code: Code) {
        let known = if self.known.is_empty() {
            "there are none".to_owned()
        } else {
            format!("known are {}", self.known.join(", "))
        };
        for name in self.object.keys().filter(|name| !self.known.contains(&name.as_str())) {
            let escaped: String =
                name.chars().take(64).collect::<String>().replace('~', "~0").replace('/', "~1");
            let message = format!("is not a known field; {known}");
            self.problems
                .push((code, Problem { pointer: format!("{}/{escaped}", self.pointer), message }));
        }
    }
}
