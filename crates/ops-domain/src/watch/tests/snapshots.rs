use super::*;

#[test]
fn a_snapshot_is_done_when_the_snapshot_is_available() {
    check(
        &create_snapshot(),
        None,
        &["-", "snap:creating:40", "snap:available:100"],
        expect![[r#"
        30s - -> poll at 60
        60s snap:creating:40 -> poll at 90
        90s snap:available:100 -> done {"snapshot_arn":"arn:aws:rds:eu-central-1:111122223333:snapshot:s-1","snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
    "#]],
    );
}

#[test]
fn a_snapshot_that_is_gone_again_has_failed() {
    check(
        &create_snapshot(),
        None,
        &["snap:creating:40", "-", "snap:creating:50", "-", "-", "-"],
        expect![[r#"
            30s snap:creating:40 -> poll at 60
            60s - -> poll at 90
            90s snap:creating:50 -> poll at 120
            120s - -> poll at 150
            150s - -> poll at 180
            180s - -> failed snapshot_disappeared
        "#]],
    );
    check(
        &create_snapshot(),
        None,
        &["snap:failed"],
        expect![[r#"
        30s snap:failed -> failed snapshot_failed
    "#]],
    );
}
