//! The simulated RDS of a data folder. Every process that shares the folder operates the same RDS,
//! and what it was asked outlives them all.

use std::error::Error;
use std::fs::File;
use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::cluster::LiveCluster;
use ops_domain::instance::{InventoryItem, LiveInstance, Managed, Scope};
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    Clock, Listed, ObserveError, RdsControl, RdsListing, SendError, Sent, Source,
};
use ops_domain::time::{Timestamp, in_micros};
use ops_simulator::fleet;
use ops_simulator::simulated_rds::{Behaviour, SimulatedRds};
use tokio::sync::{Mutex, MutexGuard};

use crate::folder::DataFolder;
use crate::sqlite::SqliteError;
use crate::sqlite::world::StoredWorld;

/// The simulated RDS of a data folder.
#[derive(Debug)]
pub struct FolderRds<C> {
    folder: DataFolder,
    clock: C,
    behaviour: Behaviour,
    latest: Mutex<Latest>,
}

/// The RDS as this process knows it.
#[derive(Debug)]
struct Latest {
    rds: SimulatedRds,
    /// The stored state that it is; `None` when it has to be loaded anew.
    revision: Option<i64>,
}

/// The seed of what varies in the simulated RDS.
const SEED: u64 = 1;

impl<C: Clock + Clone + 'static> FolderRds<C> {
    /// The RDS of `folder`, working `speed` times as fast as the real one. A new folder gets the
    /// demo fleet and its inventory.
    ///
    /// # Errors
    /// A [`SqliteError`] when the folder can't be written.
    pub async fn open(folder: DataFolder, clock: C, speed: u32) -> Result<Self, SqliteError> {
        let behaviour = Behaviour { speed: f64::from(speed), ..Behaviour::realistic(SEED) };
        let rds = SimulatedRds::new(Arc::new(clock.clone()), behaviour.clone());
        let items = discovered(fleet::settle_demo(&rds), clock.now());
        folder.database().settle_world(serde_json::to_string(&rds.state())?, items).await?;
        Ok(Self { folder, clock, behaviour, latest: Mutex::new(Latest { rds, revision: None }) })
    }

    /// The RDS as the latest call of any process has left it.
    async fn latest(&self) -> Result<MutexGuard<'_, Latest>, SqliteError> {
        let mut latest = self.latest.lock().await;
        if let Some(StoredWorld { revision, state }) =
            self.folder.database().world_since(latest.revision).await?
        {
            let state = serde_json::from_str(&state)?;
            let rds =
                SimulatedRds::restore(Arc::new(self.clock.clone()), self.behaviour.clone(), state);
            *latest = Latest { rds, revision: Some(revision) };
        }
        Ok(latest)
    }

    /// The latest RDS, which no other process changes until the file is closed.
    async fn alone(&self) -> Result<(File, MutexGuard<'_, Latest>), SqliteError> {
        let folder = self.folder.clone();
        let lock = tokio::task::spawn_blocking(move || folder.lock()).await??;
        Ok((lock, self.latest().await?))
    }
}

#[async_trait]
impl<C: Clock + Clone + 'static> RdsControl for FolderRds<C> {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        let latest =
            self.latest().await.map_err(|error| ObserveError::Unavailable(logged(error)))?;
        latest.rds.observe(scope, request).await
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.carry_out(call).await.unwrap_or_else(Sent::from)
    }
}

impl<C: Clock + Clone + 'static> FolderRds<C> {
    /// Carries the call out and stores what it did before it answers: a call that was answered
    /// is never forgotten.
    async fn carry_out(&self, call: &AuthorizedCall) -> Result<Sent, SendError> {
        let (_lock, mut latest) =
            self.alone().await.map_err(|error| SendError::NotSent(logged(error)))?;
        // If this call is broken off or the state can't be stored, what is stored is what happened.
        latest.revision = None;
        let answer = latest.rds.send(call).await;
        let state = serde_json::to_string(&latest.rds.state())
            .map_err(|error| SendError::NotSent(logged(error)))?;
        let stored = self.folder.database().store_world(state).await;
        latest.revision = Some(stored.map_err(|error| SendError::MayHaveHappened(logged(error)))?);
        Ok(answer)
    }
}

/// The items of a new folder, as if discovery had just written them.
fn discovered(items: Vec<InventoryItem>, now: Timestamp) -> Vec<InventoryItem> {
    let managed = Some(Managed::seen(in_micros(now)));
    items.into_iter().map(|item| InventoryItem { managed: managed.clone(), ..item }).collect()
}

#[async_trait]
impl<C: Clock + Clone + 'static> RdsListing for FolderRds<C> {
    async fn instances(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveInstance>, ObserveError> {
        let latest =
            self.latest().await.map_err(|error| ObserveError::Unavailable(logged(error)))?;
        latest.rds.instances(scope, marker).await
    }

    async fn clusters(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveCluster>, ObserveError> {
        let latest =
            self.latest().await.map_err(|error| ObserveError::Unavailable(logged(error)))?;
        latest.rds.clusters(scope, marker).await
    }
}

/// A failure of the simulated RDS itself, which whoever asked it tells nobody of.
fn logged(error: impl Error + Send + Sync + 'static) -> Source {
    tracing::error!(exception = &error as &dyn Error, "the simulated RDS can't be used");
    Box::new(error)
}
