//! Answers by which DynamoDB asks for slower requests, and who counts them.

use std::sync::{Arc, Mutex};

use ops_aws_adapters::AwsPorts;
use ops_config::AwsSettings;
use ops_domain::ports::{AuditQuery, Measurement, Metrics, Nobody};
use ops_domain::service::Ports;
use serde_json::json;

use crate::server::{Answer, Server};
use crate::store::begin;
use crate::{config, target};

/// Keeps what is counted.
#[derive(Default)]
struct Counted(Mutex<Vec<Measurement>>);

impl Metrics for Counted {
    fn record(&self, measurement: &Measurement) {
        self.0.lock().expect("nobody panics with it").push(measurement.clone());
    }
}

impl Counted {
    fn take(&self) -> Vec<Measurement> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

/// The ports over a DynamoDB that answers every request with this code.
fn ports(code: &str) -> (Server, Ports, Arc<Counted>) {
    let body =
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "words" })
            .to_string();
    let server = Server::start_for(move |_, _| Answer::Body(400, body.clone()));
    let counted = Arc::new(Counted::default());
    let ports = AwsPorts::new(&config(&server.url()), &AwsSettings::default());
    let ports = ports.into_ports(Arc::new(Nobody), Arc::new(Nobody), counted.clone());
    (server, ports, counted)
}

#[tokio::test]
async fn a_dynamodb_throttle_is_counted_once() {
    let (_server, ports, counted) = ports("ThrottlingException");
    let throttled = [Measurement::StoreThrottled];
    ports.inventory.find(&target().instance_id).await.unwrap_err();
    assert_eq!(counted.take(), throttled, "the inventory");
    ports.store.load(begin().record.id).await.unwrap_err();
    assert_eq!(counted.take(), throttled, "the operations");
    ports.store.begin(begin()).await.unwrap_err();
    assert_eq!(counted.take(), throttled, "a transaction");
    ports.store.due(None, begin().now, 10).await.unwrap_err();
    assert_eq!(counted.take(), throttled, "an index of the operations");
    let about =
        AuditQuery { instance_id: Some("orders".into()), limit: 10, ..AuditQuery::default() };
    ports.audit.query(&about).await.unwrap_err();
    assert_eq!(counted.take(), throttled, "an index of the trail");
}

#[tokio::test]
async fn a_validation_error_is_not_a_throttle() {
    let (_server, ports, counted) = ports("AccessDeniedException");
    ports.inventory.find(&target().instance_id).await.unwrap_err();
    ports.store.load(begin().record.id).await.unwrap_err();
    ports.store.begin(begin()).await.unwrap_err();
    assert_eq!(counted.take(), []);
}
