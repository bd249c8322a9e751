//! Which web pages may have a browser send requests to this server.
//!
//! A browser sends simple requests of any page without asking first, and keeps only the answers
//! from it (Fetch Standard, "HTTP extensions": CORS). Whose page it is stands in `Origin`, and in
//! `Sec-Fetch-Site` (W3C, Fetch Metadata Request Headers) where there is no `Origin`, as for an
//! image. Programs send neither.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Sites from which a browser may send requests without a word in the settings: a page of this
/// server, and the person who opens an address. `same-site` is not among them: it is also said of
/// other ports of this machine.
const OWN_SITES: [&str; 2] = ["same-origin", "none"];

/// Whether the request comes from a program, from this server's own page, or from one of an origin
/// in `allowed`.
pub(crate) fn may_send(headers: &HeaderMap, allowed: &[String]) -> bool {
    let origin = headers.get(ORIGIN);
    if origin.is_some_and(|origin| ops_http::is_allowed_origin(origin, allowed)) {
        return true;
    }
    let site = headers.get(SEC_FETCH_SITE);
    origin.is_none_or(|origin| is_of(origin, headers.get(HOST)))
        && site.is_none_or(|site| OWN_SITES.iter().any(|own| site == own))
}

/// Whether the origin is that of the server at `host`, which speaks plain HTTP.
fn is_of(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
    let host = host.and_then(|host| host.to_str().ok());
    origin.zip(host).is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &str = "https://ops.example.com";

    fn may_send(named: &[(&'static str, &'static str)]) -> bool {
        let pairs = named
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        super::may_send(&pairs.collect(), &[ALLOWED.to_owned()])
    }

    #[test]
    fn programs_the_servers_own_page_and_allowed_origins_may_send() {
        for named in [
            &[("host", "127.0.0.1:8080")][..],
            &[
                ("host", "localhost:8080"),
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[("host", "localhost:8080"), ("sec-fetch-site", "none")],
            &[("host", "localhost:8080"), ("origin", ALLOWED), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(may_send(named), "{named:?}");
        }
    }

    #[test]
    fn no_other_page_may_send() {
        for named in [
            &[
                ("host", "localhost:8080"),
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ][..],
            &[("host", "localhost:8080"), ("origin", "https://evil.example")],
            &[("host", "localhost:8080"), ("origin", "null")],
            &[
                ("host", "localhost:8080"),
                ("origin", "http://localhost:3000"),
                ("sec-fetch-site", "same-site"),
            ],
            &[("host", "localhost:8080"), ("origin", "https://localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "http://127.0.0.1:8080")],
            &[
                ("host", "localhost:8080"),
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "same-site")],
            &[("origin", "http://localhost:8080")],
        ] {
            assert!(!may_send(named), "{named:?}");
        }
    }
}
