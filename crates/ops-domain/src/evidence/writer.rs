//! Which member takes the writes.

use serde::{Deserialize, Serialize};

/// Reads in a row that show another writer.
const READS_THAT_PROVE_A_CHANGE: u32 = 2;

/// The reads of a cluster's writer.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct WriterReads {
    /// The writer before the call; none if that is not known for certain.
    before: Option<String>,
    /// Reads in a row, the latest included, that showed another writer than before the call.
    changed: u32,
}

impl WriterReads {
    /// What is known before the call.
    #[must_use]
    pub const fn before(writer: Option<String>) -> Self {
        Self { before: writer, changed: 0 }
    }

    /// Takes in the writer that RDS's answer to the call names. If the read before the call showed
    /// another one, that has changed just now, and later reads may still show either of them.
    pub fn record_answer(&mut self, writer: &str) {
        if self.before.as_deref() != Some(writer) {
            self.before = None;
        }
    }

    /// Takes in the writer that a poll showed.
    pub fn record(&mut self, writer: &str) {
        if let Some(before) = &self.before {
            self.changed = if before == writer { 0 } else { self.changed + 1 };
        }
    }

    /// Whether another member than before the call is the writer. One read does not prove it: it
    /// may be an old one.
    #[must_use]
    pub const fn changed(&self) -> bool {
        self.changed >= READS_THAT_PROVE_A_CHANGE
    }
}
