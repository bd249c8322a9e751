//! Who is on the audit trail, for each way to authorize at an API gateway.

use serde_json::{Value, json};

use crate::{Function, asking, fixtures, refused_reboot};

/// Who an entry must name.
struct Expected {
    principal: &'static str,
    name: Option<&'static str>,
    groups: Option<&'static str>,
    auth: &'static str,
}

const fn who(
    auth: &'static str,
    principal: &'static str,
    name: Option<&'static str>,
    groups: Option<&'static str>,
) -> Expected {
    Expected { principal, name, groups, auth }
}

fn expected(fixture: &str) -> Option<Expected> {
    let of_pool = "iam:arn:aws:sts::999999999999:assumed-role/DashboardUsers/CognitoIdentityCredentials/eu-central-1:99999999-8888-7777-6666-555555555555";
    Some(match fixture {
        "rest-iam" => who(
            "iam",
            "iam:arn:aws:sts::999999999999:assumed-role/DBA/alice@example.com",
            Some("alice@example.com"),
            None,
        ),
        "rest-iam-user" => {
            who("iam", "iam:arn:aws:iam::999999999999:user/division/bob", Some("bob"), None)
        }
        "rest-iam-sso" => who(
            "iam",
            "iam:arn:aws:sts::999999999999:assumed-role/AWSReservedSSO_DatabaseAdministrator_0123456789abcdef/carol@example.com",
            Some("carol@example.com"),
            None,
        ),
        "rest-iam-identity-pool" | "http-iam-identity-pool" => who("iam", of_pool, None, None),
        "rest-cognito" => who(
            "cognito",
            "cognito:0a1b2c3d-0000-4000-8000-000000000001",
            Some("dave@example.com"),
            Some("dba,oncall"),
        ),
        "rest-lambda" => {
            who("lambda", "lambda:user|erin", Some("erin@example.com"), Some("dba,oncall"))
        }
        "rest-api-key" => who("api_key", "apikey:a1b2c3key", None, None),
        "http-iam" => who(
            "iam",
            "iam:arn:aws:sts::999999999999:assumed-role/DBA/frank@example.com",
            Some("frank@example.com"),
            None,
        ),
        "http-jwt" => {
            who("jwt", "jwt:https://login.example.com/|00u1bob", Some("bob@example.com"), None)
        }
        "http-jwt-cognito" => who(
            "jwt",
            "jwt:https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example01|0a1b2c3d-0000-4000-8000-000000000002",
            Some("grace"),
            Some("dba,on-call"),
        ),
        "http-jwt-odd" => who("jwt", "jwt:https://login.example.com/|42", None, Some("dba,7")),
        "http-lambda" => {
            who("lambda", "lambda:user|heidi", Some("heidi@example.com"), Some("dba,oncall"))
        }
        "http-payload-1-jwt" => who(
            "jwt",
            "jwt:https://login.example.com/|00u1ivan",
            Some("ivan@example.com"),
            Some("dba"),
        ),
        "rest-console-test" | "rest-no-authorizer" | "http-no-authorizer" => return None,
        other => panic!("nobody says who {other} is"),
    })
}

#[tokio::test]
async fn every_way_to_authorize_puts_its_person_on_the_audit_trail() {
    for (fixture, event) in fixtures::all() {
        let function = Function::new();
        let answer =
            function.answer(&asking(event.clone(), "POST", "/operations", &refused_reboot())).await;
        let Some(expected) = expected(fixture) else {
            assert_eq!(
                (answer["statusCode"].as_u64(), function.entries().len()),
                (Some(401), 0),
                "{fixture}"
            );
            continue;
        };
        assert_eq!(answer["statusCode"].as_u64(), Some(403), "{fixture}: {answer}");
        let entries = function.entries();
        assert_eq!(entries.len(), 1, "{fixture}");
        let entry = &entries[0];
        assert_eq!(entry.principal.as_deref(), Some(expected.principal), "{fixture}");
        let identity: Value = serde_json::from_str(&entry.user_identity).unwrap();
        for (name, value) in [
            ("principal", Some(expected.principal)),
            ("auth", Some(expected.auth)),
            ("name", expected.name),
            ("groups", expected.groups),
        ] {
            assert_eq!(identity[name], json!(value), "{name} of {fixture}");
        }
        let context = &event["requestContext"];
        let source_ip = context["http"]["sourceIp"]
            .as_str()
            .or_else(|| context["identity"]["sourceIp"].as_str());
        assert_eq!(entry.source_ip.as_deref(), source_ip, "{fixture}");
        assert_eq!(entry.request_id.as_deref(), context["requestId"].as_str(), "{fixture}");
    }
}

#[tokio::test]
async fn an_identity_pool_keeps_person_and_role() {
    for fixture in ["rest-iam-identity-pool", "http-iam-identity-pool"] {
        let function = Function::new();
        function
            .answer(&asking(fixtures::event(fixture), "POST", "/operations", &refused_reboot()))
            .await;
        let identity: Value = serde_json::from_str(&function.entries()[0].user_identity).unwrap();
        assert_eq!(
            identity["cognito_identity_id"],
            json!("eu-central-1:99999999-8888-7777-6666-555555555555")
        );
    }
}

#[tokio::test]
async fn a_guest_of_an_identity_pool_is_401_and_leaves_nothing() {
    let mut rest = fixtures::event("rest-iam-identity-pool");
    rest["requestContext"]["identity"]["cognitoAuthenticationType"] = json!("unauthenticated");
    let mut http = fixtures::event("http-iam-identity-pool");
    http["requestContext"]["authorizer"]["iam"]["cognitoIdentity"]["amr"] =
        json!(["unauthenticated"]);
    for event in [rest, http] {
        let function = Function::new();
        let answer =
            function.answer(&asking(event, "POST", "/operations", &refused_reboot())).await;
        assert_eq!(
            (answer["statusCode"].as_u64(), function.entries().len()),
            (Some(401), 0),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn no_key_or_token_of_an_event_reaches_the_audit_trail() {
    for (fixture, event) in fixtures::all() {
        let function = Function::new();
        function.answer(&asking(event, "POST", "/operations", &refused_reboot())).await;
        let trail = json!(function.entries()).to_string();
        for secret in ["AKIAEXAMPLE", "ASIAEXAMPLE", "example-api-key-value", "Bearer", "token"] {
            assert!(!trail.contains(secret), "{secret} of {fixture}");
        }
    }
}

#[tokio::test]
async fn an_odd_request_context_is_nobody_and_breaks_nothing() {
    for (fixture, event) in fixtures::all() {
        for odd in [
            json!(null),
            json!([]),
            json!([[1]]),
            json!({}),
            json!("x"),
            json!(7),
            json!({ "identity": [], "authorizer": [1], "http": null }),
        ] {
            let mut event = asking(event.clone(), "POST", "/operations", &refused_reboot());
            event["requestContext"] = odd.clone();
            event["httpMethod"] = json!("POST");
            event["path"] = json!("/operations");
            let answer = Function::new().answer(&event).await;
            assert_eq!(answer["statusCode"].as_u64(), Some(401), "{fixture} with {odd}: {answer}");
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["request_id"], json!("lambda-request"));
        }
    }
}

#[tokio::test]
async fn what_is_no_event_of_a_gateway_is_answered_as_a_bad_request() {
    for event in [
        json!({}),
        json!(null),
        json!([1]),
        json!({ "operation": "reboot_instance" }),
        json!({ "sweep": true }),
    ] {
        let answer = Function::new().answer(&event).await;
        assert_eq!(answer["statusCode"].as_u64(), Some(400), "{answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["code"], json!("invalid_request"));
        assert_eq!(answer["multiValueHeaders"]["x-content-type-options"], json!(["nosniff"]));
    }
}
