//! The warnings in results.

use serde_json::{Map, Value, json};

use crate::guidance::Warning;

/// Adds the list of warnings, if there are any.
pub(super) fn add_warnings(result: &mut Map<String, Value>, warnings: impl IntoIterator<Item = Warning>) {
    let warnings: Vec<Warning> = warnings.into_iter().collect();
    if !warnings.is_empty() {
        result.insert("warnings".into(), json!(warnings));
    }
}
