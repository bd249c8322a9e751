//! The items that stand for those of a Python service are what boto3 writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of the items, and of the program that makes them.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items")
}

#[test]
fn the_items_of_the_tests_are_what_boto3_writes() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/venv/bin/python");
    let printed =
        Command::new(python).arg(folder().join("boto3_items.py")).arg("fixtures").output();
    let printed = printed.expect("scripts/emulators.sh has installed boto3");
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let written: BTreeMap<String, Value> =
        serde_json::from_slice(&printed.stdout).expect("it prints JSON");
    assert_eq!(
        kept("inventory").into_iter().chain(kept("audit")).collect::<BTreeMap<_, _>>(),
        written
    );
}

fn kept(kind: &str) -> Vec<(String, Value)> {
    let files = std::fs::read_dir(folder().join(kind)).expect("the folder is there");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        (format!("{kind}/{name}"), serde_json::from_str(&text).expect("it is JSON"))
    };
    files.map(|file| read(file.expect("it can be read").path())).collect()
}
