//! Whether a database runs, is stopped, or is on its way to the one or the other, read after read.

use serde::{Deserialize, Serialize};

/// Whether a database runs.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// It takes connections.
    Up,
    /// It is being stopped.
    Stopping,
    /// It is stopped.
    Down,
    /// It is being started.
    Starting,
    /// It is in a status that it does not leave by itself.
    Stuck,
    /// RDS is doing something else.
    Other,
}

/// A stored record must not grow without end.
const TURNS_KEPT: usize = 16;

/// The reads of whether a database runs.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PowerReads {
    /// What reads showed, oldest first, each change once. What says nothing of it is left out.
    turns: Vec<Power>,
    latest: Option<Power>,
    in_a_row: u32,
}

impl PowerReads {
    /// Takes in a read.
    pub fn record(&mut self, power: Power) {
        self.in_a_row = if self.latest == Some(power) { self.in_a_row + 1 } else { 1 };
        self.latest = Some(power);
        let says_something = !matches!(power, Power::Other | Power::Stuck);
        if says_something && self.turns.last() != Some(&power) && self.turns.len() < TURNS_KEPT {
            self.turns.push(power);
        }
    }

    /// Reads in a row, the latest included, that showed this.
    #[must_use]
    pub fn in_a_row(&self, power: Power) -> u32 {
        if self.latest == Some(power) { self.in_a_row } else { 0 }
    }

    /// Whether a read showed this.
    #[must_use]
    pub fn saw(&self, power: Power) -> bool {
        self.turns.contains(&power)
    }

    /// Whether it was started after it had been on its way down. An old read of an earlier start
    /// comes before that, not after it.
    #[must_use]
    pub fn rose_after_falling(&self) -> bool {
        self.followed(|power| matches!(power, Power::Stopping | Power::Down), Power::Starting)
    }

    /// Whether it went down after it had been on its way up.
    #[must_use]
    pub fn fell_after_rising(&self) -> bool {
        let rising = |power| power == Power::Starting;
        self.followed(rising, Power::Stopping) || self.followed(rising, Power::Down)
    }

    fn followed(&self, first: impl Fn(Power) -> bool, then: Power) -> bool {
        let mut turns = self.turns.iter();
        turns.any(|power| first(*power)) && turns.any(|power| *power == then)
    }
}
