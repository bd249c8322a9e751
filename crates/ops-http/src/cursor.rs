//! Cursors on their way to callers and back. A store's cursor may hold any text; callers get one
//! that fits into a URL and into a header as it is, and that nobody is tempted to read.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The store's cursor as callers see it.
pub(crate) fn shown(cursor: &str) -> String {
    URL_SAFE_NO_PAD.encode(cursor)
}

/// The store's cursor that callers see as `text`.
pub(crate) fn read(text: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
