//! A few hours at work in which everything happens that the figures of a period tell apart.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ops_audit::trail::Exported;
use ops_config::Config;
use ops_domain::caller::Caller;
use ops_domain::failure::{Code, Failure};
use ops_domain::ports::AuditQuery;
use ops_domain::request::Request;
use ops_domain::service::Submitted;
use ops_domain::state::OperationRecord;
use ops_simulator::simulated_rds::{Behaviour, Fault, SendFault};
use serde_json::{Value, json};

use crate::world::World;

/// What was asked, counted by who asked, and the answers.
#[derive(Debug, Default)]
pub struct Mix {
    /// Requests for an operation, dry runs included.
    pub requests: u64,
    /// Those that only asked for checks, and got them.
    pub dry_runs: u64,
    /// Operations that were cancelled.
    pub cancelled: u64,
    /// Refusals other than for production or a permission, by code.
    pub refusals: BTreeMap<String, u64>,
    /// Who asked for anything.
    pub users: BTreeSet<String>,
}

/// Snapshots take two hours, everything else a moment; mallory may do nothing.
#[must_use]
pub fn world() -> World {
    let rules =
        "[[rules]]\nprincipals = ['*']\n[[rules]]\neffect = 'deny'\nprincipals = ['iam:mallory']\n";
    let settings = Config::load(Some(rules), |_| None).expect("the rules are valid").service;
    World::demo_with(
        Behaviour { snapshot: Duration::from_hours(2), ..Behaviour::quick() },
        settings,
    )
}

impl Mix {
    /// Does it all. One operation is still running at the end.
    pub async fn run(world: &World) -> Self {
        let mut mix = Self::default();
        mix.operations_that_end(world).await;
        mix.denials(world).await;
        mix.failures(world).await;
        mix.no_operations(world).await;
        mix.cancelled(world).await;
        mix.running(world).await;
        mix
    }

    async fn operations_that_end(&mut self, world: &World) {
        self.done(world, "alice", &window("dev-postgres-01")).await;
        self.done(world, "bob", &reboot("test-mysql-01")).await;
        self.done(world, "alice", &snapshot("dev-postgres-01")).await;
    }

    async fn denials(&mut self, world: &World) {
        self.refused(world, "bob", &reboot("prod-orders-01")).await;
        self.refused(world, "mallory", &reboot("dev-postgres-01")).await;
        self.done(world, "bob", &reboot("stale-inventory-01")).await;
    }

    async fn failures(&mut self, world: &World) {
        world.rds.inject(Fault::next_send(SendFault::Denied));
        self.done(world, "carol", &reboot("poc-search-01")).await;
        world.rds.inject(Fault::next_send(SendFault::Refused {
            code: "InvalidParameterCombination".into(),
        }));
        self.done(world, "bob", &reboot("sandbox-alice-01")).await;
    }

    /// A dry run, one that meets production, a request that is not valid, and an export.
    async fn no_operations(&mut self, world: &World) {
        let with_dry_run = |mut request: Value| {
            request["dry_run"] = json!(true);
            request
        };
        assert!(matches!(
            self.submit(world, "dave", &with_dry_run(snapshot("dev-oracle-01"))).await,
            Ok(Submitted::DryRun(_))
        ));
        self.dry_runs += 1;
        self.refused(world, "dave", &with_dry_run(reboot("prod-orders-01"))).await;
        let rejected = Request::parse(br#"{"operation":"create_snapshot"}"#)
            .expect_err("it names no instance");
        let failure =
            world.service.commands().reject(&self.caller(world, "frank"), *rejected).await;
        self.requests += 1;
        self.note(&failure);
        let exported = Exported::all(&AuditQuery::default(), "csv");
        let export = world
            .service
            .commands()
            .record_export(&world.caller("zoe"), exported.parameters())
            .await;
        export.expect("the trail can be written");
    }

    async fn cancelled(&mut self, world: &World) {
        world.rds.inject(Fault::next_send(SendFault::Throttled));
        let waiting = self.begun(world, "alice", &reboot("qa-mariadb-01")).await;
        let caller = self.caller(world, "gail");
        world.service.commands().cancel(&caller, waiting.id).await.expect("it waits to be sent");
        self.cancelled += 1;
    }

    /// A snapshot that goes on, in the way of another request, and that can't be cancelled any
    /// more.
    async fn running(&mut self, world: &World) {
        let running = self.begun(world, "erin", &snapshot("dev-oracle-01")).await;
        self.refused(world, "alice", &reboot("dev-oracle-01")).await;
        let caller = self.caller(world, "henry");
        world.service.commands().cancel(&caller, running.id).await.expect_err("RDS has been asked");
    }

    async fn done(&mut self, world: &World, who: &str, request: &Value) {
        let record = self.begun(world, who, request).await;
        world.run_to_end(record.id).await;
    }

    async fn begun(&mut self, world: &World, who: &str, request: &Value) -> OperationRecord {
        match self.submit(world, who, request).await {
            Ok(Submitted::Operation(record)) => *record,
            other => panic!("no operation: {other:?}"),
        }
    }

    async fn refused(&mut self, world: &World, who: &str, request: &Value) {
        let failure = self.submit(world, who, request).await.expect_err("it is refused");
        self.note(&failure);
    }

    async fn submit(
        &mut self,
        world: &World,
        who: &str,
        request: &Value,
    ) -> Result<Submitted, Failure> {
        world.clock.advance(Duration::from_secs(1));
        self.requests += 1;
        let request = Request::parse(request.to_string().as_bytes()).expect("the request is valid");
        world.service.commands().submit(&self.caller(world, who), None, &request).await
    }

    fn caller(&mut self, world: &World, who: &str) -> Caller {
        let caller = world.caller(who);
        self.users.insert(caller.principal.clone());
        caller
    }

    fn note(&mut self, failure: &Failure) {
        if !matches!(failure.code, Code::ProductionBlocked | Code::PermissionDenied) {
            *self.refusals.entry(failure.code.to_string()).or_default() += 1;
        }
    }
}

fn window(instance_id: &str) -> Value {
    json!({ "operation": "modify_backup_window", "instance_id": instance_id,
        "parameters": { "backup_window": "01:00-02:00" } })
}

fn reboot(instance_id: &str) -> Value {
    json!({ "operation": "reboot_instance", "instance_id": instance_id })
}

fn snapshot(instance_id: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance_id,
        "parameters": { "snapshot_id": "manual-1" }
    })
}
