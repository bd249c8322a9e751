//! Operations outlive the program that began them: what is stored says which programs can read it.

use expect_test::expect_file;
use ops_domain::state::{OperationRecord, SCHEMA_VERSION, UnreadableRecord};
use ops_simulator::simulated_rds::{Fault, SendFault};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::{begun, snapshot};

/// A change of the file is a change of what is stored. Where an older record would be read wrongly
/// or not at all, or an older program would misread this one, it takes a new version.
#[tokio::test]
async fn records_keep_their_stored_form_in_every_state() {
    let throttled = World::demo();
    throttled.rds.inject(Fault::next_send(SendFault::Throttled));
    let lost = World::demo();
    lost.rds.inject(Fault::next_send(SendFault::LostBefore));
    let watched = World::demo();
    let mut records = Vec::new();
    for world in [&throttled, &lost, &watched] {
        records.push(begun(world, &snapshot()).await);
    }
    let mut later = snapshot();
    later["start"] = json!({ "at": "2026-02-01T02:00:00Z" });
    records.push(begun(&watched, &later).await);
    let mut queued = snapshot();
    queued["if_busy"] = json!("queue");
    records.push(begun(&watched, &queued).await);
    let id = records[2].id;
    records.push(watched.run_to_end(id).await);
    let stored: Vec<Value> = records.iter().map(stored).collect();
    expect_file!["stored_form.json"].assert_eq(&serde_json::to_string_pretty(&stored).unwrap());
    for (record, stored) in records.iter().zip(&stored) {
        assert_eq!(OperationRecord::from_stored(&stored.to_string()).unwrap(), *record);
    }
}

#[tokio::test]
async fn a_record_of_another_version_is_refused_by_its_version() {
    let record = begun(&World::demo(), &snapshot()).await;
    for found in [1, SCHEMA_VERSION + 1] {
        let mut other = stored(&record);
        other["schema_version"] = json!(found);
        other["state"] = json!({ "phase": "of another version" });
        if found == 1 {
            other.as_object_mut().unwrap().remove("schema_version");
        }
        let error = OperationRecord::from_stored(&other.to_string()).unwrap_err();
        assert!(
            matches!(error, UnreadableRecord::OtherVersion { found: shown } if shown == found),
            "{error:?}"
        );
        assert_eq!(OperationRecord::listed("01KG9QXG80", &other.to_string()), None);
    }
    let error = OperationRecord::from_stored("{\"schema_version\": 2}").unwrap_err();
    assert!(matches!(error, UnreadableRecord::Broken(_)), "{error:?}");
}

fn stored(record: &OperationRecord) -> Value {
    let text = record.to_stored().expect("a record can be stored");
    serde_json::from_str(&text).expect("it is JSON")
}
