//! The texts that settings may hold: one parser each, and what it expects in words.

use std::net::Ipv6Addr;

use ops_domain::id::AccountId;
use ops_domain::time::{Timestamp, from_request};

pub(super) const TABLE_OR_ARN: &str = "a DynamoDB table name of 3-255 letters, digits, dots, \
                                       hyphens and underscores, or the ARN of a table";
pub(super) const TABLE: &str =
    "a DynamoDB table name of 3-255 letters, digits, dots, hyphens and underscores";
pub(super) const ROLE: &str = "an IAM role name of 1-64 letters, digits and _+=,.@-, with its path \
                               before it if it has one (team/rds-ops)";
pub(super) const EXTERNAL_ID: &str = "an external id of 2-1224 letters, digits and _+=,.@:/-";
pub(super) const ACCOUNT: &str = "an AWS account id of 12 digits";
pub(super) const STATE_MACHINE: &str =
    "arn:<partition>:states:<region>:<account>:stateMachine:<name>";
pub(super) const TOPIC: &str = "arn:<partition>:sns:<region>:<account>:<name>";
pub(super) const TIME: &str = "a time such as 2026-12-01T00:00:00Z";
pub(super) const OPERATION: &str = "a name of at most 256 bytes";
pub(super) const ORIGIN: &str = "scheme://host[:port] without a path, or *";

pub(super) const HTTP_ORIGIN: &str =
    "https://host[:port] without a path; http:// on this machine only";
pub(super) const ISSUER: &str =
    "an https:// URL without query and fragment; http:// on this machine only";
pub(super) const CLIENT_ID: &str = "a client id of 1-256 visible ASCII characters";
pub(super) const SCOPE: &str = "scopes with spaces between them, openid among them";
pub(super) const TOKEN: &str = "access or id";

/// A list of the whole trail asks for each operation by itself.
pub(super) const MOST_ORIGINAL_OPERATIONS: usize = 10;

/// The limits of DynamoDB's `CreateTable`.
pub(super) fn table_name(text: &str) -> Option<String> {
    only(text, 3, 255, "_.-")
}

/// A table name, or the ARN of a table, which DynamoDB takes in the place of a name; so the table
/// may be in another account.
pub(super) fn table_name_or_arn(text: &str) -> Option<String> {
    let by_arn = arn_resource(text, "dynamodb")
        .and_then(|resource| table_name(resource.strip_prefix("table/")?));
    by_arn.map(|_| text.to_owned()).or_else(|| table_name(text))
}

/// The limits of IAM's `CreateRole`, with or without the path, which is a part of the role's ARN.
pub(super) fn role_name(text: &str) -> Option<String> {
    let text = text.strip_prefix('/').unwrap_or(text);
    let (path, name) = text.rsplit_once('/').unwrap_or(("", text));
    let path_fits =
        path.len() <= 510 && path.split('/').all(|part| part.bytes().all(|b| b.is_ascii_graphic()));
    let is_plain = !text.contains("//") && !text.starts_with("arn:");
    (path_fits && is_plain && only(name, 1, 64, "_+=,.@-").is_some()).then(|| text.to_owned())
}

/// The limits of `AssumeRole` (STS model).
pub(super) fn external_id(text: &str) -> Option<String> {
    only(text, 2, 1224, "_+=,.@:/-")
}

pub(super) fn time(text: &str) -> Option<Timestamp> {
    from_request(text)
}

/// What another service may have written as the name of an operation.
pub(super) fn operation_name(text: &str) -> Option<String> {
    (1..=256).contains(&text.len()).then(|| text.to_owned())
}

pub(super) fn account(text: &str) -> Option<AccountId> {
    text.parse().ok()
}

pub(super) fn state_machine_arn(text: &str) -> Option<String> {
    let name = arn_resource(text, "states")?.strip_prefix("stateMachine:")?;
    (!name.is_empty()).then(|| text.to_owned())
}

pub(super) fn topic_arn(text: &str) -> Option<String> {
    let name = arn_resource(text, "sns")?;
    only(name, 1, 256, "_-.").map(|_| text.to_owned())
}

/// A web origin as browsers send it: in lower case, and without the default port of its scheme.
pub(super) fn origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let lower = text.to_ascii_lowercase();
    let (scheme, authority) = lower.split_once("://")?;
    let (host, port) = split_port(authority)?;
    if !(is_scheme(scheme) && is_host(host)) {
        return None;
    }
    Some(match (scheme, port) {
        (_, None) | ("https", Some(443)) | ("http", Some(80)) => format!("{scheme}://{host}"),
        (_, Some(port)) => format!("{scheme}://{host}:{port}"),
    })
}

/// The origin of a server that a page of ours may ask: over TLS, or on this machine.
pub(super) fn http_origin(text: &str) -> Option<String> {
    let origin = origin(text)?;
    let local = |rest: &str| {
        split_port(rest)
            .is_some_and(|(host, _)| ["localhost", "127.0.0.1", "[::1]"].contains(&host))
    };
    let trusted =
        origin.starts_with("https://") || origin.strip_prefix("http://").is_some_and(local);
    trusted.then_some(origin)
}

/// An issuer as its tokens name it: it is compared letter by letter (OpenID Connect Core 1.0,
/// section 3.1.3.7).
pub(super) fn issuer(text: &str) -> Option<String> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    let plain = !text.contains(['?', '#', '"', '<', '>', ';', ',']);
    (visible && plain && http_origin(&origin_of(text)?).is_some()).then(|| text.to_owned())
}

/// The origin of a URL, without what follows the authority.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    origin(&format!("{scheme}://{authority}"))
}

pub(super) fn client_id(text: &str) -> Option<String> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    ((1..=256).contains(&text.len()) && visible).then(|| text.to_owned())
}

/// Scopes as RFC 6749, section 3.3 writes them.
pub(super) fn scope(text: &str) -> Option<String> {
    let visible = |scope: &str| scope.bytes().all(|byte| byte.is_ascii_graphic());
    let is_openid = text.split(' ').any(|scope| scope == "openid");
    (is_openid && text.split(' ').all(visible)).then(|| text.to_owned())
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    match authority.get(host_end..)?.find(':') {
        None => Some((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at_checked(host_end + colon)?;
            Some((host, Some(parse_port(port.strip_prefix(':')?)?)))
        }
    }
}

fn parse_port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase()) && only(text, 1, 32, "+-.").is_some()
}

fn is_host(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            text.len() <= 253 && text.split('.').all(|label| only(label, 1, 63, "-_").is_some())
        }
    }
}

/// The resource part of an ARN of that service.
fn arn_resource<'a>(text: &'a str, service: &str) -> Option<&'a str> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, found, region, account, resource] = parts.as_slice() else {
        return None;
    };
    let in_account =
        account.parse::<AccountId>().is_ok() && region.parse::<ops_domain::id::Region>().is_ok();
    (partition.starts_with("aws") && *found == service && in_account).then_some(*resource)
}

/// The text, if it has the length and consists of ASCII letters, digits and the given characters.
fn only(text: &str, min: usize, max: usize, others: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    ((min..=max).contains(&text.len()) && text.chars().all(allowed)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        let vectors = [
            ("*", Some("*")),
            ("https://ops.example.com", Some("https://ops.example.com")),
            ("HTTPS://Ops.Example.COM:443", Some("https://ops.example.com")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("http://127.0.0.1:80", Some("http://127.0.0.1")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("http://[::1]", Some("http://[::1]")),
            ("https://ops.example.com/", None),
            ("https://ops.example.com/app", None),
            ("https://user@ops.example.com", None),
            ("https://*.example.com", None),
            ("https://ops.example.com:0", None),
            ("https://ops.example.com:65536", None),
            ("https://ops.example.com:+80", None),
            ("https://ops.example.com:", None),
            ("https://[::1", None),
            ("https://[zz]", None),
            ("https://ops..example.com", None),
            ("https://", None),
            ("://ops", None),
            ("ops.example.com", None),
            ("null", None),
            ("**", None),
        ];
        for (text, expected) in vectors {
            assert_eq!(origin(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn names_have_the_lengths_and_characters_of_aws() {
        assert!(table_name("abc").is_some() && table_name(&"t".repeat(255)).is_some());
        for text in ["ab", "rds inventory", "rds/inventory", &"t".repeat(256), "tablé"] {
            assert!(table_name(text).is_none(), "{text:?}");
        }
        assert!(
            role_name("a").is_some()
                && role_name("rds_ops+=,.@-").is_some()
                && role_name(&"r".repeat(64)).is_some()
        );
        assert!(
            role_name("team/rds-ops").is_some()
                && role_name(&format!("a/b/{}", "r".repeat(64))).is_some()
        );
        for text in ["", "team/", "a//b", "arn:aws:iam::111122223333:role/x", &"r".repeat(65)] {
            assert!(role_name(text).is_none(), "{text:?}");
        }
        assert!(external_id("a:/b").is_some() && external_id(&"x".repeat(1224)).is_some());
        for text in ["x", "with space", "ä!", &"x".repeat(1225)] {
            assert!(external_id(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn arns_name_the_right_service_in_any_partition() {
        for arn in [
            "arn:aws:states:eu-central-1:111122223333:stateMachine:rds-ops",
            "arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:rds-ops:live",
        ] {
            assert_eq!(state_machine_arn(arn).as_deref(), Some(arn));
            assert!(topic_arn(arn).is_none());
        }
        assert!(topic_arn("arn:aws-cn:sns:cn-north-1:111122223333:ops.fifo").is_some());
        for arn in [
            "",
            "rds-ops",
            "arn:aws:sns:eu-central-1:1111:ops",
            "arn:aws:sns::111122223333:ops",
            "arn:aws:sns:eu-central-1:111122223333:",
            "arn:aws:sns:eu-central-1:111122223333:ops:subscription",
            "arn:aws:states:eu-central-1:111122223333:execution:x",
            "arn:aws:states:eu-central-1:111122223333:stateMachine:",
        ] {
            assert!(topic_arn(arn).is_none() && state_machine_arn(arn).is_none(), "{arn:?}");
        }
    }
}
