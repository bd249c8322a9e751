//! What polls show over time, in parts of which each operation composes its own evidence. It only
//! grows, but for the reads in a row.

mod class;
mod events;
mod instance;
mod members;
mod power;
mod snapshot;
mod statuses;
mod writer;

pub use class::{ClassReads, ClassState};
pub use events::EventsSeen;
pub use instance::InstanceReads;
pub use members::Members;
pub use power::{Power, PowerReads};
pub use snapshot::SnapshotReads;
pub use statuses::StatusesSeen;
pub use writer::WriterReads;

use serde::{Deserialize, Serialize};

/// The evidence of an operation for which the latest poll alone decides.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct NoEvidence {}

#[cfg(test)]
mod tests;
