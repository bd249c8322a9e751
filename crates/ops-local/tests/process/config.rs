//! `rds-ops config check` as a process.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Server, folder, rds_ops};

/// A folder with the file `rds-ops.toml` of this content.
fn with_file(content: impl AsRef<[u8]>) -> TempDir {
    let folder = folder();
    std::fs::write(folder.path().join("rds-ops.toml"), content).unwrap();
    folder
}

/// Checks that file with these arguments and variables.
fn check(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    rds_ops(&["config", "check", "rds-ops.toml"])
        .args(args)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What a check without problems prints.
fn accepted(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Value {
    let output = check(folder, args, variables);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The problems that a check prints.
fn problems(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let output = check(folder, args, variables);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["valid"], json!(false));
    let problems = printed["problems"].as_array().unwrap().iter();
    problems.map(|problem| problem.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_problem_is_shown_and_the_code_is_2() {
    let file = with_file("max_wait_seconds = 60\n[environments.accounts]\n1 = 'prodution'");
    let variables =
        [("OPS_LATE_WATCH_HOURS", "soon"), ("OPS_ALLOWED_ACCOUNT", "1"), ("OPS_LOG", "loud")];
    let shown = problems(file.path(), &[], &variables);
    let names: Vec<&str> = shown.iter().map(|it| it.split(": ").next().unwrap()).collect();
    let expected = [
        "OPS_ALLOWED_ACCOUNT",
        "OPS_LOG",
        "max_wait_seconds",
        "OPS_LATE_WATCH_HOURS",
        "environments.accounts.1",
        "environments.accounts.1",
    ];
    assert_eq!(names[..5], expected[..5], "{shown:?}");
    let people = check(file.path(), &["--output", "table"], &[]);
    assert_eq!(people.status.code(), Some(2));
    let text = String::from_utf8(people.stdout).unwrap();
    assert!(text.starts_with("3 problems\n"), "{text}");
    assert!(text.contains("60 is out of bounds; expected seconds from 0 to 25"), "{text}");
}

#[test]
fn settings_are_shown_with_where_they_are_from() {
    let file =
        with_file("poll_interval_seconds = 10\n[environments.accounts]\n444455556666 = 'qa'");
    let shown = accepted(file.path(), &[], &[("OPS_MAX_WAIT_SECONDS", "5")]);
    assert_eq!((&shown["valid"], shown.get("instances_compared")), (&json!(true), None));
    let setting = |name: &str| {
        let settings = shown["settings"].as_array().unwrap();
        let found = settings.iter().find(|setting| setting["name"] == name).unwrap();
        (found["value"].clone(), found["origin"].as_str().unwrap().to_owned())
    };
    assert_eq!(setting("poll_interval_seconds"), (json!("10"), "file".into()));
    assert_eq!(setting("max_wait_seconds"), (json!("5"), "variable".into()));
    assert_eq!(setting("late_watch_hours"), (json!("24"), "default".into()));
    assert_eq!(setting("role_name"), (Value::Null, "default".into()));
    assert_eq!(setting("environments.accounts.444455556666"), (json!("\"qa\""), "file".into()));
    let people = check(file.path(), &["-o", "table"], &[]);
    let text = String::from_utf8(people.stdout).unwrap();
    assert!(text.starts_with("The configuration is valid\n"), "{text}");
    assert!(text.contains("poll_interval_seconds") && text.contains("10 (file)"), "{text}");
}

#[test]
fn an_instance_is_shown_before_and_after() {
    let file =
        with_file("allowed_accounts = ['111122223333']\n[environments.values]\nblau = 'test'");
    let present = [("OPS_CONFIG", "environments.accounts.444455556666 = 'development'")];
    let asked = |account: &str, more: &[&str]| {
        let args = [&["--instance", "orders", "--account", account], more].concat();
        accepted(file.path(), &args, &present)["changes"][0].take()
    };
    let change = asked("111122223333", &["--tag", "Environment=blau", "--region", "eu-west-1"]);
    assert_eq!(
        change,
        json!({
            "instance_id": "orders", "account_id": "111122223333", "region": "eu-west-1",
            "before": "Production", "after": "Test", "decided_by": ["tag", "tag"],
            "account_allowed": [true, true],
        })
    );
    let change = asked("444455556666", &[]);
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!("Development"), &json!("Production"))
    );
    assert_eq!(change["account_allowed"], json!([true, false]));
    // An instance that does not change is shown, too.
    let change = asked("111122223333", &["--tag", "Environment=dev"]);
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!("Development"), &json!("Development"))
    );
}

#[test]
fn instances_of_an_inventory_that_change_are_listed() {
    let file = with_file("[environments]\nprotected = ['sandbox']");
    let data = file.path().join("data");
    Server::start(&data).kill();
    let shown = accepted(file.path(), &["--inventory", "--data", "data"], &[]);
    let changes = shown["changes"].as_array().unwrap();
    let compared = shown["instances_compared"].as_u64().unwrap();
    assert!(!changes.is_empty() && (changes.len() as u64) < compared, "{shown}");
    for change in changes {
        let both = (&change["before"], &change["after"]);
        assert_eq!(both, (&json!("Sandbox"), &json!("Production")), "{change}");
    }
    let people = check(file.path(), &["--inventory", "-o", "table"], &[]);
    let text = String::from_utf8(people.stdout).unwrap();
    let count = format!("{} of {compared} instances would change", changes.len());
    assert!(text.contains(&count) && text.contains(": Sandbox -> Production\n"), "{text}");
    let nowhere = check(file.path(), &["--inventory", "--data", "elsewhere"], &[]);
    assert_eq!(nowhere.status.code(), Some(1), "{nowhere:?}");
    assert!(!file.path().join("elsewhere").exists(), "a check makes no folder");
}

#[test]
fn a_shared_file_is_checked_as_the_functions_do() {
    let fixed = with_file("role_name = 'rds-ops'\nmax_wait_seconds = 5");
    accepted(fixed.path(), &[], &[]);
    let [shown] = &problems(fixed.path(), &["--shared"], &[])[..] else { panic!("one problem") };
    assert!(shown.contains("role_name") && shown.contains("OPS_ROLE_NAME"), "{shown}");
    accepted(fixed.path(), &["--shared"], &[("OPS_ROLE_NAME", "rds-ops")]);
    accepted(with_file("").path(), &[], &[]);
    for content in ["", "# nothing\n"] {
        let shown = problems(with_file(content).path(), &["--shared"], &[]);
        assert!(shown[0].contains("there is no setting in it"), "{content:?} {shown:?}");
    }
    let large = with_file(format!("max_wait_seconds = 5\n{}", "# filler\n".repeat(120_000)));
    accepted(large.path(), &[], &[]);
    assert!(problems(large.path(), &["--shared"], &[])[0].contains("at most 1048576"));
}

#[test]
fn without_a_file_the_present_configuration_is_checked() {
    let run = |config: &str| {
        let output = rds_ops(&["config", "check"]).env("OPS_CONFIG", config).output().unwrap();
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    let (code, shown) = run("max_wait_seconds = 3");
    assert_eq!((code, &shown["valid"]), (Some(0), &json!(true)));
    let (code, shown) = run("max_wait_seconds = 99");
    assert_eq!((code, shown["problems"].as_array().unwrap().len()), (Some(2), 1));
}

#[test]
fn what_can_not_be_read_is_told() {
    for (content, shown) in
        [(&b"a = \xff"[..], "byte 4 is no UTF-8"), (b"a = [", "line 1: "), (b"[rules", "line 1: ")]
    {
        let file = with_file(content);
        assert!(problems(file.path(), &[], &[])[0].contains(shown), "{content:?}");
    }
    let empty = folder();
    let missing = check(empty.path(), &[], &[]);
    assert_eq!(missing.status.code(), Some(1), "{missing:?}");
    // The file is fine, and what is in effect now is not.
    let file = with_file("max_wait_seconds = 5");
    let args = ["--instance", "orders", "--account", "111122223333"];
    let present = check(file.path(), &args, &[("OPS_CONFIG", "max_wait_seconds = 60")]);
    assert_eq!(present.status.code(), Some(1), "{present:?}");
    let twice = ["--tag", "a=1", "--tag", "a=2"];
    let refused = check(file.path(), &[&args[..], &twice].concat(), &[]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    for lonely in [&["--instance", "orders"][..], &["--account", "111122223333"], &["--tag", "a=1"]]
    {
        assert_eq!(check(file.path(), lonely, &[]).status.code(), Some(2), "{lonely:?}");
    }
}
