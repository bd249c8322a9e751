//! The form that a body of the AWS Query protocol is.

use std::collections::BTreeMap;

/// Its fields by name.
pub(crate) fn read(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').map(|pair| pair.split_once('=').expect("a pair of name and value"));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Undoes percent encoding.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}
