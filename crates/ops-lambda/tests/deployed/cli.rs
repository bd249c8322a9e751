//! `rds-ops` against the service as the template deploys it behind IAM authorisation. The signature
//! is that of the credentials that the AWS configuration of a person leads to.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::deployment::Deployment;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT};

const PRODUCTION: &[(&str, &str)] = &[("Environment", "Production")];

/// A person's machine: an AWS configuration whose profile asks a command for credentials, and a
/// profile of the service.
struct Machine {
    home: PathBuf,
}

impl Machine {
    fn new(url: &str, [access_key, token]: [&str; 2]) -> Self {
        let name = format!("rds-ops-cli-{}", std::process::id());
        let home = std::env::temp_dir().join(name);
        std::fs::create_dir_all(home.join(".config/rds-ops")).unwrap();
        let credentials = json!({
            "Version": 1, "AccessKeyId": access_key, "SecretAccessKey": "not-checked",
            "SessionToken": token
        });
        write(&home.join("credentials.json"), &credentials.to_string());
        let process = format!("cat {}", home.join("credentials.json").display());
        write(&home.join("aws"), &format!("[profile dba]\ncredential_process = {process}\n"));
        let profile = format!(
            "[profiles.dev]\nurl = '{url}'\nauth = 'iam'\naws_profile = 'dba'\n\
             aws_region = 'eu-central-1'\n"
        );
        write(&home.join(".config/rds-ops/config.toml"), &profile);
        Self { home }
    }

    /// `rds-ops` with the profile, for a program.
    fn rds_ops(&self, args: &[&str]) -> Output {
        let mut command = Command::new(program());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", &self.home);
        command.env("AWS_CONFIG_FILE", self.home.join("aws"));
        command.args(args).args(["--profile", "dev", "--output", "json"]).output().unwrap()
    }

    /// The answer to a command that ends with `code`.
    fn answer(&self, args: &[&str], code: i32) -> Value {
        let output = self.rds_ops(args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
        let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        serde_json::from_slice(&said).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // What is left in the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// The program that the workspace builds beside this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("rds-ops");
    assert!(program.is_file(), "cargo build --workspace --features ops-local/aws makes it");
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_work_on_a_deployed_api_with_iam() {
    let site = Site::without_tables("OPS_TEST_MINISTACK_URL").await;
    let deployment = Deployment::of(&site, "rest-iam").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let production = site.instance("prod", TARGET_ACCOUNT, PRODUCTION, PRODUCTION).await;
    let machine = Machine::new(&deployment.url(""), deployment.credentials());

    let session = machine.answer(&["whoami"], 0);
    assert_eq!(session["authentication"], json!("iam"), "{session}");
    assert!(session["principal"].as_str().unwrap().ends_with("assumed-role/DBA/alice"));
    let listed = machine.answer(&["instances", &dev], 0);
    assert_eq!(listed["items"][0]["instance_id"], json!(dev));
    let explained = machine.answer(&["explain", &production], 0);
    assert_eq!(explained["available"]["code"], json!("production_blocked"));

    let snapshot_id = format!("snapshot_id={}", site.named("s1"));
    let snapshot = ["run", "create_snapshot", &dev, "-p", &snapshot_id];
    let done = machine.answer(&snapshot, 0);
    assert_eq!(done["success"], json!(true), "{done}");
    let id = done["operation_id"].as_str().unwrap();
    assert_eq!(machine.answer(&["status", id], 0)["status"], json!("available"));
    assert_eq!(machine.answer(&["watch", id], 0)["status"], json!("available"));
    assert_eq!(machine.answer(&["cancel", id], 2)["code"], json!("not_cancellable"));
    let list = machine.answer(&["list", "--instance", &dev], 0);
    assert_eq!(list["items"][0]["operation_id"], json!(id));
    let trail = machine.answer(&["audit", "list", "--operation-id", id], 0);
    assert_eq!(trail["items"][0]["principal"], session["principal"]);
    let blocked = ["run", "reboot_instance", &production, "--confirm", &production];
    assert_eq!(machine.answer(&blocked, 2)["code"], json!("production_blocked"));
    assert_eq!(machine.answer(&["metrics"], 0)["overall"]["succeeded"], json!(1));
    let exported = machine.rds_ops(&["audit", "export"]);
    let rows = String::from_utf8(exported.stdout).unwrap();
    assert!(rows.lines().count() >= 4 && rows.contains(id), "{rows}");

    assert_eq!(site.snapshots(TARGET_ACCOUNT, &dev).await.len(), 1);
    assert_eq!(site.snapshots(TARGET_ACCOUNT, &production).await.len(), 0);
}
