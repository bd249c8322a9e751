//! Quotas, with which a look is better and without which it is as good.

use ops_domain::observation::{ObserveRequest, Quota};
use ops_domain::ports::RdsControl;

use crate::server::{Answer, Server};
use crate::{NOTHING_DESCRIBED, error, own, target};

const QUOTAS: &str = "<DescribeAccountAttributesResponse><DescribeAccountAttributesResult>\
                      <AccountQuotas><AccountQuota><AccountQuotaName>DBInstances</AccountQuotaName>\
                      <Used>7</Used><Max>40</Max></AccountQuota><AccountQuota>\
                      <AccountQuotaName>ManualSnapshots</AccountQuotaName><Used>99</Used>\
                      <Max>100</Max></AccountQuota></AccountQuotas>\
                      </DescribeAccountAttributesResult></DescribeAccountAttributesResponse>";

fn request() -> ObserveRequest {
    ObserveRequest { quotas: true, ..ObserveRequest::instance(&target().instance_id) }
}

#[tokio::test]
async fn the_quota_of_manual_snapshots_is_read_beside_the_instance() {
    let server = Server::start_for(|_, request| match request {
        request if request.contains("Action=DescribeAccountAttributes") => {
            Answer::Body(200, QUOTAS.to_owned())
        }
        _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
    });
    let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
    let quotas = seen.quotas.unwrap();
    assert_eq!(
        (quotas.manual_snapshots, quotas.manual_cluster_snapshots),
        (Some(Quota { used: 99, max: 100 }), None)
    );
    let seen = own(&server)
        .observe(&target().scope(), &ObserveRequest::instance(&target().instance_id))
        .await
        .unwrap();
    assert_eq!((seen.quotas, server.requests().len()), (None, 3), "nobody asked for them");
}

#[tokio::test]
async fn a_quota_that_can_not_be_read_is_unknown_and_asked_for_once() {
    for (status, code) in [(403, "AccessDenied"), (400, "Throttling"), (500, "InternalFailure")] {
        let server = Server::start_for(move |_, request| match request {
            request if request.contains("Action=DescribeAccountAttributes") => {
                Answer::Body(status, error(code))
            }
            _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
        });
        let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
        assert_eq!((seen.quotas, server.requests().len()), (None, 2), "{code}");
    }
}
