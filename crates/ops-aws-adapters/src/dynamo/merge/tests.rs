//! Pages of partitions in memory, which read as those of DynamoDB do.

use std::cell::Cell;

use ops_domain::ports::Page;
use proptest::prelude::*;

use super::*;
use crate::dynamo::audit_item::from_item;
use crate::dynamo::item::text;
use crate::dynamo::layout::AUDIT_ID;

/// A partition: entries of one timestamp stand in any order, and a query looks at some before it
/// drops what is not wanted.
struct Shelf<'a> {
    entries: &'a [AuditEntry],
    wanted: fn(&AuditEntry) -> bool,
    looked_at: &'a Cell<usize>,
}

impl Branch for Shelf<'_> {
    async fn read(
        &self,
        from: &str,
        to: &str,
        after: Option<Item>,
        limit: usize,
    ) -> Result<Chunk, DynamoError> {
        let begin = after.map_or(0, |key| {
            let is_last = |entry: &AuditEntry| entry.audit_id == get_text(&key, AUDIT_ID).unwrap();
            self.entries.iter().position(is_last).expect("the key is of an entry") + 1
        });
        let within = |entry: &&AuditEntry| (from..=to).contains(&entry.timestamp.as_str());
        let looked_at: Vec<&AuditEntry> =
            self.entries[begin..].iter().filter(within).take(limit).collect();
        self.looked_at.set(self.looked_at.get() + looked_at.len());
        let next =
            if looked_at.len() == limit { looked_at.last().map(|last| item(last)) } else { None };
        Ok((looked_at.into_iter().filter(|entry| (self.wanted)(entry)).cloned().collect(), next))
    }
}

fn item(entry: &AuditEntry) -> Item {
    let texts = [(AUDIT_ID, &entry.audit_id), (TIMESTAMP, &entry.timestamp)];
    texts.map(|(name, value)| (name.to_owned(), text(value))).into()
}

/// An entry whose id does not follow the order of the partition.
fn entry(number: usize, timestamp: &str) -> AuditEntry {
    let texts = [
        (AUDIT_ID, format!("{}-{number}#{timestamp}", number % 3)),
        (TIMESTAMP, timestamp.to_owned()),
    ];
    from_item(&texts.map(|(name, value)| (name.to_owned(), text(value))).into()).unwrap()
}

type Partitions = Vec<Vec<AuditEntry>>;

/// Newest first, as an index has them.
fn indexed(mut partitions: Partitions) -> Partitions {
    for entries in &mut partitions {
        entries.sort_by(|one, other| other.timestamp.cmp(&one.timestamp));
    }
    partitions
}

/// One page, and the number of entries that were looked at for it.
fn read(
    partitions: &[Vec<AuditEntry>],
    limit: usize,
    cursor: Option<String>,
    wanted: fn(&AuditEntry) -> bool,
) -> (Page<AuditEntry>, usize) {
    let looked_at = Cell::new(0);
    let shelves =
        partitions.iter().map(|entries| Shelf { entries, wanted, looked_at: &looked_at }).collect();
    let query = AuditQuery { limit, cursor, ..AuditQuery::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = runtime.block_on(page(shelves, &query, ("0".to_owned(), "~".to_owned())));
    (page.unwrap_or_else(|_| panic!("the shelves can be read")), looked_at.get())
}

/// All pages, to the end.
fn pages(
    partitions: &[Vec<AuditEntry>],
    limit: usize,
    wanted: fn(&AuditEntry) -> bool,
) -> Partitions {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let (page, _) = read(partitions, limit, cursor.clone(), wanted);
        pages.push(page.items);
        assert!(page.next.is_none() || page.next != cursor, "a page is a step forward");
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

fn sorted(partitions: &[Vec<AuditEntry>], wanted: fn(&AuditEntry) -> bool) -> Vec<AuditEntry> {
    let mut all: Vec<AuditEntry> = partitions.concat().into_iter().filter(wanted).collect();
    all.sort_by(|one, other| target_ids(other).cmp(&target_ids(one)));
    all
}

const fn each(_: &AuditEntry) -> bool {
    true
}

/// Times in the spellings of the original service and in ours; few, so that many entries share one.
const TIMES: [&str; 7] = [
    "2025-11-13T10:30:00+00:00",
    "2025-11-13T10:30:00.000000Z",
    "2025-11-13T10:30:00.123456",
    "2025-11-13T10:30:00Z",
    "2025-11-13T10:30:01Z",
    "2025-11-13T10:30:01.5+00:00",
    "2026-02-01T00:00:00.000001Z",
];

fn any_partitions() -> impl Strategy<Value = Partitions> {
    let place = (0..5_usize, 0..TIMES.len());
    proptest::collection::vec(place, 0..60).prop_map(|places| {
        let mut partitions = vec![Vec::new(); 5];
        for (number, (partition, time)) in places.into_iter().enumerate() {
            partitions[partition].push(entry(number, TIMES[time]));
        }
        indexed(partitions)
    })
}

proptest! {
    #[test]
    fn merged_pages_are_complete_and_in_order(
        partitions in any_partitions(),
        limit in 1..9_usize,
    ) {
        let pages = pages(&partitions, limit, each);
        prop_assert!(pages.iter().all(|page| page.len() <= limit));
        prop_assert_eq!(pages.concat(), sorted(&partitions, each));
    }

    #[test]
    fn what_a_filter_drops_hides_nothing_else(partitions in any_partitions(), limit in 1..9_usize) {
        let wanted: fn(&AuditEntry) -> bool = |entry| entry.audit_id.starts_with("1-");
        prop_assert_eq!(pages(&partitions, limit, wanted).concat(), sorted(&partitions, wanted));
    }

    #[test]
    fn a_text_that_no_page_gave_is_no_cursor(cursor in ".{0,30}") {
        let query = AuditQuery { cursor: Some(cursor), limit: 1, ..AuditQuery::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(page(Vec::<Shelf<'_>>::new(), &query, ("0".to_owned(), "~".to_owned())));
        prop_assert!(matches!(answer, Err(ListError::BadCursor)));
    }
}

/// `count` entries, one each second, dealt out to partitions by `partition_of`.
fn trail(count: usize, partition_of: fn(usize) -> usize) -> Partitions {
    let mut partitions = vec![Vec::new(); 5];
    for number in 0..count {
        let timestamp =
            format!("2026-01-01T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60);
        partitions[partition_of(number)].push(entry(number, &timestamp));
    }
    indexed(partitions)
}

#[test]
fn a_page_reads_at_most_twice_what_it_shows() {
    let first = |partitions: &[Vec<AuditEntry>]| {
        let (page, looked_at) = read(partitions, 50, None, each);
        assert_eq!(page.items.len(), 50);
        looked_at
    };
    for count in [1_000, 50_000] {
        assert_eq!(first(&trail(count, |number| number % 5)), 110, "five operations, equally many");
        assert_eq!(
            first(&trail(count, |number| usize::from(number % 10 == 0))),
            132,
            "nearly all of one"
        );
        assert_eq!(first(&trail(count, |_| 0)[..1]), 52, "one operation");
    }
}

#[test]
fn a_sparse_filter_ends_pages_early_and_loses_nothing() {
    let partitions = trail(60_000, |number| number % 5);
    let wanted: fn(&AuditEntry) -> bool = |entry| entry.timestamp.as_str() < "2026-01-01T00:00:02Z";
    let pages = pages(&partitions, 50, wanted);
    assert!(pages.len() > 1 && pages[0].is_empty(), "{} pages", pages.len());
    assert_eq!(pages.concat(), sorted(&partitions, wanted));
}

#[test]
fn a_page_never_splits_one_timestamp() {
    let timestamp =
        |number: usize| format!("2026-01-01T00:{:02}:{:02}Z", number / 180 / 60, number / 180 % 60);
    let entries: Vec<AuditEntry> =
        (0..40_000).map(|number| entry(number, &timestamp(number))).collect();
    let partitions = indexed(vec![entries]);
    let wanted: fn(&AuditEntry) -> bool = |entry| entry.audit_id.contains("7#");
    let pages = pages(&partitions, 3_000, wanted);
    assert!(
        pages.len() > 2 && pages.iter().all(|page| page.len() < 3_000),
        "{} pages",
        pages.len()
    );
    assert_eq!(pages.concat(), sorted(&partitions, wanted));
}

#[test]
fn many_entries_of_one_moment_do_not_stop_the_list() {
    let of_one_moment: Vec<AuditEntry> =
        (0..20_000).map(|number| entry(number, TIMES[3])).collect();
    let partitions = [of_one_moment, vec![entry(20_000, TIMES[0])]];
    let wanted: fn(&AuditEntry) -> bool =
        |entry| entry.audit_id.contains("-20000#") || entry.audit_id.contains("-7#");
    assert_eq!(pages(&partitions, 1, wanted).concat(), sorted(&partitions, wanted));
}
