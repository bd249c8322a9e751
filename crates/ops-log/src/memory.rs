//! A log in memory, for tests of what is logged.

use std::io;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::Layer as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::Lines;
use crate::levels::Levels;

/// A listener that hears nothing and stays. As long as there is only one, `tracing` asks whichever
/// thread comes to a place in the code first whether anybody listens, and its answer counts for all
/// threads: tests without a log would silence those with one. Of two or more, it asks each.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));

/// The lines that were logged.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// Logs on this thread at these levels until the guard is dropped.
    #[must_use]
    pub fn start(levels: &Levels) -> (Self, DefaultGuard) {
        LazyLock::force(&SECOND);
        let memory = Self::default();
        let lines = Lines::new("rds-ops".to_owned(), memory.clone()).with_filter(levels.filter());
        let guard = set_default(tracing_subscriber::registry().with(lines));
        (memory, guard)
    }

    /// The text as it was written.
    ///
    /// # Panics
    /// When it is no UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes().clone()).expect("the log is text")
    }

    /// The lines so far.
    ///
    /// # Panics
    /// When one is no JSON object.
    #[must_use]
    pub fn lines(&self) -> Vec<Map<String, Value>> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is a JSON object"))
            .collect()
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Memory {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
