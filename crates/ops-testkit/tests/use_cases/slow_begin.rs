//! The live read goes beside the beginning of an operation. What happens while the store takes its
//! time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::ports::{
    Begin, BeginError, Commit, CommitError, IdempotencyRecord, OperationQuery, OperationStore,
    Page, StoreError,
};
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::Timestamp;
use ops_testkit::world::World;

use crate::story::*;

/// A store that begins an operation after everything beside it is done, and after `meanwhile`.
struct SlowBegin<F> {
    world: World,
    meanwhile: F,
}

#[async_trait]
impl<F: Fn(&World) + Send + Sync> OperationStore for SlowBegin<F> {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        tokio::task::yield_now().await;
        (self.meanwhile)(&self.world);
        self.world.store.begin(begin).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.world.store.commit(commit).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.world.store.load(id).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.world.store.find_idempotent(key, now).await
    }

    async fn holders(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.world.store.holders(lock_scopes, now).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.world.store.last_fencing_token(lock_scope).await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.world.store.list(query).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        self.world.store.due(scope, by, limit).await
    }
}

fn with_slow_begin(meanwhile: impl Fn(&World) + Send + Sync + 'static) -> World {
    let mut world = World::demo();
    world.service.ports.store = Arc::new(SlowBegin { world: world.clone(), meanwhile });
    world
}

#[tokio::test]
async fn a_slow_begin_reads_the_environment_again() {
    let world = with_slow_begin(|world| {
        world.clock.advance(Duration::from_secs(2));
        world.rds.set_tags(&dev(), [("Environment".to_owned(), "prod".to_owned())].into());
    });
    for request in [snapshot(), reboot(), window()] {
        assert_eq!(begun(&world, &request).await.status(), Status::Denied);
    }
    assert_eq!(world.rds.calls(), []);
}

#[tokio::test]
async fn the_read_beside_an_operation_that_begins_at_once_is_enough() {
    let reads = async |world: World| {
        begun(&world, &snapshot()).await;
        world.rds.look_count()
    };
    assert_eq!(reads(with_slow_begin(|_| {})).await, reads(World::demo()).await);
}

/// The one who held the instance until now set another window after the read beside the beginning.
#[tokio::test]
async fn unchanged_is_decided_under_the_lease() {
    let asked = "01:00-02:00".parse().unwrap();
    let world = with_slow_begin(|world| {
        world.rds.set_backup_window(&dev(), "05:00-06:00".parse().unwrap())
    });
    world.rds.set_backup_window(&dev(), asked);
    let id = begun(&world, &window()).await.id;
    let record = world.run_to_end(id).await;
    assert_eq!(record.status(), Status::Available);
    assert_eq!((world.rds.calls().len(), world.rds.backup_window(&dev())), (1, Some(asked)));
}
