//! Events of API Gateway through the function's own code, over a simulated world: whose name is on
//! the audit trail, and what becomes of events that are odd, hostile or broken.

#![expect(clippy::unwrap_used, reason = "what goes wrong in the set-up fails the test")]

mod fixtures;
mod identity;
mod mutations;
mod paths;
mod spoofing;

use lambda_runtime::{Context, LambdaEvent};
use ops_config::ApiSettings;
use ops_domain::audit::AuditEntry;
use ops_http::{Options, router};
use ops_lambda::api;
use ops_testkit::world::World;
use serde_json::{Value, json};

/// The function over a world of its own.
struct Function {
    world: World,
}

impl Function {
    fn new() -> Self {
        Self { world: World::demo() }
    }

    /// The answer to an event.
    async fn answer(&self, event: &Value) -> Value {
        let mut context = Context::default();
        context.request_id = "lambda-request".into();
        context.deadline = u64::MAX;
        let router = router(
            self.world.service.clone(),
            self.world.sources(),
            ApiSettings::default(),
            Options::GATEWAY,
        );
        api::answer(router, true, None, LambdaEvent::new(event.clone(), context)).await.unwrap()
    }

    fn entries(&self) -> Vec<AuditEntry> {
        self.world.store.entries()
    }
}

/// The event with this method, path and body.
fn asking(mut event: Value, method: &str, path: &str, body: &Value) -> Value {
    let body = json!(body.to_string());
    if event["requestContext"]["http"].is_object() {
        event["requestContext"]["http"]["method"] = json!(method);
        event["rawPath"] = json!(format!("/live{path}"));
    } else {
        event["httpMethod"] = json!(method);
        event["path"] = json!(path);
    }
    event["body"] = body;
    event
}

/// A reboot of a production instance, which is refused and leaves one entry.
fn refused_reboot() -> Value {
    json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" })
}
