use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A REST API's context as it comes for a method with the given identity and authorizer fields.
fn rest(identity: Value, authorizer: Value) -> Value {
    let mut context = json!({
        "resourceId": "a1b2c3",
        "resourcePath": "/{proxy+}",
        "httpMethod": "POST",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "requestTime": "13/Nov/2025:10:30:00 +0000",
        "path": "/prod/operations",
        "accountId": "999988887777",
        "protocol": "HTTP/1.1",
        "stage": "prod",
        "requestTimeEpoch": 1_763_029_800_000_u64,
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "identity": {
            "cognitoIdentityPoolId": null, "accountId": null, "cognitoIdentityId": null, "caller": null,
            "sourceIp": "192.0.2.1", "principalOrgId": null, "accessKey": null,
            "cognitoAuthenticationType": null, "cognitoAuthenticationProvider": null, "userArn": null,
            "userAgent": "Mozilla/5.0", "user": null,
        },
        "apiId": "1234567890",
    });
    for (name, value) in identity.as_object().expect("an object") {
        context["identity"][name] = value.clone();
    }
    context["authorizer"] = authorizer;
    context
}

/// An HTTP API's context with the given authorizer.
fn http_api(authorizer: Value) -> Value {
    json!({
        "accountId": "999988887777", "apiId": "api-id", "domainName": "id.execute-api.eu-central-1.amazonaws.com",
        "http": {
            "method": "POST", "path": "/operations", "protocol": "HTTP/1.1", "sourceIp": "198.51.100.7",
            "userAgent": "curl/8",
        },
        "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
        "time": "13/Nov/2025:10:30:00 +0000", "timeEpoch": 1_763_029_800_000_u64, "authorizer": authorizer,
    })
}

fn attributes(caller: &Caller) -> Vec<(&str, &str)> {
    caller.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn iam_on_a_rest_api_names_the_session_of_the_role() {
    let context = rest(
        json!({
            "accountId": "111122223333", "caller": "AROAEXAMPLE:alice@example.com", "accessKey": "ASIAEXAMPLE",
            "userArn": "arn:aws:sts::111122223333:assumed-role/DBA/alice@example.com",
            "user": "AROAEXAMPLE:alice@example.com", "principalOrgId": "o-exampleorg",
        }),
        Value::Null,
    );
    let caller = caller_of(&context, true).unwrap();
    assert_eq!(
        caller.principal,
        "iam:arn:aws:sts::111122223333:assumed-role/DBA/alice@example.com"
    );
    assert_eq!(caller.display_name.as_deref(), Some("alice@example.com"));
    assert_eq!(caller.source_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(caller.request_id, "c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
    let expected =
        [("account_id", "111122223333"), ("auth", "iam"), ("organization_id", "o-exampleorg")];
    assert_eq!(attributes(&caller), expected);
}

#[test]
fn iam_on_an_http_api_names_the_user() {
    let context = http_api(json!({ "iam": {
        "accessKey": "AKIAEXAMPLE", "accountId": "111122223333", "callerId": "AIDAEXAMPLE",
        "cognitoIdentity": null, "principalOrgId": "o-exampleorg",
        "userArn": "arn:aws:iam::111122223333:user/bob", "userId": "AIDAEXAMPLE",
    }}));
    let caller = caller_of(&context, true).unwrap();
    assert_eq!(caller.principal, "iam:arn:aws:iam::111122223333:user/bob");
    assert_eq!(caller.display_name.as_deref(), Some("bob"));
    assert_eq!(caller.source_ip.as_deref(), Some("198.51.100.7"));
    assert_eq!(caller.request_id, "JKJaXmPLvHcESHA=");
}

#[test]
fn an_identity_pool_principal_names_the_person() {
    let arn = "arn:aws:sts::111122223333:assumed-role/Pool/CognitoIdentityCredentials";
    let v1 = |person: &str| {
        let identity = json!({
            "userArn": arn, "cognitoIdentityId": person, "cognitoAuthenticationType": "authenticated",
        });
        rest(identity, json!({}))
    };
    let v2 = |person: &str| {
        let pool = json!({
            "amr": ["authenticated", "idp"], "identityId": person,
            "identityPoolId": "eu-central-1:1"
        });
        http_api(json!({ "iam": { "userArn": arn, "cognitoIdentity": pool } }))
    };
    for person in ["eu-central-1:77aa", "eu-central-1:88bb"] {
        for context in [v1(person), v2(person)] {
            let caller = caller_of(&context, true).unwrap();
            assert_eq!(caller.principal, format!("iam:{arn}/{person}"));
            assert_eq!(
                (caller.display_name, caller.attributes["cognito_identity_id"].as_str()),
                (None, person)
            );
        }
    }
}

#[test]
fn a_guest_of_an_identity_pool_is_nobody_even_with_an_api_key() {
    let arn = "arn:aws:sts::111122223333:assumed-role/Guests/CognitoIdentityCredentials";
    let id = "eu-central-1:77aa";
    let mut v1 = rest(
        json!({
            "userArn": arn, "cognitoIdentityId": id, "cognitoAuthenticationType": "unauthenticated"
        }),
        json!({}),
    );
    v1["identity"]["apiKeyId"] = json!("abc123");
    let pool =
        json!({ "amr": ["unauthenticated"], "identityId": id, "identityPoolId": "eu-central-1:1" });
    for context in [v1, http_api(json!({ "iam": { "userArn": arn, "cognitoIdentity": pool } }))] {
        assert_eq!(caller_of(&context, true), None);
    }
}

#[test]
fn cognito_claims_name_the_subject_and_not_the_changeable_email() {
    let claims = json!({
        "sub": "11112222-3333-4444-5555-666677778888", "email": "carol@example.com", "cognito:username": "carol",
        "cognito:groups": "dba,oncall", "exp": 1_763_029_800, "email_verified": true, "custom:list": [1, 2],
    });
    let caller = caller_of(&rest(json!({}), json!({ "claims": claims })), true).unwrap();
    assert_eq!(caller.principal, "cognito:11112222-3333-4444-5555-666677778888");
    assert_eq!(caller.display_name.as_deref(), Some("carol@example.com"));
    assert_eq!(
        attributes(&caller),
        [("auth", "cognito"), ("email", "carol@example.com"), ("groups", "dba,oncall")]
    );
}

#[test]
fn a_jwt_names_issuer_and_subject() {
    let claims = json!({
        "iss": "https://idp.example.com", "sub": "248289761001", "username": "dave", "groups": "[dba]",
        "exp": "1763029800", "aud": "api",
    });
    let caller =
        caller_of(&http_api(json!({ "jwt": { "claims": claims, "scopes": ["ops"] } })), true)
            .unwrap();
    assert_eq!(caller.principal, "jwt:https://idp.example.com|248289761001");
    assert_eq!(caller.display_name.as_deref(), Some("dave"));
    assert_eq!(attributes(&caller), [("auth", "jwt"), ("groups", "dba")]);
}

#[test]
fn a_jwt_in_the_v1_form_is_not_taken_for_one_of_a_user_pool() {
    let of = |issuer: &str| json!({ "claims": { "iss": issuer, "sub": "1" }, "scopes": ["ops"] });
    let principal = |issuer: &str| caller_of(&rest(json!({}), of(issuer)), true).unwrap().principal;
    assert_eq!(principal("https://idp.example.com"), "jwt:https://idp.example.com|1");
    assert_eq!(
        principal("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a"),
        "cognito:1"
    );
    assert_eq!(
        principal("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a"),
        "cognito:1"
    );
    for other in
        ["https://cognito-idp.evil.example/a", "https://cognito-idp.evil.example/.amazonaws.com"]
    {
        assert_eq!(principal(other), format!("jwt:{other}|1"));
    }
}

/// HTTP APIs send the groups `["dba", "contractors"]` and `["dba contractors"]` alike.
#[test]
fn groups_with_several_readings_are_marked_as_ambiguous() {
    const CERTAIN: bool = false;
    const AMBIGUOUS: bool = true;
    for (claim, sent, kept, ambiguous) in [
        ("groups", json!(null), None, CERTAIN),
        ("groups", json!(""), None, CERTAIN),
        ("groups", json!("[]"), None, CERTAIN),
        ("groups", json!([]), None, CERTAIN),
        ("groups", json!(["", null]), None, CERTAIN),
        ("groups", json!("[dba]"), Some("dba"), CERTAIN),
        ("groups", json!("dba contractors"), Some("dba contractors"), CERTAIN),
        ("groups", json!("dba, on-call"), Some("dba,on-call"), CERTAIN),
        ("groups", json!(7), Some("7"), CERTAIN),
        ("groups", json!("[dba contractors]"), None, AMBIGUOUS),
        ("groups", json!("[dba\tcontractors]"), None, AMBIGUOUS),
        ("groups", json!("[x,admin]"), None, AMBIGUOUS),
        ("groups", json!(["dba", "x,admin"]), Some("dba"), AMBIGUOUS),
        ("groups", json!(["dba", { "name": "x" }]), Some("dba"), AMBIGUOUS),
        ("groups", json!({ "dba": true }), None, AMBIGUOUS),
        ("groups", json!(true), None, AMBIGUOUS),
        ("cognito:groups", json!("[dba on-call]"), Some("dba,on-call"), CERTAIN),
        ("cognito:groups", json!("[dba x,admin on-call]"), Some("dba,on-call"), AMBIGUOUS),
    ] {
        let claims = json!({ "iss": "https://idp.example.com", "sub": "1", claim: sent });
        let caller = caller_of(&http_api(json!({ "jwt": { "claims": claims } })), true).unwrap();
        assert_eq!(caller.attributes.get("groups").map(String::as_str), kept, "{claim} {sent}");
        assert_eq!(caller.groups_are_ambiguous(), ambiguous, "{claim} {sent}");
    }
}

#[test]
fn two_claims_of_different_groups_are_ambiguous() {
    for (other, ambiguous) in [("dba", false), ("contractors", true), ("", false)] {
        let claims = json!({ "sub": "1", "cognito:groups": "dba", "groups": other });
        let caller = caller_of(&rest(json!({}), json!({ "claims": claims })), true).unwrap();
        assert_eq!(caller.attributes["groups"], "dba");
        assert_eq!(caller.groups_are_ambiguous(), ambiguous, "{other}");
    }
}

#[test]
fn numbers_in_claims_break_nothing() {
    let claims =
        json!({ "iss": "https://idp.example.com", "sub": 42, "exp": 5, "groups": ["dba", 7] });
    let caller =
        caller_of(&http_api(json!({ "jwt": { "claims": claims, "scopes": null } })), true).unwrap();
    assert_eq!(caller.principal, "jwt:https://idp.example.com|42");
    assert_eq!(caller.attributes["groups"], "dba,7");
}

#[test]
fn a_jwt_without_issuer_or_subject_names_nobody() {
    for claims in [
        json!({ "sub": "1" }),
        json!({ "iss": "https://idp.example.com" }),
        json!({ "iss": "", "sub": "1" }),
    ] {
        assert_eq!(caller_of(&http_api(json!({ "jwt": { "claims": claims } })), true), None);
    }
}

#[test]
fn a_lambda_authorizer_names_its_principal_on_both_kinds_of_api() {
    let said = json!({
        "principalId": "user|erin", "email": "erin@example.com", "clientId": 1,
        "integrationLatency": 9
    });
    for context in [rest(json!({}), said.clone()), http_api(json!({ "lambda": said }))] {
        let caller = caller_of(&context, true).unwrap();
        assert_eq!(caller.principal, "lambda:user|erin");
        assert_eq!(attributes(&caller), [("auth", "lambda"), ("email", "erin@example.com")]);
    }
}

#[test]
fn an_api_key_counts_by_its_id_only_where_it_is_allowed() {
    let context = rest(json!({ "apiKey": "s3cr3t-value", "apiKeyId": "abc123" }), Value::Null);
    let caller = caller_of(&context, true).unwrap();
    assert_eq!(caller.principal, "apikey:abc123");
    assert!(!format!("{caller:?}").contains("s3cr3t"));
    assert_eq!(caller_of(&context, false), None);
}

#[test]
fn a_key_beside_a_person_does_not_hide_the_person() {
    let context = rest(
        json!({ "apiKey": "s3cr3t", "apiKeyId": "abc123" }),
        json!({ "claims": { "sub": "1" } }),
    );
    assert_eq!(caller_of(&context, true).unwrap().principal, "cognito:1");
}

#[test]
fn a_test_from_the_console_names_nobody() {
    let identity = json!({
        "apiKey": "test-invoke-api-key", "apiKeyId": "test-invoke-api-key-id", "sourceIp": "test-invoke-source-ip",
        "userArn": "arn:aws:iam::111122223333:user/admin", "accessKey": "ASIAEXAMPLE",
    });
    assert_eq!(caller_of(&rest(identity, Value::Null), true), None);
}

#[test]
fn neither_access_keys_nor_tokens_are_kept() {
    let context = rest(
        json!({
            "userArn": "arn:aws:iam::111122223333:user/bob", "accessKey": "AKIASECRET",
            "apiKey": "s3cr3t"
        }),
        json!({ "token": "eyJ0b2tlbg", "principalId": "x" }),
    );
    let caller = format!("{:?}", caller_of(&context, true).unwrap());
    for kept in ["AKIASECRET", "s3cr3t", "eyJ0b2tlbg"] {
        assert!(!caller.contains(kept), "{kept} in {caller}");
    }
}

#[test]
fn without_an_authorizer_there_is_nobody() {
    for context in [
        rest(json!({}), Value::Null),
        http_api(Value::Null),
        json!({}),
        Value::Null,
        json!([1]),
        json!("x"),
    ] {
        assert_eq!(caller_of(&context, true), None);
    }
}

/// Any JSON, with the names that this module looks for.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "identity",
        "authorizer",
        "claims",
        "jwt",
        "iam",
        "lambda",
        "userArn",
        "sub",
        "iss",
        "principalId",
        "apiKey",
        "apiKeyId",
        "requestId",
        "http",
        "sourceIp",
        "email",
        "groups",
        "cognito:groups",
        "accountId",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "\\[?[a-z/ ,|]{0,6}\\]?".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8).prop_map(|map| map
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_context_panics_and_every_caller_has_a_kind_of_principal(context in any_json(), allow in any::<bool>()) {
        if let Some(caller) = caller_of(&context, allow) {
            let (kind, rest) = caller.principal.split_once(':').unwrap();
            prop_assert!(["iam", "cognito", "jwt", "lambda", "apikey"].contains(&kind));
            prop_assert!(!rest.trim().is_empty());
            prop_assert!(allow || kind != "apikey");
        }
    }
}
