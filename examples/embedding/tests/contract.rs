//! The store keeps the promises of its ports, and the service over it does what it says.

use std::sync::Arc;

use embedding_example::store::Store;
use embedding_example::{engine, service};
use ops_domain::caller::Caller;
use ops_domain::id::InstanceId;
use ops_domain::request::Request;
use ops_domain::service::Submitted;
use ops_domain::state::Status;
use ops_testkit::contract::Stores;

fn stores() -> Stores {
    let store = Arc::new(Store::default());
    Stores { audit: store.clone(), store }
}

ops_testkit::store_contract!(operations, async { stores() });
ops_testkit::audit_contract!(audit, async { stores() });
ops_testkit::figures_contract!(figures, async { stores() });

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_driven_by_the_engine_alone() {
    let (service, woken) = service::build();
    tokio::spawn(engine::drive(service.clone(), woken));
    let body =
        br#"{"operation": "reboot_instance", "instance_id": "test-mysql-01", "parameters": {}}"#;
    let request = Request::parse(body).expect("the body is valid");
    let caller = Caller::new("example:alice", "request-1");
    let submitted = service.commands().submit(&caller, None, &request).await;
    let Ok(Submitted::Operation(record)) = submitted else { panic!("it is allowed") };
    let until = service::deadline(&service);
    // Nobody waits by taking steps: only the engine does.
    while !service
        .queries()
        .operation(record.id)
        .await
        .expect("it is stored")
        .status()
        .is_terminal()
    {
        assert!(service.clock().now() < until, "the engine does not drive it");
        tokio::task::yield_now().await;
    }
    let ended = service.queries().operation(record.id).await.expect("it is stored");
    assert_eq!(ended.status(), Status::Available);
    let id: InstanceId = "test-mysql-01".parse().expect("it is an identifier");
    let view = service.queries().instance(&id, None, None).await.expect("it is there");
    assert_eq!(view.item.target.instance_id, id);
}
