//! `DescribeDBParameterGroups` and `DescribeDBParameters`.

use ops_domain::observation::ObserveRequest;
use ops_domain::ports::{ObserveError, RdsControl as _};

use super::server::{Answer, Server};
use super::{error, own, target};

const GROUP: &str = "<DescribeDBParameterGroupsResponse><DescribeDBParameterGroupsResult>\
    <DBParameterGroups><DBParameterGroup><DBParameterGroupName>tuned</DBParameterGroupName>\
    <DBParameterGroupFamily>postgres16</DBParameterGroupFamily></DBParameterGroup>\
    </DBParameterGroups></DescribeDBParameterGroupsResult></DescribeDBParameterGroupsResponse>";

fn page(name: &str, apply_type: &str, marker: &str) -> String {
    format!(
        "<DescribeDBParametersResponse><DescribeDBParametersResult><Parameters><Parameter>\
         <ParameterName>{name}</ParameterName><ParameterValue>8</ParameterValue>{apply_type}\
         </Parameter></Parameters>{marker}</DescribeDBParametersResult>\
         </DescribeDBParametersResponse>"
    )
}

fn request() -> ObserveRequest {
    ObserveRequest::parameter_group(&"tuned".parse().expect("it is a valid name"))
}

#[tokio::test]
async fn a_group_is_read_with_all_pages_of_what_is_set() {
    let server = Server::start_for(|_, request| {
        let body = match request {
            request if request.contains("Action=DescribeDBParameterGroups") => GROUP.to_owned(),
            request if request.contains("Marker=more") => {
                page("work_mem", "<ApplyType>dynamic</ApplyType>", "")
            }
            _ => page("shared_buffers", "", "<Marker>more</Marker>"),
        };
        Answer::Body(200, body)
    });
    let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
    let group = &seen.parameter_groups[&"tuned".parse().unwrap()];
    let set: Vec<(&str, bool)> =
        group.parameters.iter().map(|(name, it)| (name.as_str(), it.is_static)).collect();
    let expected = [("shared_buffers", true), ("work_mem", false)];
    assert_eq!((group.family.as_str(), set.as_slice()), ("postgres16", &expected[..]));
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests[1..].iter().all(|it| it.contains("Source=user")), "{requests:?}");
}

#[tokio::test]
async fn a_group_that_is_not_there_is_absent() {
    let server = Server::start(|_| Answer::Body(404, error("DBParameterGroupNotFound")));
    let seen = own(&server).observe(&target().scope(), &request()).await.unwrap();
    assert!(seen.parameter_groups.is_empty());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_role_names_the_action_that_it_lacks() {
    let server = Server::start_for(|_, request| match request {
        request if request.contains("Action=DescribeDBParameterGroups") => {
            Answer::Body(200, GROUP.to_owned())
        }
        _ => Answer::Body(403, error("AccessDenied")),
    });
    let refused = own(&server).observe(&target().scope(), &request()).await;
    assert!(
        matches!(&refused, Err(ObserveError::Denied { action: Some(action), .. })
            if action == "rds:DescribeDBParameters"),
        "{refused:?}"
    );
}
