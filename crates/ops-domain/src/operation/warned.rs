//! The warnings in results.

use serde_json::{Map, Value, json};

use crate::guidance::Warning;

/// Adds to the list of warnings, if there are any.
pub(crate) fn add_warnings(
    result: &mut Map<String, Value>,
    warnings: impl IntoIterator<Item = Warning>,
) {
    for warning in warnings {
        let listed = result.entry("warnings").or_insert_with(|| json!([]));
        listed.as_array_mut().expect("only this function writes the list").push(json!(warning));
    }
}
