//! Counting entries, one after another, in any order.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::summary::Summary;
use crate::summary::calendar::LockScope;
use crate::summary::completeness::Completeness;
use crate::summary::counts::{Counts, Plain, User};
use crate::summary::fact::Fact;
use crate::summary::kpis::{Kpis, OfEnvironment, OfOperation, Pace};
use crate::summary::period::Period;
use ops_domain::audit::AuditEntry;

/// The counts of the entries so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    entries: u64,
    undated: u64,
    cells: BTreeMap<Cell, Counts>,
    days: BTreeMap<NaiveDate, Plain>,
    users: HashMap<String, User>,
}

/// What a group is a sum of.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Cell {
    operation: String,
    environment: Option<String>,
}

impl Tally {
    /// Counts one more entry of the period.
    pub fn add(&mut self, entry: &AuditEntry) {
        let fact = Fact::of(entry);
        let user = fact.attempted_by(entry).map(|user| self.number_of(&user));
        self.entries += 1;
        match date_of(entry) {
            Some(date) => self.days.entry(date).or_default().add(&fact),
            None => self.undated += 1,
        }
        if !matches!(fact, Fact::Aside) {
            self.cell_of(entry).add(&fact, user);
        }
    }

    /// The entries so far.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// The figures of `period`, all of whose entries have been counted.
    #[must_use]
    pub fn summary(&self, period: Period, audit_completeness: Completeness) -> Summary {
        let overall = self.group(|_| ()).remove(&()).unwrap_or_default();
        let by_operation = self.group(|cell| cell.operation.clone()).into_iter();
        let by_environment = self.group(|cell| cell.environment.clone()).into_iter();
        let buckets = |lock_scope: LockScope| lock_scope.buckets(&period, &self.days);
        Summary {
            period,
            entries: self.entries,
            undated_entries: self.undated,
            operations_per: Pace::of(overall.plain.operations, &period),
            overall: Kpis::of(&overall),
            by_operation: by_operation
                .map(|(operation, counts)| OfOperation { operation, kpis: Kpis::of(&counts) })
                .collect(),
            by_environment: by_environment
                .map(|(environment, counts)| OfEnvironment { environment, kpis: Kpis::of(&counts) })
                .collect(),
            days: buckets(LockScope::Day),
            weeks: buckets(LockScope::Week),
            months: buckets(LockScope::Month),
            audit_completeness,
        }
    }

    fn group<K: Ord>(&self, key: impl Fn(&Cell) -> K) -> BTreeMap<K, Counts> {
        let mut groups: BTreeMap<K, Counts> = BTreeMap::new();
        for (cell, counts) in &self.cells {
            groups.entry(key(cell)).or_default().merge(counts);
        }
        groups
    }

    fn cell_of(&mut self, entry: &AuditEntry) -> &mut Counts {
        let cell =
            Cell { operation: entry.operation.clone(), environment: entry.environment.clone() };
        self.cells.entry(cell).or_default()
    }

    fn number_of(&mut self, user: &str) -> User {
        if let Some(number) = self.users.get(user) {
            return *number;
        }
        let number = User::try_from(self.users.len()).unwrap_or(User::MAX);
        self.users.insert(user.to_owned(), number);
        number
    }
}

/// The day in UTC, by the text that also orders the trail.
fn date_of(entry: &AuditEntry) -> Option<NaiveDate> {
    entry.timestamp.get(..10)?.parse().ok()
}
