use super::*;

#[test]
fn a_window_is_read_back_at_once_and_then_after_growing_pauses() {
    let instance = "db-1".parse().unwrap();
    let wanted = "05:00-06:00".parse().unwrap();
    let operation = Operation::ModifyBackupWindow(ModifyBackupWindow {
        backup_window: wanted,
        apply_immediately: false,
    });
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1),
        operation: &operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let schedule =
        PollSchedule { first_poll: Duration::ZERO, interval: Duration::from_secs(1), ..PLAN };
    let mut watch = Watch::begin(schedule, at(0), Evidence::default());
    watch.accepted(watched, at(0), &Receipt::default());
    let old = seen("available").unwrap();
    let mut pauses = Vec::new();
    for _ in 0..7 {
        let now = watch.next_at;
        assert_eq!(watch.step(watched, now, &old), Next::Poll);
        pauses.push((watch.next_at - now).num_seconds());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    let mut new = old;
    new.instances.get_mut(&instance).unwrap().backup_window = Some(wanted);
    let now = watch.next_at;
    assert!(matches!(watch.step(watched, now, &new), Next::Done(_)));
}
