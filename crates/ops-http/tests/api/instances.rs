//! `GET /instances` and what may be done with them.

use expect_test::expect;
use ops_config::Config;
use ops_domain::instance::InventoryItem;
use ops_domain::operation::Operation;
use ops_domain::ports::BrokenItem;
use ops_domain::settings::Settings;
use ops_testkit::fleet::{cluster, target};
use ops_testkit::simulated_rds::{Fault, ObserveFault, SimulatedInstance};
use serde_json::{Value, json};

use crate::harness::{Answer, Api, reboot_of, snapshot_of};

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["instance_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_non_production_instance_lists_operations() {
    let answer = Api::demo().get("/instances/test-mysql-01/operations").await;
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), &body["environment"]), (200, &json!("Test")));
    let operations: Vec<&Value> = body["operations"].as_array().unwrap().iter().collect();
    let names: Vec<&str> =
        operations.iter().map(|one| one["operation"].as_str().unwrap()).collect();
    let mut possible = Operation::possible_in("available");
    possible.sort_unstable();
    assert_eq!(names, possible);
    assert!(operations.iter().all(|one| one["parameters"]["type"] == "object"), "{operations:?}");
    assert!(body.get("reason").is_none());
}

#[tokio::test]
async fn a_production_instance_has_no_operations_and_says_why() {
    let mut answer = Api::demo().get("/instances/prod-orders-01/operations").await.json();
    answer["classification"] = json!("(left out)");
    expect![[r#"
        {
          "account_id": "222233334444",
          "classification": "(left out)",
          "code": "production_blocked",
          "environment": "Production",
          "guidance": "Ask CloudOps for the change. If the instance is not production, have its owner set an environment tag (for example Environment=development) and remove whatever `classification` lists as production.",
          "instance_id": "prod-orders-01",
          "not_permitted": [],
          "operations": [],
          "reason": "Operations not allowed on production instances. Please create a CloudOps request.",
          "region": "eu-central-1",
          "running_operation_id": null,
          "status": "available",
          "status_from": "live"
        }
    "#]]
    .assert_eq(&format!("{answer:#}\n"));
}

#[tokio::test]
async fn live_tags_that_say_production_leave_no_operations() {
    let answer = Api::demo().get("/instances/stale-inventory-01/operations").await.json();
    assert_eq!((&answer["environment"], &answer["operations"]), (&json!("Production"), &json!([])));
}

#[tokio::test]
async fn an_account_off_the_list_has_no_operations() {
    let allowed_accounts = vec!["222233334444".parse().unwrap()];
    let api = Api::with(Settings { allowed_accounts, ..Settings::default() });
    let answer = api.get("/instances/dev-postgres-01/operations").await.json();
    assert_eq!((&answer["code"], &answer["operations"]), (&json!("permission_denied"), &json!([])));
    let shown = api.get("/instances/dev-postgres-01").await.json();
    assert_eq!(shown["operations_allowed"], json!(false));
    assert!(
        shown["live_error"].as_str().unwrap().contains("not allowed in the account"),
        "{shown}"
    );
    assert_eq!(api.world.rds.look_count(), 0, "no account is entered that is not on the list");
}

#[tokio::test]
async fn operations_denied_by_rules_are_listed_with_reason() {
    let rules = "[[rules]]\nprincipals = ['iam:al*']\noperations = ['create_*', 'modify_*']\n\
                 [[rules]]\neffect = 'deny'\noperations = ['modify_*']\nenvironments = ['dev']";
    let api = Api::with(Config::load(Some(rules), |_| None).unwrap().service);
    let mut answer = api.get("/instances/dev-postgres-01/operations").await.json();
    assert_eq!(answer["operations"].as_array().unwrap().len(), 1);
    assert_eq!(answer["operations"][0]["operation"], json!("create_snapshot"));
    assert!(answer.get("reason").is_none(), "{answer}");
    expect![[r#"
        [
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service for a rule that allows it: `change_parameter_group`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "change_parameter_group",
            "reason": "No rule of this service lets you run `change_parameter_group`.",
            "rules_lack": "operation"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service for a rule that allows it: `delete_snapshot`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "delete_snapshot",
            "reason": "No rule of this service lets you run `delete_snapshot`.",
            "rules_lack": "operation"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service to change the rule: `modify_backup_window`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "modify_backup_window",
            "reason": "A rule of this service forbids you `modify_backup_window` on this instance (Development, 111122223333).",
            "rules_lack": "forbidden"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service to change the rule: `modify_instance_class`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "modify_instance_class",
            "reason": "A rule of this service forbids you `modify_instance_class` on this instance (Development, 111122223333).",
            "rules_lack": "forbidden"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service to change the rule: `modify_maintenance_window`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "modify_maintenance_window",
            "reason": "A rule of this service forbids you `modify_maintenance_window` on this instance (Development, 111122223333).",
            "rules_lack": "forbidden"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service for a rule that allows it: `reboot_instance`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "reboot_instance",
            "reason": "No rule of this service lets you run `reboot_instance`.",
            "rules_lack": "operation"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service for a rule that allows it: `start_instance`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "start_instance",
            "reason": "No rule of this service lets you run `start_instance`.",
            "rules_lack": "operation"
          },
          {
            "code": "permission_denied",
            "guidance": "Nothing is sent to RDS. Ask the operators of this service for a rule that allows it: `stop_instance`, Development, account 111122223333. The service knows you as `iam:alice`, without groups.",
            "operation": "stop_instance",
            "reason": "No rule of this service lets you run `stop_instance`.",
            "rules_lack": "operation"
          }
        ]
    "#]].assert_eq(&format!("{:#}\n", answer["not_permitted"].take()));
    assert_eq!(
        api.get("/instances/dev-postgres-01").await.json()["operations_allowed"],
        json!(true)
    );
    assert_eq!(
        api.post(&reboot_of("dev-postgres-01")).await.brief(),
        (403, "permission_denied".to_owned())
    );
    api.assert_only_audited("denied");
}

#[tokio::test]
async fn an_instance_without_permitted_operations_says_why() {
    let api =
        Api::with(Config::load(Some("[[rules]]\ngroups = ['dba']"), |_| None).unwrap().service);
    let answer = api.get("/instances/dev-postgres-01/operations").await.json();
    assert_eq!((&answer["operations"], &answer["code"]), (&json!([]), &json!("permission_denied")));
    assert_eq!(answer["reason"], json!("No rule of this service lets you run any operation."));
    assert_eq!(answer["rules_lack"], json!("caller"));
    assert_eq!(answer["not_permitted"].as_array().unwrap().len(), Operation::NAMES.len());
    assert_eq!(
        api.get("/instances/dev-postgres-01").await.json()["operations_allowed"],
        json!(false)
    );
}

#[tokio::test]
async fn an_unsupported_engine_has_its_own_code() {
    let api = Api::demo();
    let id = "dev-postgres-01".parse().unwrap();
    let mut item = api.world.ports.inventory.find(&id).await.unwrap().remove(0);
    item.engine = "neptune".into();
    api.world.inventory.put(item);
    let answer = api.get("/instances/dev-postgres-01/operations").await.json();
    assert_eq!(
        (&answer["operations"], &answer["error_code"]),
        (&json!([]), &json!("unsupported_engine"))
    );
    assert!(!answer["reason"].as_str().unwrap().contains("was sent"), "{answer}");
}

/// `operations_allowed` says what is so, in the list by the inventory's status and elsewhere by the
/// live one.
#[tokio::test]
async fn an_instance_on_which_nothing_can_run_says_why() {
    let api = Api::demo();
    let id = "poc-search-01".parse().unwrap();
    let item = api.world.ports.inventory.find(&id).await.unwrap().remove(0);
    api.world.rds.set_status(&item.target, "upgrading");
    api.world.inventory.put(InventoryItem { status: Some("upgrading".into()), ..item });
    let listed = async |name: &str| {
        api.get(&format!("/instances?q={name}")).await.json()["items"][0].clone()
    };
    for (name, code, error_code) in [
        ("poc-search-01", "operation_failed", json!("status_not_allowed")),
        ("dev-docdb-01", "operation_failed", json!("unsupported_engine")),
        ("prod-orders-01", "production_blocked", Value::Null),
    ] {
        for item in [listed(name).await, api.get(&format!("/instances/{name}")).await.json()] {
            let why = &item["not_allowed"];
            assert_eq!(
                (&item["operations_allowed"], &why["code"]),
                (&json!(false), &json!(code)),
                "{item}"
            );
            assert_eq!(why["error_code"], error_code);
            assert!(
                !why["reason"].as_str().unwrap().is_empty()
                    && !why["guidance"].as_str().unwrap().is_empty()
            );
        }
    }
    let upgrading = listed("poc-search-01").await["not_allowed"].clone();
    assert!(
        upgrading["reason"].as_str().unwrap().starts_with("The instance is `upgrading`, and"),
        "{upgrading}"
    );
    let stopped = listed("dev-stopped-01").await;
    assert_eq!(stopped["operations_allowed"], json!(true), "it can be started");
    assert!(listed("dev-postgres-01").await.get("not_allowed").is_none());
}

#[tokio::test]
async fn the_live_status_decides_what_is_possible() {
    let names = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|one| one["operation"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut table = String::new();
    for (name, status) in [
        ("dev-postgres-01", "upgrading"),
        ("dev-postgres-01", "stopped"),
        ("test-mysql-01", "available"),
        ("dev-postgres-01", "storage-initialization"),
        ("dev-postgres-01", "incompatible-parameters"),
        ("dev-custom-01", "available"),
    ] {
        let api = Api::demo();
        api.world.rds.set_status(&target("111122223333", "eu-central-1", name), status);
        let answer = api.get(&format!("/instances/{name}/operations")).await.json();
        let possible = names(&answer["operations"]);
        table.push_str(&format!("{name} {status}: [{}]\n", possible.join(" ")));
        let others = Operation::NAMES.len() - possible.len();
        assert_eq!(names(&answer["not_permitted"]).len(), others);
        assert_eq!((&answer["status"], &answer["status_from"]), (&json!(status), &json!("live")));
        let shown = api.get(&format!("/instances/{name}")).await.json();
        assert_eq!(shown["operations_allowed"], json!(!possible.is_empty()));
        api.world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
        let unread = api.get(&format!("/instances/{name}/operations")).await.json();
        assert_eq!(
            (&unread["status"], &unread["status_from"]),
            (&json!("available"), &json!("inventory"))
        );
        assert!(!names(&unread["operations"]).is_empty());
    }
    expect![[r#"
        dev-postgres-01 upgrading: []
        dev-postgres-01 stopped: [delete_snapshot start_instance]
        test-mysql-01 available: [change_parameter_group create_snapshot delete_snapshot modify_backup_window modify_instance_class modify_maintenance_window reboot_instance stop_instance]
        dev-postgres-01 storage-initialization: [change_parameter_group delete_snapshot modify_backup_window modify_maintenance_window reboot_instance]
        dev-postgres-01 incompatible-parameters: [reboot_instance]
        dev-custom-01 available: [create_snapshot delete_snapshot modify_backup_window modify_maintenance_window]
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn a_member_of_a_busy_cluster_can_only_be_rebooted_alone() {
    let api = Api::demo();
    api.world
        .rds
        .set_cluster_status(&cluster("111122223333", "eu-central-1", "dev-aurora"), "backing-up");
    let answer = api.get("/instances/dev-aurora-01/operations").await.json();
    assert_eq!(answer["operations"].as_array().unwrap().len(), 1);
    assert_eq!(answer["operations"][0]["operation"], json!("reboot_instance"));
    assert_eq!(answer["not_permitted"][0]["error_code"], json!("cluster_status_not_allowed"));
}

#[tokio::test]
async fn an_outdated_inventory_item_allows_no_operations() {
    let dev = target("111122223333", "eu-central-1", "dev-postgres-01");
    let gone = Api::demo();
    gone.world.rds.remove(&dev);
    let denied = Api::demo();
    denied.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    let moved = Api::demo();
    moved.world.rds.add(
        dev,
        SimulatedInstance::new("postgres").tag("Environment", "dev").member_of("dev-aurora"),
    );
    for (api, code, error_code) in [
        (gone, "instance_not_found", Value::Null),
        (denied, "permission_denied", json!("AccessDenied")),
        (moved, "operation_failed", json!("inventory_outdated")),
    ] {
        let answer = api.get("/instances/dev-postgres-01/operations").await.json();
        assert_eq!(
            (&answer["operations"], &answer["code"]),
            (&json!([]), &json!(code)),
            "{answer}"
        );
        assert_eq!(answer["error_code"], error_code);
    }
}

#[tokio::test]
async fn an_instance_is_shown_with_its_live_description() {
    let answer = Api::demo().get("/instances/poc-search-01").await;
    expect![[r#"
        200 OK
        content-type: application/json
        {
          "instance_id": "poc-search-01",
          "account_id": "333344445555",
          "region": "us-east-1",
          "engine": "postgres",
          "instance_class": "db.t4g.medium",
          "environment": "POC",
          "status": "available",
          "status_from": "live",
          "operations_allowed": true,
          "running_operation_id": null,
          "multi_az": false,
          "db_cluster_id": null,
          "read_replica_source": null,
          "tags": {
            "Environment": "poc"
          },
          "live": {
            "instance_id": "poc-search-01",
            "arn": "arn:aws:rds:us-east-1:333344445555:db:poc-search-01",
            "dbi_resource_id": "db-POCSEARCH01USEAST1333344445555",
            "engine": "postgres",
            "engine_version": "16.4",
            "status": "available",
            "instance_class": "db.t4g.medium",
            "multi_az": false,
            "availability_zone": "us-east-1a",
            "secondary_availability_zone": null,
            "backup_window": "03:00-03:30",
            "maintenance_window": "sun:05:00-sun:05:30",
            "backup_retention_days": 7,
            "pending_modifications": {},
            "tags": {
              "Environment": "poc"
            },
            "cluster_id": null,
            "replica_source": null,
            "source_cluster": null,
            "replicas": [],
            "replica_clusters": [],
            "parameter_apply_statuses": [
              "in-sync"
            ],
            "parameter_groups": {
              "default.postgres16": "in-sync"
            },
            "aws_backup_recovery_point": null,
            "copy_tags_to_snapshot": false
          },
          "classification": {
            "environment": "POC",
            "decided_by": "tag",
            "trace": [
              {
                "source": "tag",
                "origin": "inventory",
                "subject": "poc-search-01",
                "key": "Environment",
                "value": "poc",
                "says": "POC",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "inventory",
                "subject": "poc-search-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "inventory",
                "subject": "poc-search-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "inventory",
                "subject": "poc-search-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "inventory",
                "subject": "poc-search-01",
                "value": "poc-search-01",
                "note": "a non-production word in the name, which never lowers protection",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "inventory",
                "subject": "poc-search-01",
                "says": "Production",
                "decisive": false
              },
              {
                "source": "tag",
                "origin": "live",
                "subject": "poc-search-01",
                "key": "Environment",
                "value": "poc",
                "says": "POC",
                "decisive": true
              },
              {
                "source": "instance_mapping",
                "origin": "live",
                "subject": "poc-search-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "account_mapping",
                "origin": "live",
                "subject": "poc-search-01",
                "note": "no entry",
                "decisive": false
              },
              {
                "source": "name_pattern",
                "origin": "live",
                "subject": "poc-search-01",
                "note": "no pattern matches",
                "decisive": false
              },
              {
                "source": "name",
                "origin": "live",
                "subject": "poc-search-01",
                "value": "poc-search-01",
                "note": "a non-production word in the name, which never lowers protection",
                "decisive": false
              },
              {
                "source": "default",
                "origin": "live",
                "subject": "poc-search-01",
                "says": "Production",
                "decisive": false
              }
            ]
          }
        }
    "#]]
    .assert_eq(&answer.shown());
}

#[tokio::test]
async fn an_unreadable_instance_is_shown_from_the_inventory() {
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Denied));
    let answer = api.get("/instances/poc-search-01").await.json();
    assert!(answer.get("live").is_none());
    assert_eq!(
        answer["live_error"],
        json!("AWS refuses the service's role in this account (AccessDenied).")
    );
    assert_eq!(answer["status"], json!("available"));
}

#[tokio::test]
async fn the_running_operation_of_an_instance_is_named() {
    let api = Api::demo();
    let started =
        api.post_with(&snapshot_of("poc-search-01"), &[("prefer", "respond-async")]).await.json();
    assert_eq!(
        api.get("/instances/poc-search-01").await.json()["running_operation_id"],
        started["operation_id"]
    );
    let list = api.get("/instances?q=poc-search").await.json();
    assert_eq!(list["items"][0]["running_operation_id"], started["operation_id"]);
}

#[tokio::test]
async fn instances_of_one_name_are_told_apart_by_account_or_region() {
    let api = Api::demo();
    assert_eq!(
        api.get("/instances/shared-dev-01").await.brief(),
        (409, "ambiguous_instance".into())
    );
    for (filter, engine) in
        [("account_id=333344445555", "sqlserver-ex"), ("region=eu-central-1", "mariadb")]
    {
        let answer = api.get(&format!("/instances/shared-dev-01?{filter}")).await;
        assert_eq!(answer.json()["engine"], json!(engine), "{filter}");
    }
}

#[tokio::test]
async fn instances_are_filtered_by_environment_account_and_text() {
    let api = Api::demo();
    for (filter, expected) in [
        ("environment=sandbox", &["sandbox-alice-01"][..]),
        ("environment=Production&account_id=222233334444&q=prod", &["prod-orders-01"]),
        ("q=ORACLE&account_id=333344445555", &["dev-oracle-01"]),
        ("q=nothing-like-it", &[]),
    ] {
        assert_eq!(names(&api.get(&format!("/instances?{filter}")).await), expected, "{filter}");
    }
}

/// The answer tells which environments a filter was taken for.
#[tokio::test]
async fn non_production_is_every_environment_but_production() {
    let api = Api::demo();
    let count = async |filter: &str| {
        let answer = api.get(&format!("/instances?limit=100&{filter}")).await.json();
        (answer["items"].as_array().unwrap().len(), answer["matched"]["environment"].clone())
    };
    let (all, nothing) = count("q=-").await;
    let (production, reported) = count("q=-&environment=PRD").await;
    assert_eq!((nothing, reported), (json!(null), json!(["Production"])));
    for spelling in ["nonprod", "non-prod", "NonProduction", "non-production"] {
        let (others, reported) = count(&format!("q=-&environment={spelling}")).await;
        assert_eq!(others, all - production, "{spelling}");
        let expected = ["Staging", "Test", "Development", "POC", "Sandbox", "NonProduction"];
        assert_eq!(reported, json!(expected), "{spelling}");
    }
    assert!(production > 0 && production < all);
}

#[tokio::test]
async fn the_pages_of_the_inventory_together_are_all_of_it_once() {
    let api = Api::demo();
    let all = names(&api.get("/instances?limit=100").await);
    let (mut paged, mut path) = (Vec::new(), "/instances?limit=4".to_owned());
    loop {
        let page = api.get(&path).await;
        paged.extend(names(&page));
        let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
        path = format!("/instances?limit=4&cursor={cursor}");
    }
    assert_eq!(paged, all);
    assert!(all.len() > 10);
}

#[tokio::test]
async fn broken_items_are_listed_and_hide_no_others() {
    let api = Api::demo();
    api.world
        .inventory
        .put_broken(BrokenItem { instance_id: "odd-01".into(), problem: "has no Region".into() });
    let answer = api.get("/instances").await;
    assert_eq!(
        answer.json()["broken"],
        json!([{ "instance_id": "odd-01", "problem": "has no Region" }])
    );
    assert!(names(&answer).len() > 10);
}
