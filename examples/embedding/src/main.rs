//! Takes a snapshot, and is refused a reboot of production.

use embedding_example::{engine, service};
use ops_domain::caller::Caller;
use ops_domain::request::Request;
use ops_domain::service::Submitted;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program talks to its user")]
async fn main() {
    let (service, woken) = service::build();
    tokio::spawn(engine::drive(service.clone(), woken));
    let alice = Caller::new("example:alice", "request-1");
    for body in [
        r#"{"operation": "create_snapshot", "instance_id": "dev-postgres-01",
            "parameters": {"snapshot_id": "by-the-example"}}"#,
        r#"{"operation": "reboot_instance", "instance_id": "prod-orders-01", "parameters": {}}"#,
    ] {
        let request = Request::parse(body.as_bytes()).expect("the body is valid");
        match service.commands().submit(&alice, None, &request).await {
            Ok(Submitted::Operation(record)) => {
                let until = service::deadline(&service);
                let ended = service.commands().wait(*record, until).await;
                println!("{}: {}", ended.operation.name(), ended.status().as_str());
            }
            Ok(Submitted::DryRun(_)) => println!("nothing was asked for"),
            Err(failure) => println!("refused: {}", failure.sentence),
        }
    }
}
