//! A value with its past, so that a read can show it as it was a moment ago.

use ops_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A value and what it was before, oldest first; never empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Timeline<T> {
    versions: Vec<Version<T>>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Version<T> {
    /// None: from the beginning of time.
    since: Option<Timestamp>,
    value: T,
}

impl<T: Clone> Timeline<T> {
    /// A value that was always there.
    pub(super) fn always(value: T) -> Self {
        Self { versions: vec![Version { since: None, value }] }
    }

    /// A value that came into being at `at`.
    pub(super) fn since(at: Timestamp, value: T) -> Self {
        Self { versions: vec![Version { since: Some(at), value }] }
    }

    /// The value as it really is.
    pub(super) fn latest(&self) -> &T {
        &self
            .versions
            .last()
            .expect("a timeline is made with a version and keeps the last one")
            .value
    }

    /// The value as it was at `at`, if it was there already.
    pub(super) fn as_of(&self, at: Timestamp) -> Option<&T> {
        let began = |version: &&Version<T>| version.since.is_none_or(|since| since <= at);
        self.versions.iter().rev().find(began).map(|version| &version.value)
    }

    /// Changes the value from `at` on.
    pub(super) fn change(&mut self, at: Timestamp, change: impl FnOnce(&mut T)) {
        let mut value = self.latest().clone();
        change(&mut value);
        self.versions.push(Version { since: Some(at), value });
    }

    /// Changes the value and its whole past, so that every read shows it at once.
    pub(super) fn rewrite(&mut self, change: impl Fn(&mut T)) {
        for version in &mut self.versions {
            change(&mut version.value);
        }
    }

    /// Drops the versions that nobody who reads as of `before` or later can see.
    pub(super) fn forget(&mut self, before: Timestamp) {
        let hidden = |next: &Version<T>| next.since.is_none_or(|since| since <= before);
        let dropped = self.versions.iter().skip(1).take_while(|next| hidden(next)).count();
        self.versions.drain(..dropped);
    }
}
