//! The stored form of an operation. Its version says which program can read it, so that a record
//! of another version is refused with advice and is never read as something else.

use std::error::Error;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::state::OperationRecord;

/// The version of the form that this program writes and reads. It grows with each change that an
/// older program would misread, or that this one could not read from an older record.
pub const SCHEMA_VERSION: u32 = 2;

/// Why a stored record can't be read.
#[derive(Debug, Error)]
pub enum UnreadableRecord {
    /// Another version of the service wrote it.
    #[error(
        "the operation is stored in form {found}, and this version of the service reads form \
         {SCHEMA_VERSION}"
    )]
    OtherVersion {
        /// The version of its form.
        found: u32,
    },
    /// It does not have the form that its version says.
    #[error("the stored operation can't be read")]
    Broken(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct Written<'a> {
    schema_version: u32,
    #[serde(flatten)]
    record: &'a OperationRecord,
}

/// Records without a version were written before there was one.
#[derive(Deserialize)]
struct Version {
    #[serde(default = "first_version")]
    schema_version: u32,
}

const fn first_version() -> u32 {
    1
}

impl OperationRecord {
    /// The text to store.
    ///
    /// # Errors
    /// Those of `serde_json`; a record that this program made has none.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Written { schema_version: SCHEMA_VERSION, record: self })
    }

    /// Reads what [`OperationRecord::to_stored`] wrote.
    ///
    /// # Errors
    /// An [`UnreadableRecord`].
    pub fn from_stored(text: &str) -> Result<Self, UnreadableRecord> {
        let Version { schema_version } = serde_json::from_str(text)?;
        if schema_version != SCHEMA_VERSION {
            return Err(UnreadableRecord::OtherVersion { found: schema_version });
        }
        Ok(serde_json::from_str(text)?)
    }

    /// Reads a record of a list. One that can't be read is left out, with a line in the log: the
    /// others must not wait for it.
    #[must_use]
    pub fn listed(operation_id: &str, text: &str) -> Option<Self> {
        let read = Self::from_stored(text);
        let read = read.inspect_err(|error| {
            tracing::error!(
                operation_id,
                exception = error as &dyn Error,
                exception_name = "UnreadableRecord",
                "an operation can't be read"
            );
        });
        read.ok()
    }
}
