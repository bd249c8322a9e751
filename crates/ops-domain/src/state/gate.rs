//! Gates: what must be so before an operation takes its turn.

use serde::{Deserialize, Serialize};

use crate::state::Status;
use crate::time::Timestamp;

/// One condition that an operation waits for. It holds no lease meanwhile.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "gate", rename_all = "snake_case")]
pub enum Gate {
    /// Opens at this time.
    NotBefore {
        /// When.
        at: Timestamp,
    },
}

/// All gates of a waiting operation; there is at least one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Vec<Gate>", into = "Vec<Gate>")]
pub struct Gates {
    first: Gate,
    others: Vec<Gate>,
}

/// An operation without gates does not wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a waiting operation needs a gate")]
pub struct NoGate;

impl Gate {
    /// When it opens.
    const fn opens_at(&self) -> Timestamp {
        match self {
            Self::NotBefore { at } => *at,
        }
    }

    /// What answers show while it is shut.
    const fn status(&self) -> Status {
        match self {
            Self::NotBefore { .. } => Status::Scheduled,
        }
    }
}

impl Gates {
    /// When all are open.
    #[must_use]
    pub fn open_at(&self) -> Timestamp {
        self.all().map(Gate::opens_at).fold(self.first.opens_at(), Timestamp::max)
    }

    /// What answers show while it waits.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.first.status()
    }

    /// Each of them.
    fn all(&self) -> impl Iterator<Item = &Gate> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl From<Gate> for Gates {
    fn from(first: Gate) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl TryFrom<Vec<Gate>> for Gates {
    type Error = NoGate;

    fn try_from(gates: Vec<Gate>) -> Result<Self, NoGate> {
        let mut gates = gates.into_iter();
        let first = gates.next().ok_or(NoGate)?;
        Ok(Self { first, others: gates.collect() })
    }
}

impl From<Gates> for Vec<Gate> {
    fn from(gates: Gates) -> Self {
        std::iter::once(gates.first).chain(gates.others).collect()
    }
}
