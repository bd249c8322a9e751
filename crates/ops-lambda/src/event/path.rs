//! The service's own path of an event, without what a gateway puts before it.
//!
//! | before the path | where |
//! |---|---|
//! | the stage | HTTP APIs, in both payload formats, unless the stage is `$default` |
//! | the base path | a REST API behind the base path mapping of a custom domain, with the stage where the mapping names none |
//! | the mapping key | an HTTP API behind an API mapping of a custom domain; it may have several levels |
//! | fixed segments of the API | resources and routes such as `/rds/{proxy+}` and `/rds/operations/{id}` |
//!
//! The event names the resource or route that the gateway matched, and its parameters. They tell
//! where the own path begins, whatever comes before. Callers can't change them: a caller who writes
//! more segments asks for another path.

use std::borrow::Cow;

use ops_http::gateway::FIRST_SEGMENTS;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::event::PayloadFormat;

/// The path of the request as the service knows it, still encoded as the event has it.
pub(super) fn own_path(event: &Value, form: PayloadFormat) -> &str {
    let path = match form {
        PayloadFormat::V1 => &event["path"],
        PayloadFormat::V2 => &event["rawPath"],
    };
    let path = path.as_str().unwrap_or("/");
    let matched =
        template(event, form).and_then(|template| own_part(template, &event["pathParameters"]));
    matched
        .and_then(|matched| tail(path, &matched))
        .unwrap_or_else(|| without_stage(event, form, path))
}

/// The resource of an event in format 1.0, or the route of one in format 2.0. The route `$default`
/// has no path.
fn template(event: &Value, form: PayloadFormat) -> Option<&str> {
    let template = match form {
        PayloadFormat::V1 => event["resource"].as_str()?,
        PayloadFormat::V2 => event["routeKey"].as_str()?.split_once(' ')?.1,
    };
    template.starts_with('/').then_some(template)
}

/// What the template matched, from the first segment of one of the service's routes on. Without
/// such a segment it is what its greedy parameter matched; and a template of other segments alone
/// is before the root.
fn own_part(template: &str, parameters: &Value) -> Option<String> {
    let segments: Vec<&str> = template.split('/').filter(|segment| !segment.is_empty()).collect();
    let first = segments.iter().position(|segment| FIRST_SEGMENTS.contains(segment));
    let first = first
        .or_else(|| segments.iter().position(|segment| segment.ends_with("+}")))
        .unwrap_or(segments.len());
    let matched: Option<Vec<&str>> =
        segments[first..].iter().map(|segment| value(segment, parameters)).collect();
    Some(matched?.join("/"))
}

/// The meaning of a segment of a template: itself, or the value of its parameter.
fn value<'a>(segment: &'a str, parameters: &'a Value) -> Option<&'a str> {
    match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
        Some(name) => parameters[name.strip_suffix('+').unwrap_or(name)].as_str(),
        None => Some(segment),
    }
}

/// The end of `path` that is `matched`. Gateways decode one of them or both, and keep or drop a
/// slash at the end.
fn tail<'a>(path: &'a str, matched: &str) -> Option<&'a str> {
    let matched = decoded(matched);
    let matched = matched.trim_matches('/');
    let tails = path.match_indices('/').map(|(at, _)| &path[at..]).chain([""]);
    tails.into_iter().find(|tail| decoded(tail).trim_matches('/') == matched)
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The path of an HTTP API begins with the stage, unless that is `$default`.
fn without_stage<'a>(event: &Value, form: PayloadFormat, path: &'a str) -> &'a str {
    let is_http_api = form == PayloadFormat::V2 || event["version"] == "1.0";
    let stage =
        event["requestContext"]["stage"].as_str().filter(|stage| is_http_api && !stage.is_empty());
    let rest = stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    rest.filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(path)
}
