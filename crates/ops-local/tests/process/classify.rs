//! `rds-ops classify` as a process.

use std::process::Output;

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
