//! Every error that the RDS model has for our calls has guidance of its own.
//!
//! The SDK's error enums are open and can't be listed by a program, so this reads the source of the
//! very version that is linked: the function that turns wire codes into variants, and the enum,
//! which must agree with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ops_domain::guidance;
use serde_json::Value;

/// What this crate asks of RDS at least; what else its sources call is found there.
const CALLS: [&str; 21] = [
    "create_db_cluster_snapshot",
    "create_db_snapshot",
    "delete_db_cluster_snapshot",
    "delete_db_snapshot",
    "describe_account_attributes",
    "describe_db_cluster_snapshot_attributes",
    "describe_db_cluster_snapshots",
    "describe_db_clusters",
    "describe_db_instances",
    "describe_db_snapshot_attributes",
    "describe_db_snapshots",
    "describe_events",
    "describe_orderable_db_instance_options",
    "failover_db_cluster",
    "modify_db_cluster",
    "modify_db_instance",
    "reboot_db_instance",
    "start_db_cluster",
    "start_db_instance",
    "stop_db_cluster",
    "stop_db_instance",
];

#[test]
fn every_modelled_rds_error_has_guidance() {
    let sdk = Sdk::linked();
    let mut without = BTreeMap::new();
    for call in CALLS
        .into_iter()
        .map(str::to_owned)
        .chain(sdk.calls_of_this_crate())
        .collect::<BTreeSet<_>>()
    {
        let codes = sdk.wire_codes(&call);
        assert_eq!(
            codes.len(),
            sdk.modelled_variants(&call),
            "{call}: not every code was found in the SDK's source"
        );
        for code in codes.into_iter().filter(|code| guidance::for_rds_code(code).code != code) {
            without.entry(code).or_insert_with(Vec::new).push(call.clone());
        }
    }
    assert_eq!(
        without,
        BTreeMap::new(),
        "codes without an entry in ops-domain/src/guidance, by the calls that have them"
    );
}

#[test]
fn modelled_codes_are_read_from_the_sdk() {
    let sdk = Sdk::linked();
    assert!(sdk.calls_of_this_crate().contains("reboot_db_instance"));
    assert_eq!(
        sdk.wire_codes("create_db_snapshot"),
        [
            "DBInstanceNotFound",
            "DBSnapshotAlreadyExists",
            "InvalidDBInstanceState",
            "SnapshotQuotaExceeded"
        ]
        .map(str::to_owned)
        .into()
    );
}

/// The source of the SDK for RDS.
struct Sdk(PathBuf);

impl Sdk {
    /// The one that cargo links.
    fn linked() -> Self {
        let version = cargo(&["-vV"]);
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .expect("cargo names its platform");
        // What other platforms need may never have been downloaded.
        let metadata = cargo(&[
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ]);
        let metadata: Value = serde_json::from_str(&metadata).expect("cargo metadata is JSON");
        let packages = metadata["packages"].as_array().expect("it lists packages");
        let package = packages
            .iter()
            .find(|package| package["name"] == "aws-sdk-rds")
            .expect("the SDK is linked");
        let manifest = package["manifest_path"].as_str().expect("a package has a manifest");
        Self(Path::new(manifest).with_file_name("src"))
    }

    fn read(&self, path: &str) -> String {
        let path = self.0.join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The arms of the `match` on the wire code, `"Code" => …`.
    fn wire_codes(&self, call: &str) -> BTreeSet<String> {
        let source = self.read(&format!("protocol_serde/shape_{call}.rs"));
        let arms =
            source.lines().filter_map(|line| line.strip_prefix("        \"")?.split_once("\" => "));
        arms.map(|(code, _)| code.to_owned()).collect()
    }

    /// The variants of the call's error enum but `Unhandled`.
    fn modelled_variants(&self, call: &str) -> usize {
        let source = self.read(&format!("operation/{call}.rs"));
        let (_, body) = source.split_once("pub enum ").expect("the operation has an error enum");
        let (body, _) = body.split_once("\n}\n").expect("the enum ends");
        body.lines()
            .filter(|line| {
                line.trim_start().starts_with(char::is_uppercase)
                    && line.contains("(crate::types::")
            })
            .count()
    }

    /// Every call of the SDK that the sources of this crate make.
    fn calls_of_this_crate(&self) -> BTreeSet<String> {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rds"));
        let names = sources
            .iter()
            .flat_map(|source| source.split('.').skip(1).filter_map(|rest| rest.split_once("()")));
        let called = names.map(|(name, _)| name.to_owned());
        called.filter(|name| self.0.join(format!("operation/{name}.rs")).is_file()).collect()
    }
}

fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let output =
        cargo.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let read = |path: &Path| fs::read_to_string(path).expect("a source can be read");
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![read(&path)] }).collect()
}
