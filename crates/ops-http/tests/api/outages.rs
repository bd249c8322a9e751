//! Answers when something that the service needs does not work; nothing reaches RDS.

use expect_test::expect;
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::json;

use crate::harness::{Api, OddInventory, reboot_of};

#[tokio::test]
async fn throttling_is_429_with_the_time_to_wait() {
    let api = Api::with_inventory(OddInventory::Throttles);
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        429 Too Many Requests
        retry-after: 5
        content-type: application/json
        {
          "error": "AWS throttles the requests of this account.",
          "code": "throttled",
          "guidance": "This request changed nothing. Send it again after the time in Retry-After.",
          "retry": "later",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn a_defect_is_500_and_tells_nothing_but_the_request_id() {
    let answer =
        Api::with_inventory(OddInventory::Panics).post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        500 Internal Server Error
        content-type: application/json
        {
          "error": "A defect of this service kept it from answering.",
          "code": "internal",
          "guidance": "Look at the operation, if there is one, before trying again, and tell the operators of this service the request id.",
          "retry": "check_first",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(answer.header("x-request-id"), Some("request-of-alice"));
}

#[tokio::test]
async fn without_the_audit_trail_everything_is_503() {
    let api = Api::demo();
    api.world.store.audit_down(true);
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        503 Service Unavailable
        content-type: application/json
        {
          "error": "The audit trail can't be used at present.",
          "code": "audit_unavailable",
          "guidance": "This request sent nothing to RDS. If the answer has an `operation_id`, look that operation up first. Otherwise send the request again with the same Idempotency-Key in a minute; if the error persists, tell the operators of this service.",
          "retry": "later",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    for body in [reboot_of("prod-orders-01"), json!({ "operation": "reboot_instance" })] {
        assert_eq!(api.post(&body).await.brief(), (503, "audit_unavailable".into()));
    }
    for path in ["/audit", "/audit?format=csv"] {
        assert_eq!(api.get(path).await.brief(), (503, "audit_unavailable".into()), "{path}");
    }
    api.assert_untouched();
}

#[tokio::test]
async fn without_the_inventory_it_is_503() {
    let api = Api::demo();
    api.world.inventory.down(true);
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        503 Service Unavailable
        content-type: application/json
        {
          "error": "The inventory can't be read at present.",
          "code": "inventory_unavailable",
          "guidance": "This request sent nothing to RDS. If the answer has an `operation_id`, look that operation up first. Otherwise send the request again with the same Idempotency-Key in a minute; if the error persists, tell the operators of this service.",
          "retry": "later",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
    assert_eq!(api.get("/instances").await.brief(), (503, "inventory_unavailable".into()));
}

#[tokio::test]
async fn without_the_operation_store_it_is_503() {
    let api = Api::demo();
    api.world.store.store_down(true);
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        503 Service Unavailable
        content-type: application/json
        {
          "error": "The operation store can't be used at present.",
          "code": "store_unavailable",
          "guidance": "It is not known whether the request was taken. Look for the operation 01KG9QXG800000000000000001 in two minutes; if there is none, nothing was sent to RDS. A request with an idempotency key may be made again at any time.",
          "retry": "check_first",
          "operation_id": "01KG9QXG800000000000000001",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
    assert_eq!(api.get("/operations").await.brief(), (503, "store_unavailable".into()));
}

#[tokio::test]
async fn without_rds_it_is_503_with_the_operation() {
    let api = Api::demo();
    api.world.rds.inject(Fault::next_describe(ObserveFault::Unavailable));
    let answer = api.post(&reboot_of("dev-postgres-01")).await;
    expect![[r#"
        503 Service Unavailable
        content-type: application/json
        {
          "error": "RDS in the instance's account and Region could not be reached.",
          "code": "upstream_unavailable",
          "guidance": "Nothing was sent to RDS. Try again in a few minutes and look at the AWS Health dashboard.",
          "retry": "later",
          "operation_id": "01KG9QXG800000000000000001",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    assert_eq!(api.world.rds.calls(), []);
}
