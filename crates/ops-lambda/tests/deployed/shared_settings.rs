//! The built functions with settings in an object of S3, which changes while they run.

use serde_json::{Value, json};

use crate::support::Function;
use crate::support::client::Client;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT, parts, rest};

/// The key of the object.
const KEY: &str = "rds-ops.toml";

/// A site whose functions read their settings from an object.
struct Shared {
    site: Site,
    client: Client,
    bucket: String,
}

impl Shared {
    async fn on(variable: &str) -> Self {
        let site = Site::on(variable).await;
        let client = Client::new(&site).await;
        let bucket = site.named("settings");
        Self { site, client, bucket }
    }

    fn put(&self, content: &[u8]) {
        self.client.put_object(&self.bucket, KEY, content);
    }

    /// The variables of the functions. Each invocation waits for the newest settings.
    fn variables(&self) -> Vec<(String, String)> {
        let object = format!("s3://{}/{KEY}", self.bucket);
        let mut variables = self.site.variables();
        variables.retain(|(name, _)| name != "OPS_CONFIG");
        let shared = [("OPS_CONFIG", object.as_str()), ("OPS_CONFIG_REFRESH_SECONDS", "0")];
        variables.extend(shared.map(|(name, value)| (name.to_owned(), value.to_owned())));
        variables
    }

    async fn api(&self) -> Function {
        Function::start(env!("CARGO_BIN_EXE_ops-api"), &self.variables()).await
    }
}

/// The version in effect, and the code of the problem.
async fn configuration(api: &Function) -> (String, Option<String>) {
    let (status, session) = parts(&api.invoke(rest("GET", "/session", None)).await);
    assert_eq!(status, 200, "{session}");
    let shown = &session["configuration"];
    let problem = shown["problem"]["code"].as_str().map(str::to_owned);
    (shown["version"].as_str().unwrap().to_owned(), problem)
}

async fn snapshot(api: &Function, instance: &str, name: &str) -> (u64, Value) {
    let asked = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": name }
    });
    parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await)
}

/// The sum of a metric, and the messages of the log.
fn told(output: &str, metric: &str) -> (u64, Vec<String>) {
    let lines = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let count = lines.iter().filter_map(|line| line[metric].as_u64()).sum();
    let messages = lines.iter().filter_map(|line| line["message"].as_str());
    (count, messages.map(str::to_owned).collect())
}

const OPEN: &[u8] = b"max_wait_seconds = 20";
const CLOSED: &[u8] = b"[environments]\nprotected = ['development']";

async fn running_functions_go_by_the_newest_good_version(emulator: &str) {
    let shared = Shared::on(emulator).await;
    let instance = shared.site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    shared.put(OPEN);
    let api = shared.api().await;
    let (open, problem) = configuration(&api).await;
    assert_eq!(problem, None);

    shared.put(CLOSED);
    let (status, refused) = snapshot(&api, &instance, &instance).await;
    assert_eq!((status, &refused["code"]), (403, &json!("production_blocked")), "{refused}");
    let (closed, problem) = configuration(&api).await;
    assert!(closed != open && problem.is_none(), "{closed} {problem:?}");

    // What is bad opens nothing.
    for content in [&b"[environments]\nprotected = ['prodution']"[..], b"\xff", b""] {
        shared.put(content);
        let bad = (closed.clone(), Some("configuration_invalid".to_owned()));
        assert_eq!(configuration(&api).await, bad, "{content:?}");
        assert_eq!(snapshot(&api, &instance, &instance).await.0, 403, "{content:?}");
    }
    assert_eq!(shared.site.tap.mutations(), 0);

    shared.put(OPEN);
    let (status, done) = snapshot(&api, &instance, &instance).await;
    assert_eq!((status, &done["success"]), (200, &json!(true)), "{done}");
    assert_eq!(shared.site.tap.mutations(), 1);

    let (problems, messages) = told(&api.end(), "ConfigurationProblems");
    let logged = |text: &str| messages.iter().filter(|message| *message == text).count();
    assert_eq!(problems, 6, "two invocations with each bad version");
    assert_eq!(logged("the settings could not be renewed"), 3, "{messages:?}");
    assert_eq!(logged("the settings have changed"), 2, "{messages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_good_version_counts_on_ministack() {
    running_functions_go_by_the_newest_good_version("OPS_TEST_MINISTACK_URL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_good_version_counts_on_moto() {
    running_functions_go_by_the_newest_good_version("OPS_TEST_MOTO_URL").await;
}

/// The list of accounts holds for what is asked of RDS as well, in the worker too.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_allowed_and_forbidden_while_it_runs() {
    let shared = Shared::on("OPS_TEST_MINISTACK_URL").await;
    let instance = shared.site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let with = format!("allowed_accounts = ['444455556666', '{TARGET_ACCOUNT}']");
    let without = b"allowed_accounts = ['444455556666']".as_slice();
    shared.put(without);
    let api = shared.api().await;
    let (status, refused) = snapshot(&api, &instance, &instance).await;
    assert_eq!((status, &refused["code"]), (403, &json!("permission_denied")), "{refused}");
    shared.put(with.as_bytes());
    let asked = json!({
        "operation": "create_snapshot", "instance_id": instance,
        "parameters": { "snapshot_id": instance }
    });
    let mut event = rest("POST", "/operations", Some(&asked));
    event["headers"]["Prefer"] = json!("respond-async");
    event["multiValueHeaders"]["Prefer"] = json!(["respond-async"]);
    let (status, accepted) = parts(&api.invoke(event).await);
    assert_eq!(status, 202, "{accepted}");

    shared.put(without);
    let worker = Function::start(env!("CARGO_BIN_EXE_ops-worker"), &shared.variables()).await;
    let id = json!({ "operation_id": accepted["operation_id"] });
    let before = shared.site.tap.calls("DescribeDBSnapshots");
    assert_eq!(worker.invoke(id.clone()).await["done"], json!(false));
    assert_eq!(shared.site.tap.calls("DescribeDBSnapshots"), before, "the account is closed");
    shared.put(with.as_bytes());
    let mut steps = 0;
    while worker.invoke(id.clone()).await["done"] != json!(true) {
        steps += 1;
        assert!(steps < 200, "it does not end");
    }
    let path = format!("/operations/{}", accepted["operation_id"].as_str().unwrap());
    let (_, operation) = parts(&api.invoke(rest("GET", &path, None)).await);
    assert_eq!(operation["status"], json!("available"), "{operation}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_a_bad_object_names_every_problem() {
    let shared = Shared::on("OPS_TEST_MINISTACK_URL").await;
    let starts = async |more: &[(&str, &str)]| {
        let mut variables = shared.variables();
        variables.extend(more.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let function = Function::start(env!("CARGO_BIN_EXE_ops-worker"), &variables).await;
        let output = function.output();
        let line: Value = serde_json::from_str(output.trim()).expect("one line");
        assert_eq!(line["message"], json!("the function can't start"));
        line["exception"].as_str().unwrap().to_owned()
    };
    let missing = starts(&[("OPS_LATE_WATCH_HOURS", "soon")]).await;
    let object = format!("s3://{}/{KEY}", shared.bucket);
    assert!(missing.starts_with(&format!("OPS_CONFIG: {object} is not there\n")), "{missing}");
    assert!(missing.contains("\nOPS_LATE_WATCH_HOURS: "), "{missing}");

    shared.put(b"max_wait_seconds = 99\naudit_table = 'another'\ncolour = 'red'");
    // OPS_AUDIT_TABLE wins, so that the name of the table has no effect.
    let bad = starts(&[("OPS_LOG", "loud"), ("OPS_COLOUR", "red")]).await;
    let names: Vec<&str> = bad.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(names, ["OPS_COLOUR", "OPS_LOG", "max_wait_seconds", "colour"], "{bad}");
    let malformed = starts(&[("OPS_CONFIG", "s3://Bucket"), ("OPS_LOG", "loud")]).await;
    assert!(
        malformed.starts_with("OPS_CONFIG: ") && malformed.contains("OPS_LOG: "),
        "{malformed}"
    );
}
