//! `rds-ops classify` as a process.

use std::process::Output;

use serde_json::json;

use crate::support::rds_ops;

fn classify(config: &str, args: &[&str]) -> Output {
    rds_ops(&["classify", "--account", "111122223333"])
        .args(args)
        .env("OPS_CONFIG", config)
        .output()
        .unwrap()
}

fn printed(config: &str, args: &[&str]) -> String {
    let output = classify(config, args);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn classify_prints_environment_then_trace() {
    let shown =
        printed("", &["orders-prod", "--tag", "acme:Environment=dev", "--tag", "Owner=alice"]);
    let expected = "\
Production
- tag acme:Environment = \"dev\" of orders-prod (live) says Development
- instance mapping of orders-prod (live) says nothing, no entry
- account mapping of orders-prod (live) says nothing, no entry
- name pattern of orders-prod (live) says nothing, no pattern matches
* name = \"orders-prod\" of orders-prod (live) says Production, a production word in the name
- default environment of orders-prod (live) says Production
";
    assert_eq!(shown, expected);
}

#[test]
fn the_configuration_counts() {
    let config =
        "[environments]\ntag_keys = [\"Landscape\"]\n[environments.values]\nbeta = \"test\"";
    let args = ["orders", "--tag", "Landscape=BETA"];
    assert!(printed(config, &args).starts_with("Test\n"));
    assert!(printed("", &args).starts_with("Production\n"));
    let mut beside_a_blank_file = rds_ops(&["classify", "--account", "111122223333"]);
    beside_a_blank_file.args(args).env("OPS_CONFIG_FILE", "").env("OPS_CONFIG", config);
    assert!(beside_a_blank_file.output().unwrap().stdout.starts_with(b"Test\n"));
    let broken = classify("[environments]\nprotected = [\"prodution\"]", &args);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
}

/// Spellings by which teams mark production; the account mapping says development.
#[test]
fn production_is_recognised_in_every_spelling() {
    let config = "environments.accounts.111122223333 = \"development\"";
    let cases: [&[&str]; 11] = [
        &["environment-name=staging", "is-production=true"],
        &["Environment=dev", "Workspace=prod"],
        &["Environment=dev", "deploy-env=production"],
        &["Environment=Producción"],
        &["Environment=ProdEU", "env=dev"],
        &["Environment=AcmeProd"],
        &["Environment=Produktion"],
        &["Environment=prodeu1"],
        &["Environment=dev", "Enviornment=prod"],
        &["Environment=dev", "AppEnvironment=prod"],
        &["Environment=dev", "Ambiente=prod"],
    ];
    for tags in cases {
        let args: Vec<&str> =
            ["orders"].into_iter().chain(tags.iter().flat_map(|tag| ["--tag", *tag])).collect();
        assert!(printed(config, &args).starts_with("Production\n"), "{tags:?}");
    }
    assert!(printed(config, &["orders", "--tag", "Workspace=dev"]).starts_with("Development\n"));
}

#[test]
fn tag_arguments_split_at_the_first_equals_sign() {
    assert!(printed("", &["orders", "--tag", "env=dev=1"]).contains("tag env = \"dev=1\""));
    assert_eq!(classify("", &["orders", "--tag", "env"]).status.code(), Some(2));
}

#[test]
fn duplicate_tag_keys_are_rejected_case_sensitively() {
    let refused =
        classify("", &["orders", "--tag", "Environment=prod", "--tag", "Environment=dev"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0), "{refused:?}");
    assert!(
        String::from_utf8_lossy(&refused.stderr)
            .contains("--tag Environment=… is given more than once")
    );
    let both = printed("", &["orders", "--tag", "Environment=dev", "--tag", "environment=prod"]);
    assert!(both.starts_with("Production\n"), "{both}");
}

/// A configuration that would open a database is seen before it holds.
#[test]
fn a_configuration_is_checked_and_compared_before_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let listed = rds_ops(&["instances", "--data"]).arg(&data).output().unwrap();
    assert_eq!(listed.status.code(), Some(0), "{listed:?}");
    let file = folder.path().join("new.toml");
    let check = |text: &str, args: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let mut command = rds_ops(&["config", "check", "--output", "json"]);
        command.arg(&file).args(args).arg("--data").arg(&data).env("OPS_MAX_WAIT_SECONDS", "5");
        let output = command.output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        (output.status.code(), answer)
    };
    let (code, answer) = check("poll_interval_seconds = 7\n", &["--inventory"]);
    assert_eq!((code, &answer["valid"], &answer["changes"]), (Some(0), &true.into(), &json!([])));
    let setting = |name: &str| {
        let mut settings = answer["settings"].as_array().unwrap().iter();
        let found = settings.find(|setting| setting["name"] == name).unwrap();
        (found["value"].as_str().unwrap().to_owned(), found["origin"].as_str().unwrap().to_owned())
    };
    for (name, value, origin) in [
        ("poll_interval_seconds", "7", "file"),
        ("max_wait_seconds", "5", "variable"),
        ("audit_retention_days", "90", "default"),
    ] {
        assert_eq!(setting(name), (value.to_owned(), origin.to_owned()), "{name}");
    }
    let opened = "[environments]\nprotected = ['staging']\n\
                  [environments.values]\nbeta = 'test'\n";
    let (code, answer) = check(opened, &["--inventory"]);
    let changes: Vec<String> = answer["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let word = |name: &str| change[name].as_str().unwrap();
            format!("{}: {} -> {}", word("instance_id"), word("before"), word("after"))
        })
        .collect();
    assert_eq!(code, Some(0), "{answer}");
    assert_eq!(changes, ["staging-orders-01: Staging -> Production"]);
    let one = ["--instance", "new-01", "--account", "111122223333", "--tag", "Environment=staging"];
    let (code, answer) = check("[environments]\nprotected = ['staging']\n", &one);
    assert_eq!((code, &answer["changes"][0]["instance_id"]), (Some(0), &json!("new-01")));
    let (code, answer) = check("poll_interval_second = 7\nmax_wait_seconds = 99\n", &[]);
    let problems = answer["problems"].as_array().unwrap();
    assert_eq!((code, &answer["valid"], problems.len()), (Some(2), &false.into(), 1), "{answer}");
}
