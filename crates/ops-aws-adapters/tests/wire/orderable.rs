//! Which classes can be ordered: what RDS is asked for, page by page, and what is kept.

use ops_domain::id::InstanceClass;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::orderable::Orderable;
use ops_domain::ports::{ObserveError, RdsControl};

use crate::server::{Answer, Server};
use crate::{NOTHING_DESCRIBED, error, form, own, target};

const INSTANCE: &str = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>\
                        <DBInstance><DBInstanceIdentifier>orders-dev</DBInstanceIdentifier>\
                        <DBInstanceStatus>available</DBInstanceStatus><Engine>postgres</Engine>\
                        <EngineVersion>16.4</EngineVersion>\
                        <LicenseModel>postgresql-license</LicenseModel>\
                        <StorageType>gp3</StorageType><MultiAZ>true</MultiAZ></DBInstance>\
                        </DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>";

const ASKED: &str = "Action=DescribeOrderableDBInstanceOptions";

/// One page of options: class, storage type, and whether there may be a standby.
fn page(options: &[(&str, &str, bool)], marker: Option<&str>) -> Answer {
    let option = |(class, storage, multi_az): &(&str, &str, bool)| {
        format!(
            "<OrderableDBInstanceOption><DBInstanceClass>{class}</DBInstanceClass>\
             <StorageType>{storage}</StorageType><MultiAZCapable>{multi_az}</MultiAZCapable>\
             </OrderableDBInstanceOption>"
        )
    };
    let options: String = options.iter().map(option).collect();
    let marker = marker.map(|it| format!("<Marker>{it}</Marker>")).unwrap_or_default();
    Answer::Body(
        200,
        format!(
            "<DescribeOrderableDBInstanceOptionsResponse>\
             <DescribeOrderableDBInstanceOptionsResult><OrderableDBInstanceOptions>{options}\
             </OrderableDBInstanceOptions>{marker}</DescribeOrderableDBInstanceOptionsResult>\
             </DescribeOrderableDBInstanceOptionsResponse>"
        ),
    )
}

/// A server that describes the instance, and answers otherwise by what is asked of the options.
fn server(options: impl Fn(&str) -> Answer + Send + 'static) -> Server {
    Server::start_for(move |_, request| {
        if request.contains(ASKED) {
            options(request)
        } else {
            Answer::Body(200, INSTANCE.to_owned())
        }
    })
}

fn class() -> InstanceClass {
    "db.r6g.large".parse().expect("it is a class")
}

fn request() -> ObserveRequest {
    ObserveRequest::orderable(&target().instance_id, &class())
}

async fn observe(server: &Server) -> Result<Observation, ObserveError> {
    own(server).observe(&target().scope(), &request()).await
}

fn orderable(seen: &Observation) -> &Orderable {
    &seen.orderable[&target().instance_id]
}

fn asked(server: &Server) -> Vec<String> {
    server.requests().into_iter().filter(|request| request.contains(ASKED)).collect()
}

#[tokio::test]
async fn one_class_is_asked_for_by_engine_version_and_licence() {
    let server = server(|_| page(&[("db.r6g.large", "gp3", true)], None));
    let seen = observe(&server).await.unwrap();
    assert!(orderable(&seen).fits(&seen.instances[&target().instance_id]));
    assert!(orderable(&seen).others.is_empty());
    let [asked] = asked(&server).try_into().unwrap();
    let asked = form::read(&asked);
    let asked_for = |name: &str| asked.get(name).map(String::as_str);
    assert_eq!(asked_for("Engine"), Some("postgres"));
    assert_eq!(asked_for("EngineVersion"), Some("16.4"));
    assert_eq!(asked_for("LicenseModel"), Some("postgresql-license"));
    assert_eq!(asked_for("DBInstanceClass"), Some("db.r6g.large"));
    assert_eq!(asked_for("MaxRecords"), Some("1000"));
}

/// The option that fits may be on a later page.
#[tokio::test]
async fn every_page_of_the_class_is_read() {
    let server = server(|request| {
        if request.contains("Marker=m1") {
            page(&[("db.r6g.large", "gp3", true)], None)
        } else {
            page(&[("db.r6g.large", "io1", true)], Some("m1"))
        }
    });
    let seen = observe(&server).await.unwrap();
    assert_eq!((orderable(&seen).wanted.len(), asked(&server).len()), (2, 2));
    assert!(orderable(&seen).fits(&seen.instances[&target().instance_id]));
}

/// An answer without the instance's storage type, with other classes, or a refusal of the class.
#[tokio::test]
async fn where_no_option_fits_others_are_asked_for_within_bounds() {
    for first in ["io1 alone", "another class", "none", "refused"] {
        let server = server(move |request| {
            if !request.contains("DBInstanceClass=") {
                // It would go on for ever.
                return page(&[("db.r6g.xlarge", "gp3", true)], Some("more"));
            }
            match first {
                "io1 alone" => page(&[("db.r6g.large", "io1", true)], None),
                "another class" => page(&[("db.r5.large", "gp3", true)], None),
                "none" => page(&[], None),
                _ => Answer::Body(400, error("InvalidParameterValue")),
            }
        });
        let seen = observe(&server).await.unwrap();
        let live = &seen.instances[&target().instance_id];
        assert!(!orderable(&seen).fits(live), "{first}");
        let nearest = orderable(&seen).nearest(&class(), live, |_| true);
        assert_eq!(nearest, ["db.r6g.xlarge".parse().unwrap()], "{first}");
        assert_eq!(asked(&server).len(), 3, "{first}: one of the class, two of all");
    }
}

/// A change that can't be checked is not sent. Proposals alone can be done without.
#[tokio::test]
async fn what_can_not_be_read_fails_the_poll() {
    for (status, code) in [(403, "AccessDenied"), (400, "Throttling")] {
        let server = server(move |_| Answer::Body(status, error(code)));
        let failed = observe(&server).await.unwrap_err();
        match failed {
            ObserveError::Denied { action, .. } => {
                let expected = "rds:DescribeOrderableDBInstanceOptions";
                assert_eq!((code, action.as_deref()), ("AccessDenied", Some(expected)));
            }
            ObserveError::Throttled => assert_eq!(code, "Throttling"),
            other => panic!("{other:?}"),
        }
    }
    let server = server(|request| {
        if request.contains("DBInstanceClass=") {
            page(&[], None)
        } else {
            Answer::Body(403, error("AccessDenied"))
        }
    });
    let seen = observe(&server).await.unwrap();
    assert_eq!(orderable(&seen), &Orderable::default());
}

#[tokio::test]
async fn an_answer_is_kept_for_a_while() {
    let server = server(|_| page(&[("db.r6g.large", "gp3", true)], None));
    let rds = own(&server);
    for _ in 0..3 {
        let seen = rds.observe(&target().scope(), &request()).await.unwrap();
        assert_eq!(orderable(&seen).wanted.len(), 1);
    }
    assert_eq!(asked(&server).len(), 1);
    let other: InstanceClass = "db.r5.large".parse().unwrap();
    let request = ObserveRequest::orderable(&target().instance_id, &other);
    rds.observe(&target().scope(), &request).await.unwrap();
    assert_eq!(asked(&server).len(), 3, "another class is asked for, and then all");
}

#[tokio::test]
async fn nothing_is_asked_for_an_instance_that_is_not_there() {
    let server = Server::start(|_| Answer::Body(200, NOTHING_DESCRIBED.to_owned()));
    let seen = observe(&server).await.unwrap();
    assert!(seen.orderable.is_empty() && asked(&server).is_empty());
}
