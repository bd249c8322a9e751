mod model;

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::instance::InventoryItem;
use model::{Model, Seen, at, foreign, live, scope, target};

/// A run of a property: when, how it ends, and what RDS has.
#[derive(Clone, Debug)]
struct Step {
    hours: u32,
    scope: usize,
    complete: bool,
    seen: Vec<Seen>,
}

fn seen() -> impl Strategy<Value = Seen> {
    (0..4_usize, 0..4_usize, 0..3_usize).prop_map(|(name, resource, tag)| Seen {
        name,
        resource,
        tag,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let seen = proptest::collection::vec(seen(), 0..4).prop_map(|mut seen| {
        seen.sort_by_key(|seen| seen.name);
        seen.dedup_by_key(|seen| seen.name);
        seen
    });
    (1..400_u32, 0..2_usize, any::<bool>(), seen).prop_map(|(hours, scope, complete, seen)| Step {
        hours,
        scope,
        complete,
        seen,
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..12)
}

/// The names and scopes of items of another writer.
fn foreign_items() -> impl Strategy<Value = Vec<InventoryItem>> {
    proptest::collection::btree_set((0..4_usize, 0..2_usize), 0..3)
        .prop_map(|items| items.into_iter().map(|(name, at)| foreign(name, at)).collect())
}

/// Runs all steps, and calls `check` after each with its changes.
fn run_all(
    model: &mut Model,
    steps: &[Step],
    mut check: impl FnMut(&Model, &Step, &Run, &[Change]),
) {
    let mut hours = 0;
    for step in steps {
        hours += step.hours;
        let run = Run { started_at: at(hours), adopt: false };
        let changes = model.run(&scope(step.scope), &step.seen, step.complete, &run);
        check(model, step, &run, &changes);
    }
}

proptest! {
    #[test]
    fn items_of_another_writer_stay_as_they_are(
        steps in steps(), items in foreign_items(), sorted in any::<bool>()
    ) {
        let mut model = Model::new(sorted, items);
        let before = model.foreign();
        run_all(&mut model, &steps, |model, _, _, _| assert_eq!(model.foreign(), before));
    }

    #[test]
    fn what_is_described_has_its_item_or_a_conflict(
        steps in steps(), items in foreign_items(), sorted in any::<bool>()
    ) {
        let mut model = Model::new(sorted, items);
        run_all(&mut model, &steps, |model, step, run, changes| {
            for seen in &step.seen {
                let item = item_of(&scope(step.scope), &live(seen), &ClusterSources::default(), run);
                let conflict = changes.iter().any(|change| {
                    matches!(change, Change::Conflict { target, .. } if *target == item.target)
                });
                assert!(conflict != model.items().any(|own| *own == item), "{item:?}");
            }
        });
    }

    #[test]
    fn the_same_run_again_changes_nothing(
        steps in steps(), items in foreign_items(), sorted in any::<bool>()
    ) {
        let mut model = Model::new(sorted, items);
        run_all(&mut model, &steps, |model, step, run, _| {
            let again = model.clone().run(&scope(step.scope), &step.seen, step.complete, run);
            let is_conflict = |change: &Change| matches!(change, Change::Conflict { .. });
            assert!(again.iter().all(is_conflict), "{again:?}");
        });
    }

    /// What a run does not read in full loses nothing, and nor does another account or Region.
    #[test]
    fn only_a_complete_run_of_its_scope_takes_from_an_item(steps in steps()) {
        let mut model = Model::new(true, Vec::new());
        run_all(&mut model, &steps, |_, step, _, changes| {
            for change in changes {
                let takes = matches!(
                    change,
                    Change::Missed { .. } | Change::Gone { .. } | Change::Renamed { .. } | Change::Removed { .. }
                );
                assert!(!takes || step.complete, "{change:?}");
                assert_eq!(change.target().scope(), scope(step.scope));
            }
        });
    }

    /// Gone after three complete runs that do not show it, and not before.
    #[test]
    fn an_instance_is_gone_after_three_complete_runs(complete in proptest::collection::vec(any::<bool>(), 1..9)) {
        let mut model = Model::new(false, Vec::new());
        let one = [Seen { name: 0, resource: 0, tag: 0 }];
        model.run(&scope(0), &one, true, &Run { started_at: at(0), adopt: false });
        let mut missed = 0;
        for (hours, complete) in (1..).zip(complete) {
            model.run(&scope(0), &[], complete, &Run { started_at: at(hours), adopt: false });
            missed += u32::from(complete);
            let item = model.items().next().expect("it is kept for 30 days");
            assert_eq!(item.is_gone(), missed >= GONE_AFTER_RUNS, "{missed} of {hours}");
        }
        model.run(&scope(0), &one, true, &Run { started_at: at(100), adopt: false });
        assert!(model.items().all(|item| !item.is_gone()));
    }
}

#[test]
fn what_is_gone_is_removed_after_thirty_days() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    model.run(&scope(0), &[Seen { name: 0, resource: 0, tag: 0 }], true, &run(0));
    for hours in 1..=3 {
        model.run(&scope(0), &[], true, &run(hours));
    }
    let month = u32::try_from(REMOVED_AFTER.as_secs() / 3600).unwrap();
    assert_eq!(model.run(&scope(0), &[], true, &run(3 + month - 1)), []);
    let removed = model.run(&scope(0), &[], true, &run(3 + month));
    assert!(matches!(removed[..], [Change::Removed { .. }]), "{removed:?}");
    assert_eq!(model.items().count(), 0);
}

#[test]
fn a_renamed_instance_leaves_no_item_of_its_old_name() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    let named = |name| [Seen { name, resource: 3, tag: 0 }];
    model.run(&scope(0), &named(0), true, &run(0));
    let changes = model.run(&scope(0), &named(1), true, &run(1));
    let names: Vec<_> = changes.iter().map(Change::name).collect();
    assert_eq!(names, ["added", "renamed"]);
    let left: Vec<_> = model.items().map(|item| item.target.clone()).collect();
    assert_eq!(left, [target(0, 1)]);
}

/// It is seen twice, under both names, by the run that it is renamed in.
#[test]
fn an_instance_renamed_between_pages_ends_as_one_item() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    let [old, new] = [0, 1].map(|name| Seen { name, resource: 3, tag: 0 });
    model.run(&scope(0), &[old, new.clone()], true, &run(0));
    assert_eq!(model.items().count(), 2);
    model.run(&scope(0), &[new], true, &run(1));
    let left: Vec<_> = model.items().map(|item| item.target.clone()).collect();
    assert_eq!(left, [target(0, 1)]);
}

/// An emulator gives all instances one identifier; then none of them takes another's place.
#[test]
fn an_identifier_of_several_instances_renames_none() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    let [gone, one, other] = [0, 1, 2].map(|name| Seen { name, resource: 3, tag: 0 });
    model.run(&scope(0), &[gone, one.clone(), other.clone()], true, &run(0));
    let changes = model.run(&scope(0), &[one, other], true, &run(1));
    let missed = |change: &&Change| matches!(change, Change::Missed { .. });
    assert_eq!(changes.iter().filter(missed).count(), 1, "{changes:?}");
    assert_eq!(model.items().count(), 3);
}

#[test]
fn an_instance_that_is_gone_leaves_its_key_to_a_namesake() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    let one = [Seen { name: 0, resource: 0, tag: 0 }];
    model.run(&scope(0), &one, true, &run(0));
    let refused = model.run(&scope(1), &one, true, &run(0));
    assert!(
        matches!(&refused[..], [Change::Conflict { conflict: Conflict::Namesake(other), .. }] if *other == target(0, 0)),
        "{refused:?}"
    );
    for hours in 1..=3 {
        model.run(&scope(0), &[], true, &run(hours));
    }
    let changes = model.run(&scope(1), &one, true, &run(4));
    let names: Vec<_> = changes.iter().map(Change::name).collect();
    assert_eq!(names, ["removed", "added"]);
}

#[test]
fn an_update_names_what_has_changed() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    let tagged = |tag| [Seen { name: 0, resource: 0, tag }];
    model.run(&scope(0), &tagged(0), true, &run(0));
    let same = model.run(&scope(0), &tagged(0), true, &run(1));
    assert!(matches!(same[..], [Change::Confirmed { .. }]), "{same:?}");
    let changes = model.run(&scope(0), &tagged(1), true, &run(2));
    assert_eq!(changes[0].changed_fields(), ["tags"]);
}

#[test]
fn an_adoption_takes_only_an_item_of_the_same_instance() {
    let adopt = Run { started_at: at(1), adopt: true };
    let mut model = Model::new(false, vec![foreign(0, 0), foreign(1, 1)]);
    let seen = [0, 1].map(|name| Seen { name, resource: name, tag: 0 });
    let changes = model.run(&scope(0), &seen, true, &adopt);
    let names: Vec<_> = changes.iter().map(Change::name).collect();
    assert_eq!(names, ["adopted", "conflict"]);
    assert_eq!(model.foreign(), [foreign(1, 1)]);
}

/// A clock that was ahead keeps an item from being missed until the time has come.
#[test]
fn an_item_of_a_later_run_is_not_missed() {
    let mut model = Model::new(false, Vec::new());
    let run = |hours| Run { started_at: at(hours), adopt: false };
    model.run(&scope(0), &[Seen { name: 0, resource: 0, tag: 0 }], true, &run(9));
    assert_eq!(model.run(&scope(0), &[], true, &run(5)), []);
    assert_eq!(model.run(&scope(0), &[], true, &run(10)).len(), 1);
}

#[test]
fn the_source_of_a_replica_cluster_is_that_of_its_members() {
    let mut sources = ClusterSources::default();
    let cluster = model::replica_cluster("Orders-Copy", "arn:aws:rds:us-east-1:1:cluster:orders");
    sources.add(&cluster);
    let run = Run { started_at: at(0), adopt: false };
    let mut member = live(&Seen { name: 0, resource: 0, tag: 0 });
    member.cluster_id = Some("Orders-Copy".to_owned());
    let item = item_of(&scope(0), &member, &sources, &run);
    assert_eq!(item.read_replica_source, cluster.replica_source);
    assert_eq!(item.db_cluster_id, Some(cluster.cluster_id));
}

#[test]
fn the_age_of_a_scope_counts_from_its_last_complete_run() {
    let problem = DiscoveryProblem { code: "AccessDenied".into(), action: None, since: at(1) };
    let report = ScopeReport {
        scope: scope(0),
        attempted_at: at(5),
        completed_at: None,
        instances: 0,
        conflicts: 0,
        problem: Some(problem),
    };
    let minutes = |report: &ScopeReport| report.unread_minutes(at(5));
    assert_eq!(minutes(&report), 4 * 60);
    assert_eq!(minutes(&ScopeReport { completed_at: Some(at(3)), ..report.clone() }), 2 * 60);
    assert_eq!(minutes(&ScopeReport { problem: None, ..report }), 0);
    assert!(DiscoverySettings::default().refuse_after > Duration::from_hours(1));
}
