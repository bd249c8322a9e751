//! What is made of answers of S3 that no emulator gives.

use std::sync::Arc;
use std::time::Duration;

use ops_aws_adapters::shared_settings::{Refreshed, SharedSettings};
use ops_config::{Config, ConfigErrors, S3Object};
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use ops_testkit::clock::VirtualClock;
use ops_testkit::sample;
use tracing::level_filters::LevelFilter;

use crate::config;
use crate::server::{Answer, Server, closed_url};

const GOOD: &str = "max_wait_seconds = 1";

fn refusal(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>secret</Message></Error>")
}

async fn open(url: &str) -> Result<(SharedSettings, Config), ConfigErrors> {
    open_by(url, &VirtualClock::new(sample::start())).await
}

async fn open_by(
    url: &str,
    clock: &VirtualClock,
) -> Result<(SharedSettings, Config), ConfigErrors> {
    let object = S3Object { bucket: "acme-settings".to_owned(), key: "ops.toml".to_owned() };
    SharedSettings::open(&config(url), object, Arc::new(clock.clone()), |_| None).await
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_without_its_words() {
    for (status, code, shown) in [
        (403, "AccessDenied", "may not be read, or is not there"),
        (403, "InvalidAccessKeyId", "can't be read: S3 answered 403 InvalidAccessKeyId"),
        (400, "ExpiredToken", "can't be read: S3 answered 400 ExpiredToken"),
        (404, "NoSuchBucket", "is not there"),
        (503, "SlowDown", "can't be read: S3 answered 503 SlowDown"),
    ] {
        let server = Server::start(move |_| Answer::Body(status, refusal(code)));
        let refused = open(&server.url()).await.err().expect("it is refused").to_string();
        assert_eq!(refused, format!("OPS_CONFIG: s3://acme-settings/ops.toml {shown}"));
    }
    let nobody = open(&closed_url()).await.err().expect("nobody listens").to_string();
    assert!(
        nobody.starts_with("OPS_CONFIG: s3://acme-settings/ops.toml can't be read"),
        "{nobody}"
    );
}

#[tokio::test]
async fn a_start_tries_three_times() {
    let server = Server::start(|before| match before {
        0 => Answer::HangUp,
        1 => Answer::Body(503, refusal("SlowDown")),
        _ => Answer::Body(200, GOOD.to_owned()),
    });
    let (_, config) = open(&server.url()).await.expect("the third answer is good");
    assert_eq!((config.api.max_wait.as_secs(), server.requests().len()), (1, 3));
    let down = Server::start(|_| Answer::Body(500, refusal("InternalError")));
    assert!(open(&down.url()).await.is_err());
    assert_eq!(down.requests().len(), 3);
}

/// A line when it begins and one when it is over, however long it lasts.
#[tokio::test]
async fn an_outage_is_logged_when_it_begins_and_ends() {
    let (memory, _guard) = Memory::start(&Levels::at(LevelFilter::INFO));
    let server = Server::start(|before| match before {
        0 => Answer::Body(200, GOOD.to_owned()),
        1..=9 => Answer::Body(503, refusal("SlowDown")),
        10 => Answer::Body(304, String::new()),
        _ => Answer::Body(200, "max_wait_seconds = 2".to_owned()),
    });
    let clock = VirtualClock::new(sample::start());
    let (settings, _) = open_by(&server.url(), &clock).await.expect("it is good");
    let mut looks = Vec::new();
    for _ in 0..5 {
        clock.advance(Duration::from_secs(60));
        looks.push(settings.refresh(|_| ()).await);
    }
    use Refreshed::{Changed, Problem, Same};
    assert_eq!(looks, [Problem, Problem, Problem, Same, Changed]);
    let lines = memory.lines();
    let shown: Vec<_> =
        lines.iter().map(|line| (line["level"].as_str(), line["message"].as_str())).collect();
    assert_eq!(
        shown,
        [
            (Some("ERROR"), Some("the settings could not be renewed")),
            (Some("INFO"), Some("the settings can be read again")),
            (Some("INFO"), Some("the settings have changed")),
        ]
    );
    assert_eq!(lines[0]["error_code"], "configuration_unreachable");
    assert!(!memory.text().contains("secret"), "{lines:?}");
}

/// Of many that look at the same time one asks.
#[tokio::test]
async fn one_asks_for_all() {
    let server = Server::start(|_| Answer::Body(200, GOOD.to_owned()));
    let clock = VirtualClock::new(sample::start());
    let (settings, _) = open_by(&server.url(), &clock).await.expect("it is good");
    clock.advance(Duration::from_secs(60));
    let looks = (0..8).map(|_| settings.refresh(|_| ()));
    let looks = futures_util::future::join_all(looks).await;
    assert_eq!(server.requests().len(), 2, "{looks:?}");
    let changed = looks.iter().filter(|look| **look == Refreshed::Changed).count();
    assert_eq!(changed, 1, "{looks:?}");
}
