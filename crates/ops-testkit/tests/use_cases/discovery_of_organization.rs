//! Discovery of the accounts of an organization, over the simulated one.

use std::time::Duration;

use ops_domain::discovery::{
    AccountListReport, AccountSource, DiscoveryProblem, DiscoverySettings,
};
use ops_domain::failure::Code;
use ops_domain::id::AccountId;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::Measurement;
use ops_domain::service::{Discovered, InventoryStatus};
use ops_domain::settings::Settings;
use ops_domain::time::{Timestamp, after};
use ops_testkit::fleet;
use ops_testkit::simulated_organization::ListFault;
use ops_testkit::simulated_rds::{Behaviour, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::json;

const EVERY: Duration = Duration::from_mins(15);

const ALWAYS: std::ops::Range<usize> = 0..usize::MAX;

fn account(account: &str) -> AccountId {
    account.parse().expect("an account")
}

/// The demo fleet, of which the inventory knows nothing, in an organization of its accounts.
fn organization(allowed: &[&str]) -> World {
    let discovery = DiscoverySettings {
        accounts: AccountSource::Organization {
            allowed: allowed.iter().map(|id| account(id)).collect(),
        },
        regions: [fleet::FRANKFURT, fleet::VIRGINIA]
            .map(|id| id.parse().expect("it is the name of a Region"))
            .into(),
        ..DiscoverySettings::default()
    };
    let world =
        World::of(Vec::new(), Behaviour::quick(), Settings { discovery, ..Settings::default() });
    let _known_to_nobody = fleet::settle_demo(&world.rds);
    world
}

/// The next run, a quarter of an hour later.
async fn run(world: &World) -> Discovered {
    world.clock.advance_to(after(world.ports.clock.now(), EVERY));
    run_until(world, Timestamp::MAX_UTC).await
}

async fn run_until(world: &World, until: Timestamp) -> Discovered {
    world.service.driver().discover(until).await.expect("the stores can be used")
}

fn read(discovered: &Discovered) -> Vec<String> {
    let scopes =
        discovered.scopes.iter().map(|outcome| outcome.report.scope.account_id.to_string());
    let mut accounts: Vec<String> = scopes.collect();
    accounts.dedup();
    accounts
}

fn list(discovered: &Discovered) -> &AccountListReport {
    discovered.account_list.as_ref().expect("the accounts are those of the organization")
}

async fn status(world: &World) -> InventoryStatus {
    world.service.queries().inventory_status().await.expect("the store can be read")
}

fn items_in(world: &World, account: &str) -> Vec<InventoryItem> {
    let items = world.inventory.items().into_iter();
    items.filter(|item| item.target.account_id.as_str() == account).collect()
}

/// Those that join are read from then on; suspended ones, and those that are not allowed, never.
#[tokio::test]
async fn the_active_accounts_of_the_organization_are_read() {
    use fleet::{DEVELOPMENT_ACCOUNT, OPERATIONS_ACCOUNT, TEAMS_ACCOUNT};
    let world = organization(&[]);
    world.organization.put(account(OPERATIONS_ACCOUNT), false);
    world.organization.remove(&account(TEAMS_ACCOUNT));
    let first = run(&world).await;
    assert!(first.is_complete());
    assert_eq!(read(&first), [DEVELOPMENT_ACCOUNT]);
    world.organization.put(account(TEAMS_ACCOUNT), true);
    let second = run(&world).await;
    assert_eq!(read(&second), [DEVELOPMENT_ACCOUNT, TEAMS_ACCOUNT]);
    assert_eq!(items_in(&world, OPERATIONS_ACCOUNT), []);
    assert!(!items_in(&world, TEAMS_ACCOUNT).is_empty());
    let status = status(&world).await;
    assert_eq!(status.account_list.as_ref(), Some(list(&second)));
    assert_eq!(status.scopes.len(), 4);

    let allowing = organization(&[TEAMS_ACCOUNT, OPERATIONS_ACCOUNT, "999999999999"]);
    allowing.organization.put(account(OPERATIONS_ACCOUNT), false);
    assert_eq!(read(&run(&allowing).await), [TEAMS_ACCOUNT]);
    assert_eq!(items_in(&allowing, DEVELOPMENT_ACCOUNT), []);
}

/// More than a page of them, and the second page can't be read: half a list is no list.
#[tokio::test]
async fn a_list_that_breaks_off_takes_no_account_away() {
    let world = organization(&[]);
    for nth in 0..45_u64 {
        let id = format!("{:012}", 500_000_000_000 + nth);
        world.rds.add(
            fleet::target(&id, fleet::FRANKFURT, &format!("db-{nth}")),
            SimulatedInstance::new("postgres"),
        );
        world.organization.put(account(&id), true);
    }
    let first = run(&world).await;
    assert_eq!(read(&first).len(), 48);
    let items = world.inventory.items().len();
    for calls in 0..4 {
        world.organization.fail(calls..usize::MAX, ListFault::Unreachable);
        let next = run(&world).await;
        assert_eq!(read(&next), read(&first), "after {calls} calls");
        assert_eq!(next.unread().count(), 0);
        assert_eq!((world.inventory.items().len(), next.changes.len()), (items, 1));
    }
}

#[tokio::test]
async fn without_a_new_list_the_last_one_is_read() {
    let denied = Some("organizations:ListAccounts");
    for (fault, code, action) in [
        (ListFault::Denied, "organization_denied", denied),
        (ListFault::Throttled, "organization_throttled", None),
        (ListFault::NoOrganization, "organization_missing", None),
        (ListFault::Expired, "ExpiredTokenException", None),
        (ListFault::Unreachable, "organization_unreachable", None),
    ] {
        let world = organization(&[]);
        let first = run(&world).await;
        world.organization.fail(ALWAYS, fault);
        let created = fleet::target(fleet::TEAMS_ACCOUNT, fleet::FRANKFURT, "created");
        world.rds.add(created.clone(), SimulatedInstance::new("postgres"));
        let second = run(&world).await;
        let third = run(&world).await;
        assert!(!third.is_complete() && third.unread().next().is_none());
        assert_eq!(read(&third), read(&first));
        assert!(world.inventory.items().iter().any(|item| item.target == created));
        let expected = AccountListReport {
            attempted_at: third.started_at,
            problem: Some(DiscoveryProblem {
                code: code.into(),
                action: action.map(str::to_owned),
                since: second.started_at,
            }),
            ..list(&first).clone()
        };
        assert_eq!(list(&third), &expected);
        assert_eq!(status(&world).await.account_list, Some(expected));
        let unread = (third.started_at - first.started_at).num_minutes();
        let measured = world.recording.measurements().pop();
        assert!(
            matches!(measured, Some(Measurement::Discovered {
                unread_scopes: 0, longest_unread_minutes, ..
            }) if i64::try_from(longest_unread_minutes) == Ok(unread)),
            "{measured:?}"
        );
        world.organization.heal();
        let healed = run(&world).await;
        assert!(healed.is_complete() && list(&healed).problem.is_none());
    }
}

/// Nothing is known of the accounts, so nothing of the inventory is decided.
#[tokio::test]
async fn before_the_first_list_nothing_is_read_or_changed() {
    let world = organization(&[]);
    world.organization.fail(ALWAYS, ListFault::Denied);
    let (first, second) = (run(&world).await, run(&world).await);
    assert!(!second.is_complete() && second.scopes.is_empty() && second.changes.is_empty());
    assert_eq!(list(&second).problem.as_ref().unwrap().since, first.started_at);
    assert_eq!(list(&second).completed_at, None);
    let measured = world.recording.measurements().pop();
    assert!(
        matches!(measured, Some(Measurement::Discovered { longest_unread_minutes: 15, .. })),
        "{measured:?}"
    );
    let status = status(&world).await;
    assert!(status.settings.is_on() && status.scopes.is_empty());
    world.organization.heal();
    run(&world).await;
    assert_eq!(world.inventory.items().len(), fleet::demo().len());
}

#[tokio::test]
async fn a_list_that_is_throttled_for_a_while_is_waited_for() {
    let world = organization(&[]);
    world.organization.fail(1..4, ListFault::Throttled);
    let began = after(world.ports.clock.now(), EVERY);
    let first = run(&world).await;
    assert!(first.is_complete());
    assert_eq!(first.scopes.len(), 6);
    let waited = world.ports.clock.now() - began;
    assert!(waited.num_seconds() >= 1 + 2 + 4, "{waited}");
}

#[tokio::test]
async fn a_run_that_is_out_of_time_keeps_the_last_list() {
    let world = organization(&[]);
    let first = run(&world).await;
    let second = run_until(&world, world.ports.clock.now()).await;
    let code = &list(&second).problem.as_ref().expect("it was not listed").code;
    assert_eq!(code, "organization_out_of_time");
    assert_eq!(list(&second).accounts, list(&first).accounts);
    assert_eq!(second.unread().count(), 6);
}

/// No run sees its instances again, so nobody knows whether they are gone: their items stay and are
/// shown, and no operation begins on them.
#[tokio::test]
async fn items_of_an_account_that_left_become_stale() {
    let world = organization(&[]);
    run(&world).await;
    let left = items_in(&world, fleet::DEVELOPMENT_ACCOUNT);
    world.organization.remove(&account(fleet::DEVELOPMENT_ACCOUNT));
    world.organization.put(account(fleet::TEAMS_ACCOUNT), false);
    for _ in 0..5 {
        let next = run(&world).await;
        assert_eq!(read(&next), [fleet::OPERATIONS_ACCOUNT]);
    }
    let snapshot = |instance: &str| {
        json!({
            "operation": "create_snapshot", "instance_id": instance,
            "parameters": { "snapshot_id": "before-upgrade" }, "dry_run": true,
        })
    };
    assert!(world.submit(&snapshot("dev-postgres-01")).await.is_ok());
    for days in [3, 40] {
        let time = Duration::from_hours(24 * days);
        world.clock.advance_to(after(world.ports.clock.now(), time));
        run(&world).await;
        assert_eq!(items_in(&world, fleet::DEVELOPMENT_ACCOUNT), left, "as they were");
        for instance in ["dev-postgres-01", "poc-search-01"] {
            let refused = world.submit(&snapshot(instance)).await.expect_err("it is stale");
            assert_eq!(refused.code, Code::InventoryStale);
        }
        assert!(world.submit(&snapshot("staging-orders-01")).await.is_ok());
    }
    world.organization.put(account(fleet::DEVELOPMENT_ACCOUNT), true);
    run(&world).await;
    assert!(world.submit(&snapshot("dev-postgres-01")).await.is_ok());
}

#[tokio::test]
async fn a_dry_run_keeps_no_list() {
    use ops_domain::ports::Nobody;
    use ops_domain::service::DiscoveryRequest;
    let world = organization(&[]);
    let dry = DiscoveryRequest { dry_run: true, ..DiscoveryRequest::default() };
    let shown = world.service.driver().discover_watched(&dry, &Nobody).await.unwrap();
    assert_eq!((shown.scopes.len(), shown.is_complete()), (6, true));
    assert_eq!(status(&world).await.account_list, None);
}
