//! Operations outlive the program that began them: what one version has stored, the next one reads.

use expect_test::expect_file;
use ops_domain::state::OperationRecord;
use ops_testkit::simulated_rds::{Fault, SendFault};
use ops_testkit::world::World;

use crate::story::{begun, snapshot};

/// A change of the file is a change of what is stored, and needs a way to read what older versions
/// have stored.
#[tokio::test]
async fn records_keep_their_stored_form_in_every_phase() {
    let waiting = World::demo();
    waiting.rds.inject(Fault::next_send(SendFault::Throttled));
    let lost = World::demo();
    lost.rds.inject(Fault::next_send(SendFault::LostBefore));
    let watched = World::demo();
    let mut records = Vec::new();
    for world in [&waiting, &lost, &watched] {
        records.push(begun(world, &snapshot()).await);
    }
    let id = records[2].id;
    records.push(watched.run_to_end(id).await);
    let stored = serde_json::to_string_pretty(&records).unwrap();
    expect_file!["stored_form.json"].assert_eq(&stored);
    assert_eq!(serde_json::from_str::<Vec<OperationRecord>>(&stored).unwrap(), records);
}
