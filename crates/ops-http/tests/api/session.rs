//! `GET /session`.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use ops_config::{ApiSettings, Config, Fetched, Reload};
use ops_domain::caller::Caller;
use ops_domain::ports::Clock as _;
use ops_http::{Options, SettingsStatus};
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::harness::{Api, anonymous};

async fn session_of(api: &Api, caller: Caller) -> Value {
    let request = Request::get("/session").extension(caller).body(Body::empty()).unwrap();
    api.send(request).await.json()
}

#[tokio::test]
async fn it_needs_a_caller_and_takes_no_parameter() {
    let api = Api::demo();
    let nobody = api.send(anonymous(Method::GET, "/session")).await;
    assert_eq!(nobody.brief(), (401, "unauthenticated".into()));
    assert_eq!(api.get("/session?user=bob").await.brief(), (400, "invalid_parameter".into()));
    assert_eq!(api.get("/session").await.status, 200);
    api.assert_untouched();
}

#[tokio::test]
async fn the_caller_is_shown_as_the_gateway_names_it() {
    let api = Api::demo();
    for (principal, authentication) in [
        ("local:alice", "local"),
        ("iam:arn:aws:sts::111122223333:assumed-role/DBA/alice", "iam"),
        ("cognito:7d0e", "cognito"),
        ("jwt:https://idp.example.com/|u-1", "jwt"),
        ("lambda:user|erin", "lambda"),
        ("apikey:k-1", "api_key"),
    ] {
        let shown = session_of(&api, Caller::new(principal, "r")).await;
        assert_eq!(shown["principal"], json!(principal));
        assert_eq!(shown["authentication"], json!(authentication), "{principal}");
        assert_eq!((&shown["name"], &shown["groups"]), (&Value::Null, &json!([])));
    }
}

#[tokio::test]
async fn the_groups_that_count_are_shown() {
    let api = Api::demo();
    let mut caller = Caller::new("jwt:https://idp.example.com/|u-1", "r");
    caller.display_name = Some("zoe@example.com".into());
    caller.attributes.insert("groups".into(), "dba, on-call".into());
    let certain = session_of(&api, caller.clone()).await;
    assert_eq!(certain["name"], json!("zoe@example.com"));
    assert_eq!(certain["groups"], json!(["dba", "on-call"]));
    assert_eq!(certain.get("groups_ambiguous"), None);
    caller.mark_groups_ambiguous();
    let ambiguous = session_of(&api, caller).await;
    assert_eq!(ambiguous["groups"], json!(["dba", "on-call"]));
    assert_eq!(ambiguous["groups_ambiguous"], json!(true));
}

/// The host and the operator decide what the service is and what it offers.
#[tokio::test]
async fn the_service_is_shown_as_it_is_deployed_and_configured() {
    let toml = "audit_retention_days = 30\npoll_interval_seconds = 10\nmax_wait_seconds = 2.5\n\
                [operations.reboot_instance]\npoll_interval_seconds = 2\ntimeout_seconds = 900\n\
                [environments]\nnames = ['Training']";
    let config = Config::load(Some(toml), |_| None).unwrap();
    let world = World::demo_with(Behaviour::quick(), config.service);
    let options =
        Options { service: Cow::Borrowed("orders-ops"), simulated: true, ..Options::LOCAL };
    let shown = Api::with_all(world, config.api, options).get("/session").await.json();
    assert_eq!((&shown["service"], &shown["simulated"]), (&json!("orders-ops"), &json!(true)));
    assert_eq!(
        shown["limits"],
        json!({ "max_wait_seconds": 2.5, "audit_retention_days": 30.0, "page_items": 100 })
    );
    assert_eq!(shown["environments"].as_array().unwrap().last(), Some(&json!("Training")));
    let times = |name: &str| {
        let operations = shown["operations"].as_array().unwrap();
        let one = operations.iter().find(|one| one["operation"] == name).unwrap();
        [one["poll_interval_seconds"].clone(), one["timeout_seconds"].clone()]
    };
    assert_eq!(times("reboot_instance"), [json!(2.0), json!(900.0)]);
    assert_eq!(times("create_snapshot"), [json!(10.0), json!(300.0)]);
}

#[tokio::test]
async fn the_time_is_that_of_the_service() {
    let api = Api::with_api(ApiSettings::default());
    api.world.clock.advance(Duration::from_secs(90));
    let shown = api.get("/session").await.json();
    assert_eq!(shown["now"], json!("2026-01-31T10:01:30Z"));
}

/// What is wrong is told without the settings and their values: everybody may ask.
#[tokio::test]
async fn shared_settings_show_their_version_and_problem() {
    let api = Api::demo();
    assert_eq!(api.get("/session").await.json().get("configuration"), None);
    let begin = api.world.clock.now();
    let document = |version: &str, content: &str| {
        let (version, content) = (version.to_owned(), content.as_bytes().to_owned());
        Ok(Fetched::Document { content, version, etag: None })
    };
    let good = document("v1", "max_wait_seconds = 1");
    let (mut reload, _) = Reload::begin(good, begin, Duration::ZERO, |_| None).unwrap();
    let session = async |reload: &Reload| {
        let request = Request::get("/session")
            .extension(Caller::new("iam:alice", "r"))
            .extension(SettingsStatus(reload.status().clone()))
            .body(Body::empty());
        api.send(request.unwrap()).await.json()["configuration"].take()
    };
    let loaded = json!("2026-01-31T10:00:00Z");
    assert_eq!(
        session(&reload).await,
        json!({ "version": "v1", "loaded_at": loaded, "problem": null })
    );
    let bad = "[[rules]]\nprincipals = ['iam:secret']\nenvironments = ['secret']";
    let later = begin + Duration::from_secs(60);
    reload.take(document("v2", bad), later, |_| None);
    assert_eq!(
        session(&reload).await,
        json!({ "version": "v1", "loaded_at": loaded, "problem": {
            "code": "configuration_invalid",
            "message": "The newest settings have a problem. The version before is in effect.",
            "since": "2026-01-31T10:01:00Z",
        } })
    );
}
