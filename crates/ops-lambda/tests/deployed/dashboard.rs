//! The dashboard as the template deploys it: behind a stage, with a real sign-in, in a real browser.

use std::net::TcpListener;
use std::process::Command;

use crate::support::deployment::Deployment;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT};

/// The sources of the dashboard, with its tests and what they need.
const UI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ops-dashboard/ui");

/// What the template knows of the provider, which the test in the browser starts at this address.
fn provider_at(port: u16) -> [(&'static str, String); 5] {
    [
        ("JwtIssuer", format!("http://127.0.0.1:{port}")),
        ("JwtAudience", "rds-ops".to_owned()),
        ("SignInClientId", "rds-ops".to_owned()),
        ("SignInScope", "openid email".to_owned()),
        ("SignInToken", "id".to_owned()),
    ]
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A browser has nothing to show to a gateway before anybody has signed in.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_its_assets_are_open_at_every_gateway() {
    for gateway in ["rest-iam", "rest-api-key", "http-iam", "http-jwt"] {
        let site = Site::without_tables("OPS_TEST_MINISTACK_URL").await;
        let deployment = Deployment::of(&site, gateway).await;
        let page = fetch(&deployment.url("/"));
        assert!(page.contains("assets/app.js"), "{gateway}: {page}");
        let script = fetch(&deployment.url("/assets/app.js"));
        assert!(script.contains("rds-ops"), "{gateway}: {} bytes", script.len());
    }
}

/// What a browser gets without any authorisation.
fn fetch(url: &str) -> String {
    let request = ureq::get(url).header("accept", "text/html,*/*;q=0.8");
    let mut answer = request.call().unwrap_or_else(|error| panic!("{url}: {error}"));
    answer.body_mut().read_to_string().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_takes_a_snapshot_in_a_browser() {
    let site = Site::without_tables("OPS_TEST_MINISTACK_URL").await;
    let port = free_port();
    let provider = provider_at(port);
    let parameters = provider.each_ref().map(|(name, value)| (*name, value.as_str()));
    let deployment = Deployment::with(&site, "http-jwt", &parameters).await;
    let instance = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;

    let browser = Command::new("node")
        .args(["--test", "browser/deployed.mjs"])
        .current_dir(UI)
        .env("DASHBOARD_URL", deployment.url("/"))
        .env("PROVIDER_PORT", port.to_string())
        .env("INSTANCE", &instance)
        .output()
        .unwrap_or_else(|error| panic!("Node.js does not start: {error}"));

    let said = String::from_utf8_lossy(&browser.stdout);
    assert!(browser.status.success(), "scripts/dashboard installs what it needs\n{said}");
    assert_eq!(site.snapshots(TARGET_ACCOUNT, &instance).await.len(), 1);
    let entries = site.audit(&instance).await;
    assert_eq!(entries.len(), 3, "the preview, the request and the outcome");
    for entry in entries {
        let principal = entry["principal"].as_s().unwrap();
        assert_eq!(*principal, format!("jwt:http://127.0.0.1:{port}|alice"));
    }
}
