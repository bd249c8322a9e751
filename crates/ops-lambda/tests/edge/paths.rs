//! Paths that a gateway adds to: the request arrives, and `Location` leads back through the same
//! gateway.

use serde_json::{Value, json};

use crate::{Function, fixtures};

/// How the gateway tells of a request.
#[derive(Clone, Copy)]
enum Gateway {
    /// A REST API, or an HTTP API in format 1.0: `path` and `resource`.
    V1(&'static str),
    /// An HTTP API in format 2.0: `rawPath` and `routeKey`.
    V2(&'static str),
}

impl Gateway {
    fn event(self, method: &str, path: &str, prefix: &str) -> Value {
        let own = path.strip_prefix(prefix).unwrap().trim_start_matches('/');
        let (mut event, template) = match self {
            Self::V1(template) => {
                let mut event = fixtures::event("rest-iam");
                event["httpMethod"] = json!(method);
                event["path"] = json!(path);
                event["resource"] = json!(template);
                (event, template)
            }
            Self::V2(template) => {
                let mut event = fixtures::event("http-iam");
                event["requestContext"]["http"]["method"] = json!(method);
                event["rawPath"] = json!(path);
                event["routeKey"] = json!(format!("ANY {template}"));
                (event, template)
            }
        };
        let fixed = template.trim_start_matches('/').strip_suffix("{proxy+}");
        event["pathParameters"] = fixed.map_or(
            json!(null),
            |fixed| json!({ "proxy": own.strip_prefix(fixed).unwrap_or(own) }),
        );
        event
    }
}

/// The path that `reference` names in an answer to a request for `base` (RFC 3986, section 5.2).
fn resolved(base: &str, reference: &str) -> String {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{reference}")
}

fn header(answer: &Value, name: &str) -> String {
    let of = |headers: &Value| {
        headers[name].as_str().or_else(|| headers[name][0].as_str()).map(str::to_owned)
    };
    of(&answer["headers"])
        .or_else(|| of(&answer["multiValueHeaders"]))
        .unwrap_or_else(|| panic!("{name}: {answer}"))
}

#[tokio::test]
async fn location_leads_to_the_operation_behind_every_gateway() {
    for (prefix, gateway) in [
        ("", Gateway::V1("/{proxy+}")),
        ("/rds", Gateway::V1("/{proxy+}")),
        ("/teams/dba/rds", Gateway::V1("/{proxy+}")),
        ("/rds", Gateway::V1("/tools/{proxy+}")),
        ("/live", Gateway::V2("/{proxy+}")),
        ("/rds", Gateway::V2("/{proxy+}")),
        ("/teams/dba/rds", Gateway::V2("/{proxy+}")),
    ] {
        for slash in ["", "/"] {
            let function = Function::new();
            let asked = format!("{prefix}/operations{slash}");
            let mut event = gateway.event("POST", &asked, prefix);
            let body = json!({ "operation": "reboot_instance", "instance_id": "dev-postgres-01" });
            event["body"] = json!(body.to_string());
            for headers in ["headers", "multiValueHeaders"] {
                let single = json!("respond-async");
                event[headers]["prefer"] =
                    if headers == "headers" { single } else { json!([single]) };
            }
            let accepted = function.answer(&event).await;
            assert_eq!(accepted["statusCode"], 202, "{asked}: {accepted}");
            let found = resolved(&asked, &header(&accepted, "location"));
            let shown = function.answer(&gateway.event("GET", &found, prefix)).await;
            assert_eq!(shown["statusCode"], 200, "{asked} leads to {found}: {shown}");
        }
    }
}

#[tokio::test]
async fn links_of_the_root_resolve_with_and_without_a_slash() {
    for (prefix, gateway) in
        [("/live", Gateway::V2("/")), ("/live/rds", Gateway::V1("/rds")), ("", Gateway::V1("/"))]
    {
        for slash in ["", "/"] {
            let asked = format!("{prefix}{slash}");
            let mut event = gateway.event("GET", &asked, prefix);
            event["requestContext"]["path"] = json!(if asked.is_empty() { "/" } else { &asked });
            let root = Function::new().answer(&event).await;
            let body = root["body"].as_str().unwrap_or_else(|| panic!("{asked}: {root}"));
            let body: Value = serde_json::from_str(body).unwrap();
            for route in ["instances", "metrics/summary", "session"] {
                let leads = |link: &String| resolved(&asked, link) == format!("{prefix}/{route}");
                assert!(body["links"].as_object().unwrap().keys().any(leads), "{asked}: {body}");
            }
        }
    }
}

/// A browser takes the page's references from the address of the page, and asks for gzip.
#[tokio::test]
async fn the_page_loads_its_assets_behind_every_gateway() {
    for (prefix, page, assets, is_binary) in [
        ("", Gateway::V1("/"), Gateway::V1("/{proxy+}"), false),
        ("/live/rds", Gateway::V1("/"), Gateway::V1("/assets/{proxy+}"), false),
        ("/live", Gateway::V2("/"), Gateway::V2("/assets/{proxy+}"), true),
        ("/teams/dba/rds", Gateway::V2("/"), Gateway::V2("/{proxy+}"), true),
    ] {
        for slash in ["", "/"] {
            let asked = format!("{prefix}{slash}");
            let mut event = page.event("GET", &asked, prefix);
            event["requestContext"]["path"] = json!(if asked.is_empty() { "/" } else { &asked });
            accept(&mut event, "accept", "text/html,*/*;q=0.8");
            let root = Function::new().answer(&event).await;
            let html = root["body"].as_str().unwrap_or_else(|| panic!("{asked}: {root}"));
            let reference = html.split('"').find(|text| text.contains("assets/app.js")).unwrap();
            let (path, _version) = reference.split_once('?').unwrap();
            let mut event = assets.event("GET", &resolved(&asked, path), prefix);
            accept(&mut event, "accept-encoding", "gzip");
            let script = Function::new().answer(&event).await;
            assert_eq!(script["statusCode"], 200, "{asked} {reference}: {script}");
            assert_eq!(header(&script, "content-type"), "text/javascript; charset=utf-8");
            assert_eq!(script["isBase64Encoded"], is_binary, "{asked}");
        }
    }
}

fn accept(event: &mut Value, name: &str, value: &str) {
    event["headers"][name] = json!(value);
    if event["multiValueHeaders"].is_object() {
        event["multiValueHeaders"][name] = json!([value]);
    }
}
