//! A service that takes other settings while it runs.

use chrono::TimeDelta;
use ops_config::Config;
use ops_domain::failure::{Code, Failure};
use ops_domain::ports::Clock as _;
use ops_domain::request::Request;
use ops_domain::service::{Service, Submitted};
use ops_testkit::world::World;
use serde_json::Value;

use crate::story::*;

async fn ask(world: &World, service: &Service, request: &Value) -> Result<Submitted, Failure> {
    let request = Request::parse(request.to_string().as_bytes()).expect("the request is valid");
    service.commands().submit(&world.caller("alice"), None, &request).await
}

/// The service of the world by other settings.
fn reconfigured(world: &World, text: &str) -> Service {
    let settings = Config::load(Some(text), |_| None).expect("they are valid").service;
    world.service.reconfigured(world.ports.clone(), settings)
}

#[tokio::test]
async fn what_has_begun_goes_on_by_its_settings() {
    let world = World::demo();
    let closed = reconfigured(&world, "[environments]\nprotected = ['development']");
    let refused = ask(&world, &closed, &reboot()).await.expect_err("it is production now");
    assert_eq!((refused.code, world.rds.calls().len()), (Code::ProductionBlocked, 0));
    let accepted = ask(&world, &world.service, &reboot()).await.expect("it was not");
    let Submitted::Operation(record) = accepted else { panic!("it is no dry run") };
    assert_eq!(world.rds.calls().len(), 1);
    // What RDS has begun is followed by whatever settings there are.
    let mut steps = 0;
    while let Some(at) = closed.queries().operation(record.id).await.unwrap().next_at() {
        world.clock.advance_to(at);
        closed.driver().advance(record.id).await.unwrap();
        steps += 1;
        assert!(steps < 100, "it does not end");
    }
    let ended = closed.queries().operation(record.id).await.unwrap();
    assert_eq!(ended.status().as_str(), "available");
}

/// A change of the settings is no reason to look at every account again.
#[tokio::test]
async fn other_settings_keep_what_the_service_has_looked_at() {
    let world = World::demo();
    let other = reconfigured(&world, "poll_interval_seconds = 5");
    for service in [&world.service, &other] {
        for _ in 0..8 {
            service.driver().delete_expired(world.clock.now() + TimeDelta::minutes(1)).await;
        }
    }
    let by_both = world.rds.look_count();
    let alone = World::demo();
    for _ in 0..8 {
        let until = alone.clock.now() + TimeDelta::minutes(1);
        alone.service.driver().delete_expired(until).await;
    }
    assert_eq!(by_both, alone.rds.look_count());
}
