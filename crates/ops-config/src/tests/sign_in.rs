//! How the dashboard signs people in.

use super::*;

const ISSUER: (&str, &str) = ("OPS_SIGN_IN_ISSUER", "https://login.example.com/tenant/");
const CLIENT: (&str, &str) = ("OPS_SIGN_IN_CLIENT_ID", "rds-ops");

fn problems(variables: &[(&str, &str)]) -> String {
    load("", variables).unwrap_err().to_string()
}

#[test]
fn an_issuer_and_a_client_are_enough() {
    let config = load("", &[ISSUER, CLIENT]).unwrap();
    let expected = SignIn {
        issuer: ISSUER.1.to_owned(),
        client_id: CLIENT.1.to_owned(),
        scope: "openid".to_owned(),
        token: SignInToken::Access,
        origins: Vec::new(),
    };
    assert_eq!(config.api.sign_in, Some(expected));
}

#[test]
fn variables_win_over_the_file() {
    let file = "sign_in_issuer = 'http://file.example'\nsign_in_token = 'access'";
    let variables = [
        ISSUER,
        CLIENT,
        ("OPS_SIGN_IN_SCOPE", "openid email"),
        ("OPS_SIGN_IN_TOKEN", "id"),
        ("OPS_SIGN_IN_ORIGINS", "https://A.example:443, http://localhost:9000"),
    ];
    let sign_in = load(file, &variables).unwrap().api.sign_in.unwrap();
    assert_eq!((sign_in.issuer.as_str(), sign_in.scope.as_str()), (ISSUER.1, "openid email"));
    assert_eq!(sign_in.token, SignInToken::Id);
    assert_eq!(sign_in.origins, ["https://a.example", "http://localhost:9000"]);
}

#[test]
fn one_without_the_other_is_a_problem() {
    assert!(problems(&[ISSUER]).contains("sign_in_client_id: is not set"));
    assert!(problems(&[CLIENT]).contains("sign_in_issuer: is not set"));
}

/// A policy of the page and a request of a browser are made from these texts.
#[test]
fn what_could_not_be_an_issuer_or_an_origin_is_refused() {
    for issuer in [
        "login.example.com",
        "http://login.example.com",
        "https://login.example.com/?tenant=a",
        "https://login.example.com/#a",
        "https://login.example.com/; script-src *",
        "https://login.example.com /a",
        "https://user@login.example.com",
        "javascript://login.example.com",
        "https://",
        "*",
    ] {
        let problem = problems(&[("OPS_SIGN_IN_ISSUER", issuer), CLIENT]);
        assert!(problem.contains("OPS_SIGN_IN_ISSUER"), "{issuer}");
        assert!(!problem.contains("is not set"), "{issuer}: {problem}");
    }
    for (name, value) in [
        ("OPS_SIGN_IN_ORIGINS", "*"),
        ("OPS_SIGN_IN_ORIGINS", "http://a.example"),
        ("OPS_SIGN_IN_ORIGINS", "https://a.example/x"),
        ("OPS_SIGN_IN_SCOPE", "email"),
        ("OPS_SIGN_IN_SCOPE", "openid \"x\u{e4}\""),
        ("OPS_SIGN_IN_TOKEN", "refresh"),
    ] {
        assert!(problems(&[ISSUER, CLIENT, (name, value)]).contains(name), "{name} {value}");
    }
}
