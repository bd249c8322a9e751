//! What the values of arguments may be; an error says what is expected.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ops_domain::time::{EXPECTED, Timestamp, from_request};

/// Where a server listens. A name is looked up when the server starts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listen {
    /// An IP address or a name.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.parse::<IpAddr>() {
            Ok(ip) => SocketAddr::new(ip, self.port).fmt(f),
            Err(_) => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// An address with a port. Without a host it is this machine alone: nobody opens a server to others
/// by leaving something out.
pub(super) fn listen(text: &str) -> Result<Listen, &'static str> {
    const EXPECTED: &str = "expected an address and a port, such as 127.0.0.1:8080, \
                            localhost:8080, [::1]:8080 or 8080";
    let text = text.trim();
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(Listen { host: address.ip().to_string(), port: address.port() });
    }
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let is_name =
        |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(port) if is_port && host.is_empty() => {
            Ok(Listen { host: Ipv4Addr::LOCALHOST.to_string(), port })
        }
        Ok(port) if is_port && is_name(host) => Ok(Listen { host: host.to_owned(), port }),
        Ok(_) | Err(_) => Err(EXPECTED),
    }
}

pub(super) fn idempotency_key(text: &str) -> Result<String, &'static str> {
    let is_key_byte = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    let is_key = (1..=128).contains(&text.len()) && text.bytes().all(is_key_byte);
    if is_key {
        Ok(text.to_owned())
    } else {
        Err("a key has 1 to 128 visible ASCII characters, and no comma")
    }
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
    fn the_address_to_listen_on_may_be_a_name_or_a_port_alone() {
        for (text, host, port, shown) in [
            ("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"),
            ("0.0.0.0:80", "0.0.0.0", 80, "0.0.0.0:80"),
            ("[::1]:0", "::1", 0, "[::1]:0"),
            ("localhost:8080", "localhost", 8080, "localhost:8080"),
            (" ops-1.example.com:8080", "ops-1.example.com", 8080, "ops-1.example.com:8080"),
            (":8080", "127.0.0.1", 8080, "127.0.0.1:8080"),
            ("8080", "127.0.0.1", 8080, "127.0.0.1:8080"),
        ] {
            let listen = listen(text).unwrap_or_else(|reported| panic!("{text}: {reported}"));
            assert_eq!(
                (listen.to_string().as_str(), &listen),
                (shown, &Listen { host: host.into(), port }),
                "{text}"
            );
        }
        for text in [
            "",
            ":",
            "localhost",
            "localhost:",
            "localhost:65536",
            "localhost:+80",
            "::1:8080",
            "a b:80",
            "http://localhost:8080",
            "*:80",
        ] {
            assert!(
                listen(text).is_err_and(|reported| reported.contains("127.0.0.1:8080")),
                "{text}"
            );
        }
    }

    #[test]
    fn a_date_means_midnight_utc() {
        let midnight = ops_domain::time::from_rfc3339("2026-01-31T00:00:00Z");
        for text in ["2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00"] {
            assert_eq!(time(text).ok(), midnight, "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-01",
            "2026-02-30",
            "2026-01-31T00:00",
            "+262142-12-31",
            "-262143-01-01",
        ] {
            assert!(time(text).is_err_and(|reported| reported.contains("RFC 3339")), "{text}");
        }
    }
}
