//! What decides about the deletion of a snapshot, as RDS describes it.

use ops_domain::id::SnapshotId;
use ops_domain::observation::ObserveRequest;
use ops_domain::ports::{ObserveError, RdsControl as _};

use crate::server::{Answer, Server};
use crate::{error, own, target};

const COPY: &str = "<DBSnapshot><DBSnapshotIdentifier>copy</DBSnapshotIdentifier>\
    <DBInstanceIdentifier>orders-dev</DBInstanceIdentifier><Status>copying</Status>\
    <SnapshotType>manual</SnapshotType><DbiResourceId>db-A</DbiResourceId>\
    <SnapshotCreateTime>2026-01-30T00:00:00Z</SnapshotCreateTime>\
    <OriginalSnapshotCreateTime>2026-01-01T00:00:00Z</OriginalSnapshotCreateTime></DBSnapshot>";

const AUTOMATED: &str = "<DBSnapshot>\
    <DBSnapshotIdentifier>rds:orders-dev-2026-01-30-03-00</DBSnapshotIdentifier>\
    <DBInstanceIdentifier>orders-dev</DBInstanceIdentifier><Status>available</Status>\
    <SnapshotType>automated</SnapshotType></DBSnapshot>";

fn listed(snapshots: &str) -> String {
    format!(
        "<DescribeDBSnapshotsResponse><DescribeDBSnapshotsResult><DBSnapshots>{snapshots}\
         </DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>"
    )
}

fn attributes(inner: &str) -> String {
    format!(
        "<DescribeDBSnapshotAttributesResponse><DescribeDBSnapshotAttributesResult>\
         <DBSnapshotAttributesResult>{inner}</DBSnapshotAttributesResult>\
         </DescribeDBSnapshotAttributesResult></DescribeDBSnapshotAttributesResponse>"
    )
}

fn restore(accounts: &str) -> String {
    attributes(&format!(
        "<DBSnapshotAttributes><DBSnapshotAttribute><AttributeName>other</AttributeName>\
         <AttributeValues><AttributeValue>x</AttributeValue></AttributeValues>\
         </DBSnapshotAttribute><DBSnapshotAttribute><AttributeName>restore</AttributeName>\
         <AttributeValues>{accounts}</AttributeValues></DBSnapshotAttribute></DBSnapshotAttributes>"
    ))
}

fn copy() -> SnapshotId {
    "copy".parse().expect("an identifier")
}

/// A server that answers the request for the attributes like this.
fn sharing(status: u16, answer: String) -> Server {
    Server::start_for(move |_, request| {
        if request.contains("Action=DescribeDBSnapshotAttributes") {
            Answer::Body(status, answer.clone())
        } else if request.contains("Filters") {
            Answer::Body(200, listed(&format!("{COPY}{AUTOMATED}")))
        } else {
            Answer::Body(200, listed(COPY))
        }
    })
}

fn request() -> ObserveRequest {
    ObserveRequest::snapshot_among(&copy(), &target().instance_id)
}

#[tokio::test]
async fn automated_snapshots_and_times_of_sources_are_listed() {
    let server = sharing(200, restore(""));
    let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
    let listed = &seen.snapshots_of[&target().instance_id];
    let shown: Vec<(&str, Option<&str>, &str)> =
        listed.iter().map(|it| (it.name.as_str(), it.kind.as_deref(), &*it.status)).collect();
    assert_eq!(
        shown,
        [
            ("copy", Some("manual"), "copying"),
            ("rds:orders-dev-2026-01-30-03-00", Some("automated"), "available"),
        ]
    );
    let copy = &seen.snapshots[&copy()];
    assert_eq!(copy.source_resource_id.as_deref(), Some("db-A"));
    assert_eq!(copy.taken_at, "2026-01-01T00:00:00Z".parse().ok());
    assert_eq!(copy.created_at, "2026-01-30T00:00:00Z".parse().ok());
    assert_eq!(listed[0].taken_at, copy.taken_at);
}

#[tokio::test]
async fn sharing_is_the_list_of_accounts_that_may_restore() {
    let all = "<AttributeValue>all</AttributeValue><AttributeValue>111122223333</AttributeValue>";
    for (answer, expected) in [
        (restore(""), Some(vec![])),
        (restore(all), Some(vec!["111122223333", "all"])),
        // Nothing is known then.
        (attributes(""), None),
    ] {
        let server = sharing(200, answer);
        let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
        let accounts = seen.sharing.get(&copy());
        assert_eq!(accounts.map(|it| it.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }
}

/// Nothing is known of a snapshot that does not exist; a refusal is not an answer.
#[tokio::test]
async fn sharing_that_can_not_be_read_is_not_taken_for_none() {
    let server = sharing(404, error("DBSnapshotNotFound"));
    let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
    assert!(seen.sharing.is_empty());
    let server = sharing(403, error("AccessDenied"));
    let refused = own(&server).observe(&target().scope(), &request()).await;
    let Err(ObserveError::Denied { action, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(action.as_deref(), Some("rds:DescribeDBSnapshotAttributes"));
}

#[tokio::test]
async fn all_manual_snapshots_take_one_call_of_each_kind() {
    let server = Server::start_for(|_, request| {
        if request.contains("Action=DescribeDBSnapshots") {
            Answer::Body(200, listed(COPY))
        } else {
            let empty = "<DescribeDBClusterSnapshotsResponse><DescribeDBClusterSnapshotsResult>\
                         <DBClusterSnapshots/></DescribeDBClusterSnapshotsResult>\
                         </DescribeDBClusterSnapshotsResponse>";
            Answer::Body(200, empty.to_owned())
        }
    });
    let request = ObserveRequest::manual_snapshots();
    let seen = own(&server).observe(&target().scope(), &request).await.unwrap();
    let names: Vec<&str> = seen.manual_snapshots.iter().map(|it| it.snapshot_id.as_str()).collect();
    assert_eq!((names, seen.manual_cluster_snapshots.len()), (vec!["copy"], 0));
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "{requests:?}");
    for action in ["DescribeDBSnapshots", "DescribeDBClusterSnapshots"] {
        let asked = |request: &&String| {
            request.contains(&format!("Action={action}&"))
                && request.contains("SnapshotType=manual")
                && request.contains("MaxRecords=100")
        };
        assert_eq!(requests.iter().filter(asked).count(), 1, "{requests:?}");
    }
}
