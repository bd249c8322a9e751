//! The dashboard as responses: the page of a service, and the assets that it loads.

use axum::body::Body;
use axum::response::{Html, IntoResponse as _, Response};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use http::{HeaderMap, HeaderValue};
use ops_config::{SignIn, SignInToken};
use ops_dashboard::Asset;
use serde::Serialize;

/// A year: the address of an asset changes with its content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// What the page needs to sign people in.
#[derive(Serialize)]
struct PageSignIn<'a> {
    issuer: &'a str,
    client_id: &'a str,
    scope: &'a str,
    token: &'static str,
}

/// The page, whose relative references begin with `base`.
pub(crate) fn page(base: &str, sign_in: Option<&SignIn>) -> Response {
    let text = ops_dashboard::page(base, &sign_in.map(for_page).unwrap_or_default());
    let mut response = Html(text).into_response();
    let policy = ops_dashboard::policy(&sign_in.map(origins).unwrap_or_default());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn for_page(sign_in: &SignIn) -> String {
    let token = match sign_in.token {
        SignInToken::Access => "access_token",
        SignInToken::Id => "id_token",
    };
    let SignIn { issuer, client_id, scope, .. } = sign_in;
    let page = PageSignIn { issuer, client_id, scope, token };
    serde_json::to_string(&page).expect("texts are the keys of every member")
}

/// The origins that the page asks for tokens.
fn origins(sign_in: &SignIn) -> Vec<String> {
    sign_in.issuer_origin().into_iter().chain(sign_in.origins.iter().cloned()).collect()
}

/// An asset, compressed where the client takes it. `version` is the one that was asked for.
pub(crate) fn asset(asset: &'static Asset, version: Option<&str>, headers: &HeaderMap) -> Response {
    let mut response = if takes_gzip(headers) {
        let mut response = Body::from(asset.gzip).into_response();
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        Body::from(asset.content()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    if version == Some(asset.version().as_str()) {
        headers.insert(CACHE_CONTROL, FOREVER);
    }
    response
}

/// Whether the client names gzip, or anything, and does not exclude it (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|it| it.to_str().ok());
    let codings: Vec<(&str, f32)> =
        values.flat_map(|value| value.split(',')).map(read_coding).collect();
    let weight = |name: &str| {
        codings.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name)).map(|it| it.1)
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// A coding and its weight, which is 1 where it is left out or can't be read.
fn read_coding(text: &str) -> (&str, f32) {
    let (coding, parameter) = text.split_once(';').unwrap_or((text, ""));
    let weight = parameter.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse().ok());
    (coding.trim(), weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_only_to_those_that_take_it() {
        for (value, taken) in [
            (None, false),
            (Some(""), false),
            (Some("identity"), false),
            (Some("gzip"), true),
            (Some("gzip, deflate, br, zstd"), true),
            (Some("deflate, GZIP;q=0.5"), true),
            (Some("*"), true),
            (Some("br;q=1, *;q=0.1"), true),
            (Some("gzip;q=0"), false),
            (Some("gzip; q=0, *"), false),
            (Some("*;q=0"), false),
        ] {
            let named = value.map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value)));
            assert_eq!(takes_gzip(&named.into_iter().collect()), taken, "{value:?}");
        }
    }
}
