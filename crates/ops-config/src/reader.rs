//! Takes settings out of the file and the variables, one by one, and keeps the problems.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::origin::Origin;
use crate::raw::{Raw, Wrong};
use crate::variables::PREFIX;
use crate::{ConfigError, ConfigErrors};

/// The sources of the settings. What is left of the file in the end is unknown.
pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    file: Section,
    /// Keys that the file may not have, because it is shared.
    fixed: &'static [&'static str],
    /// Of each setting that is set, where from.
    origins: BTreeMap<String, Origin>,
    problems: Vec<ConfigError>,
}

/// What the file as a whole is called in a problem.
const FILE: &str = "configuration file";

/// A table of the file, and the keys that were asked for.
#[derive(Default)]
pub(super) struct Section {
    path: String,
    table: Table,
    known: Vec<&'static str>,
    /// What the names of its variables begin with, if it has any.
    variables: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file_text: &str, lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        let mut reader = Self {
            lookup,
            file: Section::default(),
            fixed: &[],
            origins: BTreeMap::new(),
            problems: Vec::new(),
        };
        match file_text.parse() {
            Ok(table) => reader.file.table = table,
            Err(error) => reader.not_toml(file_text, &error),
        }
        reader
    }

    /// The same for a file that several running processes share and read again: it has no `fixed`
    /// key, and it is not empty.
    pub(super) fn shared(mut self, fixed: &'static [&'static str]) -> Self {
        self.fixed = fixed;
        if self.file.table.is_empty() && self.problems.is_empty() {
            self.problem(FILE, "there is no setting in it", "at least one");
        }
        self
    }

    /// Of each setting that is set, where from.
    pub(super) fn origins(&self) -> BTreeMap<String, Origin> {
        self.origins.clone()
    }

    /// The value of a scalar, or nothing if it is not set or a problem. The variable wins over the
    /// file.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&Raw) -> Result<T, Wrong>,
    ) -> Option<T> {
        let (name, raw) = self.take(key)?;
        self.keep(&name, &raw, expected, parse)
    }

    /// The parts of a list, without those that are a problem. The variable wins over the file.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let given = self.take(key);
        given.map_or_else(Vec::new, |(name, raw)| self.keep_parts(&name, &raw, expected, parse))
    }

    /// The entries of an array of tables, which only the file can have.
    pub(super) fn entries(&mut self, key: &'static str, expected: &str) -> Vec<Value> {
        self.read(key, expected, Raw::entries).unwrap_or_default()
    }

    /// Interprets a value that was taken from the file or a variable.
    pub(super) fn keep<T>(
        &mut self,
        name: &str,
        raw: &Raw,
        expected: &str,
        parse: impl FnOnce(&Raw) -> Result<T, Wrong>,
    ) -> Option<T> {
        parse(raw)
            .map_err(|wrong| {
                self.problem(name, &format!("{} {}", raw.shown(), wrong.words()), expected)
            })
            .ok()
    }

    /// Interprets the parts of a list that was taken from the file or a variable.
    pub(super) fn keep_parts<T>(
        &mut self,
        name: &str,
        raw: &Raw,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let parts = self.keep(name, raw, "a list of texts", Raw::parts).unwrap_or_default();
        let parse = |part: &Raw| parse(part.text()?).ok_or(Wrong::Malformed);
        parts.iter().filter_map(|part| self.keep(name, part, expected, parse)).collect()
    }

    /// A table of the file, which is empty if it is not there.
    pub(super) fn section(&mut self, key: &'static str) -> Section {
        let mut file = std::mem::take(&mut self.file);
        let section = file.section(key, self);
        self.file = file;
        section
    }

    /// The same, of which each key may be a variable as well: `regions` in `[discovery]` is
    /// `OPS_DISCOVERY_REGIONS`.
    pub(super) fn section_or_variables(&mut self, key: &'static str) -> Section {
        let prefix = format!("{PREFIX}{}_", key.to_ascii_uppercase());
        Section { path: format!("{key}."), variables: Some(prefix), ..self.section(key) }
    }

    pub(super) fn problem(&mut self, setting: &str, problem: &str, expected: &str) {
        let problem = format!("{problem}; expected {expected}");
        self.problems.push(ConfigError { name: setting.escape_debug().to_string(), problem });
    }

    /// How many problems there are so far.
    pub(super) fn problems(&self) -> usize {
        self.problems.len()
    }

    /// # Errors
    /// The problems, if there are any; the keys of the file that nobody asked for are among them.
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        std::mem::take(&mut self.file).finish(&mut self);
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigErrors(self.problems)) }
    }

    /// The text of a variable that is set.
    fn variable(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|text| !text.trim().is_empty())
    }

    fn take(&mut self, key: &'static str) -> Option<(String, Raw)> {
        let in_file = self.file.take(key);
        let variable = format!("{PREFIX}{}", key.to_ascii_uppercase());
        if let Some(text) = self.variable(&variable) {
            self.origins.insert(key.to_owned(), Origin::Variable(variable.clone()));
            return Some((variable, Raw::Variable(text)));
        }
        let value = in_file?;
        self.origins.insert(key.to_owned(), Origin::File);
        if self.fixed.contains(&key) {
            let expected = format!("the variable {variable}, which a new deployment sets");
            self.problem(key, "a service that runs can't change this", &expected);
        }
        Some((key.to_owned(), Raw::File(value)))
    }

    fn not_toml(&mut self, text: &str, error: &toml::de::Error) {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let message = error.message().replace('\n', ", ");
        self.problem(FILE, &format!("line {line}: {message}"), "TOML");
    }
}

impl Section {
    /// The value as a table, under the given path.
    pub(super) fn of(path: &str, value: Value, reader: &mut Reader<'_>) -> Option<Self> {
        match value {
            Value::Table(table) => {
                let path = format!("{path}.");
                Some(Self { path, table, ..Self::default() })
            }
            other => {
                reader.problem(
                    path,
                    &format!("{} is no table", Raw::File(other).shown()),
                    "a table",
                );
                None
            }
        }
    }

    /// A table within this one, which is empty if it is not there.
    pub(super) fn section(&mut self, key: &'static str, reader: &mut Reader<'_>) -> Self {
        let path = self.name(key);
        self.take(key).and_then(|value| Self::of(&path, value, reader)).unwrap_or_default()
    }

    /// The value of a key, or nothing if it is not set or a problem.
    pub(super) fn read<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&Raw) -> Result<T, Wrong>,
    ) -> Option<T> {
        let (name, raw) = self.take_raw(reader, key)?;
        reader.keep(&name, &raw, expected, parse)
    }

    /// The value of a key that must be there, or nothing if it is a problem.
    pub(super) fn required<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&Raw) -> Result<T, Wrong>,
    ) -> Option<T> {
        if !self.table.contains_key(key) {
            reader.problem(&self.name(key), "the key is missing", expected);
        }
        self.read(reader, key, expected, parse)
    }

    /// The parts of a list, without those that are a problem.
    pub(super) fn list<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let given = self.take_raw(reader, key);
        given.map_or_else(Vec::new, |(name, raw)| reader.keep_parts(&name, &raw, expected, parse))
    }

    /// The parts of a list, without those that are a problem; nothing if the key is not set. An
    /// empty list is a problem.
    pub(super) fn some<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        if matches!(self.table.get(key), Some(Value::Array(parts)) if parts.is_empty()) {
            reader.problem(&self.name(key), "the list is empty", expected);
        }
        let (name, raw) = self.take_raw(reader, key)?;
        Some(reader.keep_parts(&name, &raw, expected, parse))
    }

    /// What is left, for tables whose keys are not fixed: the path, the key and the value of each
    /// entry.
    pub(super) fn into_entries(self) -> impl Iterator<Item = (String, String, Value)> {
        let path = self.path;
        self.table.into_iter().map(move |(key, value)| (format!("{path}{key}"), key, value))
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self, reader: &mut Reader<'_>) {
        for key in self.table.keys() {
            reader.problem(
                &self.name(key),
                "unknown key",
                &format!("one of {}", self.known.join(", ")),
            );
        }
    }

    /// Takes the value of a key, and what it is called. A variable wins over the file.
    fn take_raw(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<(String, Raw)> {
        let (path, in_file) = (self.name(key), self.take(key));
        if let Some(prefix) = &self.variables {
            let name = format!("{prefix}{}", key.to_ascii_uppercase());
            if let Some(text) = reader.variable(&name) {
                reader.origins.insert(path, Origin::Variable(name.clone()));
                return Some((name, Raw::Variable(text)));
            }
        }
        let value = in_file?;
        reader.origins.insert(path.clone(), Origin::File);
        Some((path, Raw::File(value)))
    }

    /// Takes the value of a key, which is known from here on.
    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    /// The path of a key.
    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }
}
