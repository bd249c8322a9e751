//! Who calls, as Amazon API Gateway says it in the request context of REST APIs (v1) and HTTP APIs
//! (v2).
//!
//! The context is read from plain JSON and tolerantly: a claim of an odd type or a field that is
//! not there changes nothing about the rest. What a caller can write (headers, query, body) is not
//! read.
//!
//! | Authorization | principal | where |
//! |---|---|---|
//! | IAM | `iam:<userArn>` | v1 `identity`, v2 `authorizer.iam` |
//! | IAM through an identity pool | `iam:<userArn>/<identityId>` | the same |
//! | Cognito user pool | `cognito:<sub>` | v1 `authorizer.claims` |
//! | JWT | `jwt:<iss>\|<sub>` | v2 `authorizer.jwt.claims`; `authorizer.claims` where an HTTP API sends the v1 form |
//! | Lambda authorizer | `lambda:<principalId>` | v1 `authorizer`, v2 `authorizer.lambda` (the authorizer puts `principalId` in its context) |
//! | API key | `apikey:<apiKeyId>` | v1 `identity`, if the configuration allows it |

mod groups;

use std::collections::BTreeMap;

use ops_domain::caller::Caller;
use serde_json::Value;

use crate::gateway::groups::Groups;

/// The first segments of the API's paths. A resource or a route of a gateway that has one of them
/// leads to the path from there on, whatever is before it.
pub const FIRST_SEGMENTS: [&str; 8] =
    ["assets", "audit", "healthz", "instances", "metrics", "openapi.json", "operations", "session"];

/// What the gateway's console sends as the API key of a test. No authorizer ran before it.
const CONSOLE_TEST_KEY: &str = "test-invoke-api-key";

/// How the host of the issuer of a Cognito user pool's tokens begins, and how it ends in each
/// partition of AWS.
const USER_POOLS: (&str, [&str; 2]) =
    ("https://cognito-idp.", [".amazonaws.com", ".amazonaws.com.cn"]);

/// The caller that a request context names, if it names one. `allow_api_key` says whether an API
/// key alone, which many people may share, counts as one.
///
/// A test from the gateway's console names nobody: it skips the API's authorizer. Neither does a
/// guest of an identity pool, which gives one an identity without a login.
#[must_use]
pub fn caller_of(request_context: &Value, allow_api_key: bool) -> Option<Caller> {
    if is_console_test(request_context) || is_guest(request_context) {
        return None;
    }
    let identity = iam(request_context)
        .or_else(|| cognito(request_context))
        .or_else(|| jwt(request_context))
        .or_else(|| lambda(request_context))
        .or_else(|| api_key(request_context).filter(|_| allow_api_key))?;
    let mut caller = Caller {
        principal: identity.principal,
        display_name: identity.display_name,
        source_ip: text(&request_context["identity"]["sourceIp"])
            .or_else(|| text(&request_context["http"]["sourceIp"])),
        request_id: request_id_of(request_context).unwrap_or_default(),
        attributes: identity.attributes,
    };
    if identity.groups_ambiguous {
        caller.mark_groups_ambiguous();
    }
    Some(caller)
}

/// The gateway's id of the request, for answers to callers that it does not name.
#[must_use]
pub fn request_id_of(request_context: &Value) -> Option<String> {
    text(&request_context["requestId"]).or_else(|| text(&request_context["extendedRequestId"]))
}

/// What one way to authorize says about the caller.
#[derive(Debug)]
struct Identity {
    principal: String,
    display_name: Option<String>,
    attributes: BTreeMap<String, String>,
    groups_ambiguous: bool,
}

impl Identity {
    fn new(auth: &str, principal: String, display_name: Option<String>) -> Self {
        let attributes = BTreeMap::from([("auth".to_owned(), auth.to_owned())]);
        Self { principal, display_name, attributes, groups_ambiguous: false }
    }

    fn with(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.attributes.insert(name.to_owned(), value);
        }
        self
    }

    fn with_person(self, claims: &Value) -> Self {
        let groups = Groups::of(claims);
        let person = self.with("email", text(&claims["email"])).with("groups", groups.joined());
        Self { groups_ambiguous: groups.ambiguous, ..person }
    }
}

fn is_console_test(context: &Value) -> bool {
    let identity = &context["identity"];
    [&identity["apiKey"], &identity["apiKeyId"]]
        .into_iter()
        .any(|key| key.as_str().is_some_and(|key| key.starts_with(CONSOLE_TEST_KEY)))
}

/// The word for who has not logged in at an identity pool (API Gateway Developer Guide, "Variables
/// for access logging": `$context.identity.cognitoAuthenticationType`; of HTTP APIs the first means
/// of authentication, `amr`).
const NOT_LOGGED_IN: &str = "unauthenticated";

fn is_guest(context: &Value) -> bool {
    let means = &context["authorizer"]["iam"]["cognitoIdentity"]["amr"];
    context["identity"]["cognitoAuthenticationType"] == NOT_LOGGED_IN
        || means.as_array().is_some_and(|means| means.iter().any(|means| means == NOT_LOGGED_IN))
}

fn iam(context: &Value) -> Option<Identity> {
    let (v1, v2) = (&context["identity"], &context["authorizer"]["iam"]);
    let identity = if v2.is_object() { v2 } else { v1 };
    let arn = text(&identity["userArn"])?;
    let pool_identity = text(&identity["cognitoIdentityId"])
        .or_else(|| text(&identity["cognitoIdentity"]["identityId"]));
    let (principal, name) = match &pool_identity {
        // Everybody has the same session of the pool's role.
        Some(person) => (format!("iam:{arn}/{person}"), None),
        // The session name of a role, which the identity provider sets to the login, or the name of
        // a user.
        None => (
            format!("iam:{arn}"),
            arn.rsplit('/').next().filter(|name| *name != arn).map(str::to_owned),
        ),
    };
    Some(
        Identity::new("iam", principal, name)
            .with("account_id", text(&identity["accountId"]))
            .with("organization_id", text(&identity["principalOrgId"]))
            .with("cognito_identity_id", pool_identity),
    )
}

fn cognito(context: &Value) -> Option<Identity> {
    let claims = &context["authorizer"]["claims"];
    let sub = text(&claims["sub"])?;
    if text(&claims["iss"]).is_some_and(|issuer| !is_user_pool(&issuer)) {
        return None;
    }
    Some(
        Identity::new("cognito", format!("cognito:{sub}"), display_name(claims))
            .with_person(claims),
    )
}

/// `https://cognito-idp.<Region>.amazonaws.com/<pool>` (Amazon Cognito Developer Guide, "Verifying
/// JSON web tokens").
fn is_user_pool(issuer: &str) -> bool {
    let (begin, ends) = USER_POOLS;
    let host = issuer.strip_prefix(begin).and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| ends.iter().any(|end| host.ends_with(end)))
}

fn jwt(context: &Value) -> Option<Identity> {
    let authorizer = &context["authorizer"];
    let claims = if authorizer["jwt"].is_object() {
        &authorizer["jwt"]["claims"]
    } else {
        &authorizer["claims"]
    };
    let (issuer, sub) = text(&claims["iss"]).zip(text(&claims["sub"]))?;
    Some(
        Identity::new("jwt", format!("jwt:{issuer}|{sub}"), display_name(claims))
            .with_person(claims),
    )
}

fn lambda(context: &Value) -> Option<Identity> {
    let authorizer = &context["authorizer"];
    let said = if authorizer["lambda"].is_object() { &authorizer["lambda"] } else { authorizer };
    let id = text(&said["principalId"])?;
    Some(Identity::new("lambda", format!("lambda:{id}"), display_name(said)).with_person(said))
}

fn api_key(context: &Value) -> Option<Identity> {
    let id = text(&context["identity"]["apiKeyId"])?;
    Some(Identity::new("api_key", format!("apikey:{id}"), None))
}

fn display_name(claims: &Value) -> Option<String> {
    ["email", "cognito:username", "preferred_username", "username", "name"]
        .iter()
        .find_map(|name| text(&claims[*name]))
}

/// A text that is not blank, or a number as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

#[cfg(test)]
mod tests;
