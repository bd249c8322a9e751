//! The ports of this service, and the service over them.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    Clock, Ids, Inventory, InventoryError, InventoryPage, Nobody, ObserveError, RdsControl, Sent,
};
use ops_domain::service::{Ports, Service};
use ops_domain::settings::Settings;
use ops_domain::time::{Timestamp, after};
use ops_simulator::fleet;
use ops_simulator::simulated_rds::{Behaviour, SimulatedRds};

use crate::engine::{self, Woken};
use crate::store::Store;

/// The service, and the jobs that it wants to have driven.
#[must_use]
pub fn build() -> (Service, Woken) {
    let clock: Arc<dyn Clock> = Arc::new(QuickClock::default());
    let rds = SimulatedRds::new(Arc::clone(&clock), Behaviour::realistic(0));
    let inventory = Inventoried(fleet::settle_demo(&rds));
    let store = Arc::new(Store::default());
    let (wakes, woken) = engine::pair();
    let ports = Ports {
        clock,
        ids: Arc::new(RandomIds),
        inventory: Arc::new(inventory),
        rds: Arc::new(AnnouncedRds(rds)),
        store: store.clone(),
        audit: store,
        engine: Arc::new(wakes),
        notifier: Arc::new(Nobody),
        metrics: Arc::new(Nobody),
    };
    (Service::new(ports, Settings::default()), woken)
}

/// Time that goes 300 times as fast, so that four minutes of the simulated RDS are a second.
struct QuickClock {
    began: (SystemTime, Instant),
}

const TIMES: u32 = 300;

impl Default for QuickClock {
    fn default() -> Self {
        Self { began: (SystemTime::now(), Instant::now()) }
    }
}

#[async_trait]
impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        let (at, since) = self.began;
        Timestamp::from(at + since.elapsed() * TIMES)
    }

    async fn sleep_until(&self, at: Timestamp) {
        let left = (at - self.now()).to_std().unwrap_or_default();
        tokio::time::sleep(left / TIMES).await;
    }
}

struct RandomIds;

impl Ids for RandomIds {
    fn operation_id(&self, now: Timestamp) -> OperationId {
        OperationId::from_parts(now.timestamp_millis().unsigned_abs(), rand::random())
    }
}

/// The instances as another system has written them down, in one page.
struct Inventoried(Vec<InventoryItem>);

#[async_trait]
impl Inventory for Inventoried {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        Ok(self.0.iter().filter(|item| item.target.instance_id == *id).cloned().collect())
    }

    async fn list(&self, cursor: Option<&str>, _: usize) -> Result<InventoryPage, InventoryError> {
        match cursor {
            None => Ok(InventoryPage { items: self.0.clone(), ..InventoryPage::default() }),
            Some(_) => Err(InventoryError::BadCursor),
        }
    }
}

/// RDS, of which each call that changes something is announced. One over AWS would send it, once,
/// and say whether it may have been carried out.
struct AnnouncedRds(SimulatedRds);

#[async_trait]
impl RdsControl for AnnouncedRds {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        self.0.observe(scope, request).await
    }

    #[expect(clippy::print_stderr, reason = "a program talks to its user")]
    async fn send(&self, call: &AuthorizedCall) -> Sent {
        eprintln!("RDS is asked for {}", call.call().action());
        self.0.send(call).await
    }
}

/// The time by which an example has to be over, by the clock of the service.
#[must_use]
pub fn deadline(service: &Service) -> Timestamp {
    after(service.clock().now(), Duration::from_hours(1))
}
