use super::*;

#[test]
fn a_failed_look_backs_off_and_is_no_failed_operation() {
    check(
        &create_snapshot(),
        None,
        &["!", "!", "!", "snap:available:100"],
        expect![[r#"
            30s ! -> poll at 81
            81s ! -> poll at 185
            185s ! -> poll at 300
            300s snap:available:100 -> done {"snapshot_arn":"arn:aws:rds:eu-central-1:111122223333:snapshot:s-1","snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
        "#]],
    );
}

#[test]
fn the_late_watch_slows_down_and_ends_after_a_day() {
    let instance = "db-1".parse().unwrap();
    let operation = create_snapshot();
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1),
        operation: &operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let mut watch = Watch::begin(PLAN, at(0), Evidence::default());
    let creating = seen("snap:creating:1").unwrap();
    let (mut polls, mut timeouts) = (0, 0);
    loop {
        let now = watch.next_at;
        polls += 1;
        match watch.step(watched, now, &creating) {
            Next::Poll => {}
            Next::TimedOut => timeouts += 1,
            Next::Unverified => {
                assert_eq!(now, at(86_400));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(timeouts, 1);
    assert!(polls < 120, "{polls} polls");
}

proptest! {
    #[test]
    fn any_feed_ends_and_every_next_look_is_later(
        words in prop::collection::vec(
            prop::sample::select(vec!["!", "-", "available", "rebooting", "odd", "snap:creating:5", "available @b"]), 1..20),
        failover: bool,
        snapshot: bool,
    ) {
        let instance = "db-1".parse().unwrap();
        let operation = if snapshot { create_snapshot() } else { reboot(failover) };
        let watched = WatchedOperation { operation_id: OperationId::first_at(1), operation: &operation, target_ids: TargetIds { instance: &instance, cluster: None } };
        let mut watch = Watch::begin(PLAN, at(0), Evidence::default());
        let mut ended = false;
        for word in words.iter().cycle().take(2000) {
            let now = watch.next_at;
            let stored: Watch = serde_json::from_value(serde_json::to_value(&watch).unwrap()).unwrap();
            prop_assert_eq!(&stored, &watch);
            let next = match seen(word) {
                Some(observation) => watch.step(watched, now, &observation),
                None => watch.step_on_read_error(watched, now),
            };
            if !matches!(next, Next::Poll | Next::TimedOut) {
                ended = true;
                break;
            }
            prop_assert!(watch.next_at > now);
            prop_assert!(now <= watch.late_until() + chrono::TimeDelta::minutes(15));
        }
        prop_assert!(ended);
    }
}
