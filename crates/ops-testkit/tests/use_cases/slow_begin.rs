//! The live read goes beside the beginning of an operation. What happens while the store takes its
//! time.

use std::sync::Arc;
use std::time::Duration;

use ops_domain::state::Status;
use ops_testkit::intercepted::{Intercept, intercepted};
use ops_testkit::world::World;

use crate::story::*;

/// A store that begins an operation after everything beside it is done, and after `meanwhile`.
struct SlowBegin<F> {
    world: World,
    meanwhile: F,
}

impl<F: Fn(&World) + Send + Sync + 'static> Intercept for SlowBegin<F> {
    async fn call<T: Send>(&self, name: &'static str, call: impl Future<Output = T> + Send) -> T {
        if name == "begin" {
            tokio::task::yield_now().await;
            (self.meanwhile)(&self.world);
        }
        call.await
    }
}

fn with_slow_begin(meanwhile: impl Fn(&World) + Send + Sync + 'static) -> World {
    let world = World::demo();
    let hook = Arc::new(SlowBegin { world: world.clone(), meanwhile });
    world.over(intercepted(&world.ports, hook))
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
