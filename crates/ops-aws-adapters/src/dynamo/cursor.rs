//! Where the next page begins, as callers carry it: opaque, and checked when it comes back.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The text of a cursor.
pub(super) fn encode(cursor: &impl Serialize) -> String {
    let json =
        serde_json::to_vec(cursor).expect("a cursor is texts by name, which are always JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

/// The cursor of a text; none if no page gave it.
pub(super) fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
