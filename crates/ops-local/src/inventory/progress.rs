//! How far a run is: a bar over the accounts and Regions, and the changes that it found.

use std::io::{IsTerminal as _, stderr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use ops_domain::service::{DiscoveryEvent, DiscoveryObserver};

use crate::inventory::changes::{ShownChange, shown};
use crate::output::Output;

/// Watches a run for the person who waits.
pub(super) struct Watcher {
    /// Hidden where standard error is no terminal that can draw it.
    bar: ProgressBar,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    instances: usize,
    changes: Vec<ShownChange>,
}

impl Watcher {
    pub(super) fn new(output: &Output) -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let bar = if output.is_quiet() || is_dumb || !stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::no_length()
        };
        let style = ProgressStyle::with_template("{spinner} [{bar:20}] {pos}/{len} {wide_msg}")
            .expect("the template is well formed");
        Self { bar: bar.with_style(style), found: Mutex::default() }
    }

    /// Removes the bar, and returns the changes in the order of accounts, Regions and names.
    pub(super) fn finish(self) -> Vec<ShownChange> {
        self.bar.finish_and_clear();
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut changes = found.changes;
        changes.sort();
        changes
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DiscoveryObserver for Watcher {
    fn notice(&self, event: DiscoveryEvent<'_>) {
        match event {
            DiscoveryEvent::Begun { scopes } => {
                self.bar.set_length(u64::try_from(scopes).unwrap_or(u64::MAX));
            }
            DiscoveryEvent::Page { scope, instances } => {
                let mut found = self.found();
                found.instances += instances;
                self.bar.set_message(format!("{} instances, {scope}", found.instances));
            }
            DiscoveryEvent::Changed(change) => self.found().changes.extend(shown(change)),
            DiscoveryEvent::Ended(_) => self.bar.inc(1),
        }
    }
}
