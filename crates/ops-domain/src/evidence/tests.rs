use super::*;
use crate::observation::EventKind;
use crate::time::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

/// RDS tells its events again and again, in no particular order.
#[test]
fn only_events_later_than_those_before_the_call_count() {
    let mut events = EventsSeen::before([at(5), at(2)].into_iter());
    let reported = [(5, EventKind::Restarted), (6, EventKind::Shutdown)];
    events.record(reported.into_iter().map(|(second, kind)| (at(second), kind)), at(0));
    assert!(!events.saw(EventKind::Restarted) && events.saw(EventKind::Shutdown));
    events.record([(at(9), EventKind::Restarted)].into_iter(), at(10));
    assert!(!events.saw(EventKind::Restarted), "it is from before the call");
    events.record([(at(10), EventKind::Restarted)].into_iter(), at(10));
    assert!(events.saw(EventKind::Restarted));
}

#[test]
fn two_reads_in_a_row_prove_another_writer() {
    let mut writer = WriterReads::before(Some("a".into()));
    for (read, changed) in [("b", false), ("a", false), ("b", false), ("b", true), ("a", false)] {
        writer.record(read);
        assert_eq!(writer.changed(), changed, "{read}");
    }
}

/// The read before the call was old, or the writer changed just then.
#[test]
fn an_answer_that_names_another_writer_makes_reads_worthless() {
    for (answered, changed) in [("a", true), ("b", false)] {
        let mut writer = WriterReads::before(Some("a".into()));
        writer.record_answer(answered);
        writer.record("c");
        writer.record("c");
        assert_eq!(writer.changed(), changed, "{answered}");
    }
}

#[test]
fn misses_of_a_snapshot_are_counted_in_a_row() {
    let mut reads = SnapshotReads::default();
    for (shown, seen, misses) in [(false, false, 1), (true, true, 0), (false, true, 1)] {
        reads.record(shown);
        assert_eq!(reads, SnapshotReads { seen, misses });
    }
}

#[test]
fn a_record_of_statuses_does_not_grow_without_end() {
    let mut seen = StatusesSeen::default();
    for number in 0..1_000 {
        seen.record(&format!("status-{number}"));
    }
    assert!(seen.contain("status-0") && !seen.contain("status-999"));
}
