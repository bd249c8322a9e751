//! Ports that stop at one of their calls until they are let go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ops_domain::service::Ports;
use ops_testkit::intercepted::{Intercept, intercepted};
use tokio::sync::Notify;

/// The ports of a world. They stop before or after one call: at point `2n` before
/// call `n`, at `2n+1` after it.
pub(crate) struct Stops {
    ports: Ports,
    stop_at: usize,
    panics: bool,
    points: AtomicUsize,
    reached: Notify,
    go_on: Notify,
}

impl Stops {
    pub(crate) fn at(ports: Ports, stop_at: usize) -> Arc<Self> {
        let (points, reached, go_on) = (AtomicUsize::new(0), Notify::new(), Notify::new());
        Arc::new(Self { ports, stop_at, panics: false, points, reached, go_on })
    }

    /// Ports with a defect at that point instead.
    pub(crate) fn with_defect_at(ports: Ports, point: usize) -> Arc<Self> {
        let (points, reached, go_on) = (AtomicUsize::new(0), Notify::new(), Notify::new());
        Arc::new(Self { ports, stop_at: point, panics: true, points, reached, go_on })
    }

    /// The ports that stop.
    pub(crate) fn ports(self: &Arc<Self>) -> Ports {
        intercepted(&self.ports, self.clone())
    }

    /// Ready when the call is reached.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    pub(crate) fn go_on(&self) {
        self.go_on.notify_one();
    }

    async fn point(&self) {
        if self.points.fetch_add(1, Ordering::Relaxed) == self.stop_at {
            assert!(!self.panics, "s3cr3t detail of the defect");
            self.reached.notify_one();
            self.go_on.notified().await;
        }
    }
}

impl Intercept for Stops {
    async fn call<T: Send>(&self, _name: &'static str, call: impl Future<Output = T> + Send) -> T {
        self.point().await;
        let done = call.await;
        self.point().await;
        done
    }
}
