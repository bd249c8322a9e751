//! Orders and looks that are about clusters.

use ops_domain::tag::Tag;
use ops_testkit::sample::calls;

use super::*;

/// The fields of a request, in order.
fn fields(request: &str) -> Vec<&str> {
    let mut fields: Vec<&str> = request.split('&').collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn each_call_for_a_cluster_is_sent_once_with_nothing_else() {
    let cluster = "orders".parse().unwrap();
    let tags = vec![Tag::new("Environment", "dev").unwrap()];
    for (asked, expected) in [
        (
            calls::cluster_snapshot(&cluster, &"s-1".parse().unwrap(), tags),
            vec![
                "Action=CreateDBClusterSnapshot",
                "DBClusterIdentifier=orders",
                "DBClusterSnapshotIdentifier=s-1",
                "Tags.Tag.1.Key=Environment",
                "Tags.Tag.1.Value=dev",
                "Version=2014-10-31",
            ],
        ),
        (
            calls::cluster_window(&cluster, "02:00-02:30", false),
            vec![
                "Action=ModifyDBCluster",
                "ApplyImmediately=false",
                "DBClusterIdentifier=orders",
                "PreferredBackupWindow=02%3A00-02%3A30",
                "Version=2014-10-31",
            ],
        ),
        (
            calls::cluster_maintenance_window(&cluster, "sat:23:00-sun:00:00"),
            vec![
                "Action=ModifyDBCluster",
                "ApplyImmediately=false",
                "DBClusterIdentifier=orders",
                "PreferredMaintenanceWindow=sat%3A23%3A00-sun%3A00%3A00",
                "Version=2014-10-31",
            ],
        ),
        (
            calls::failover(&cluster),
            vec!["Action=FailoverDBCluster", "DBClusterIdentifier=orders", "Version=2014-10-31"],
        ),
    ] {
        let server = Server::start(|_| Answer::HangUp);
        let answer = own(&server).send(&call(asked)).await.answer;
        assert!(matches!(answer, Err(SendError::MayHaveHappened(_))), "{answer:?}");
        assert_eq!(server.requests().len(), 1, "a mutation whose answer is lost is not sent again");
        assert_eq!(fields(&server.requests()[0]), expected);
    }
}

#[tokio::test]
async fn a_refusal_of_the_cluster_keeps_its_irregular_code() {
    for code in ["InvalidDBClusterStateFault", "InvalidDBInstanceState", "DBClusterNotFoundFault"] {
        let server = Server::start(move |_| Answer::Body(400, error(code)));
        let failover = calls::failover(&"orders".parse().unwrap());
        let answer = own(&server).send(&call(failover)).await.answer;
        assert!(
            matches!(&answer, Err(SendError::Refused { code: shown, .. }) if shown == code),
            "{answer:?}"
        );
    }
}

const DESCRIBED: &str = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>\
                         <DBInstance><DBInstanceIdentifier>orders-1</DBInstanceIdentifier>\
                         <DBClusterIdentifier>orders</DBClusterIdentifier></DBInstance><DBInstance>\
                         <DBInstanceIdentifier>other-1</DBInstanceIdentifier>\
                         <DBClusterIdentifier>other</DBClusterIdentifier></DBInstance><DBInstance>\
                         <DBInstanceIdentifier>alone</DBInstanceIdentifier></DBInstance>\
                         </DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>";

#[tokio::test]
async fn cluster_members_are_described_in_one_call() {
    let server = Server::start(|_| Answer::Body(200, DESCRIBED.to_owned()));
    let request = ObserveRequest::default().with_members_of(&"orders".parse().unwrap());
    let seen = own(&server).observe(&target().scope(), &request).await.unwrap();
    let members: Vec<&str> = seen.instances.keys().map(|id| id.as_str()).collect();
    assert_eq!(members, ["orders-1"], "an answer that passes over the filter shows no strangers");
    let expected = [
        "Action=DescribeDBInstances",
        "Filters.Filter.1.Name=db-cluster-id",
        "Filters.Filter.1.Values.Value.1=orders",
        "MaxRecords=100",
        "Version=2014-10-31",
    ];
    assert_eq!(
        server.requests().iter().map(|request| fields(request)).collect::<Vec<_>>(),
        [expected]
    );
}

#[tokio::test]
async fn a_clusters_own_events_are_asked_for_by_their_source_type() {
    const TOLD: &str = "<DescribeEventsResponse><DescribeEventsResult><Events><Event>\
                        <SourceIdentifier>orders</SourceIdentifier>\
                        <SourceType>db-cluster</SourceType><Message>Completed failover to DB \
                        instance: orders-2.</Message><Date>2026-01-31T10:00:00Z</Date></Event>\
                        </Events></DescribeEventsResult></DescribeEventsResponse>";
    let server = Server::start(|_| Answer::Body(200, TOLD.to_owned()));
    let request = ObserveRequest::default()
        .with_cluster_events_of(&"orders".parse().unwrap(), sample::start());
    let seen = own(&server).observe(&target().scope(), &request).await.unwrap();
    assert_eq!(seen.cluster_events.len(), 1);
    assert_eq!(seen.cluster_events[0].kind, ops_domain::observation::EventKind::FailoverCompleted);
    assert_eq!(seen.events, []);
    assert!(server.requests()[0].contains("SourceType=db-cluster"), "{:?}", server.requests());
}
