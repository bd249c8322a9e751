//! What the values of arguments may be; an error says what is expected.

use ops_domain::time::{EXPECTED, Timestamp, from_request};

pub(super) fn idempotency_key(text: &str) -> Result<String, &'static str> {
    let is_key_byte = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    let is_key = (1..=128).contains(&text.len()) && text.bytes().all(is_key_byte);
    if is_key { Ok(text.to_owned()) } else { Err("a key has 1 to 128 visible ASCII characters, and no comma") }
}

/// An entry of nobody would be none of the person who asked.
pub(super) fn user(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() { Err("the audit trail needs a name") } else { Ok(name.to_owned()) }
}

pub(super) fn parameter(text: &str) -> Result<(String, String), &'static str> {
    pair(text).ok_or("a parameter is NAME=VALUE, such as snapshot_id=before-upgrade")
}

pub(super) fn tag(text: &str) -> Result<(String, String), &'static str> {
    pair(text).ok_or("a tag is KEY=VALUE, such as Environment=dev")
}

/// The texts before and behind the first equals sign.
fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty())?;
    Some((name.to_owned(), value.to_owned()))
}

/// A time as the HTTP API reads it.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    from_request(text).ok_or_else(|| format!("must be {EXPECTED}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_midnight_in_utc_and_what_is_neither_date_nor_time_is_refused() {
        let midnight = ops_domain::time::from_rfc3339("2026-01-31T00:00:00Z");
        for text in ["2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00"] {
            assert_eq!(time(text).ok(), midnight, "{text}");
        }
        for text in ["", "yesterday", "2026-01", "2026-02-30", "2026-01-31T00:00", "+262142-12-31", "-262143-01-01"] {
            assert!(time(text).is_err_and(|told| told.contains("RFC 3339")), "{text}");
        }
    }
}
