//! What the indexes of the store show: the operations as they were a moment ago, as in DynamoDB,
//! whose indexes follow the table by themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use ops_domain::state::OperationRecord;
use ops_domain::time::Timestamp;

use super::schedule::Schedule;
use crate::memory::MemoryStore;

/// The most by which an index lags.
const MOST_LAG: TimeDelta = TimeDelta::seconds(10);

/// The past of the operations. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Index {
    versions: Arc<Mutex<Vec<Version>>>,
}

/// What the table held from a time on.
struct Version {
    since: Timestamp,
    records: Vec<OperationRecord>,
}

impl Index {
    /// Keeps what the table holds after a write at `now`.
    pub(super) fn note(&self, now: Timestamp, table: &MemoryStore) {
        let mut versions = self.lock();
        let shown =
            versions.iter().rposition(|version| version.since < now - MOST_LAG).unwrap_or(0);
        versions.drain(..shown);
        versions.push(Version { since: now, records: table.records() });
    }

    /// The table as an index shows it now: half of the time as it is, else as it was up to
    /// [`MOST_LAG`] ago.
    pub(super) fn read(&self, schedule: &Schedule, table: &MemoryStore) -> MemoryStore {
        if schedule.roll(2) == 0 {
            return table.clone();
        }
        let lag =
            schedule.roll(u32::try_from(MOST_LAG.num_milliseconds()).expect("it is a few seconds"));
        let as_of = schedule.now() - TimeDelta::milliseconds(i64::from(lag));
        let versions = self.lock();
        let shown = versions.iter().rev().find(|version| version.since <= as_of);
        MemoryStore::holding(shown.map(|version| version.records.clone()).unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Version>> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
