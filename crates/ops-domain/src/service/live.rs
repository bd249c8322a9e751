//! The live read: the instance and its relatives as RDS describes them now, through the role that will make the change.

use std::collections::BTreeMap;

use crate::environment::{Classification, Environment, Evidence, Origin, Source, Subject};
use crate::id::{ClusterId, InstanceId};
use crate::instance::{InstanceRef, LiveInstance, Scope, Tags};
use crate::life::OperationRecord;
use crate::observation::{Look, Observation};
use crate::ports::LookError;
use crate::service::Service;
use crate::time::Timestamp;

/// What the live read showed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LiveRead {
    /// Everything seen in the instance's own account and Region.
    pub(super) seen: Observation,
    /// The environment by the live tags of the instance and of its relatives; none when RDS has no such instance.
    pub(super) classification: Option<Classification>,
}

/// A relative whose environment counts for the instance.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Relative {
    Source(Scope, InstanceId),
    Cluster(Scope, ClusterId),
    /// A name that can't be understood: nobody knows what it is, so it counts as production.
    Unreadable(String),
}

impl Service {
    /// Reads the instance, what its operation needs before the order, and the relatives that the first answer names.
    pub(super) async fn read_live(&self, record: &OperationRecord, now: Timestamp) -> Result<LiveRead, LookError> {
        let target = &record.target;
        let scope = target.scope();
        let look = record.operation.look_before(&target.instance_id, now);
        let seen = self.ports.rds.observe(&scope, &look).await?;
        let Some(live) = seen.instances.get(&target.instance_id) else {
            return Ok(LiveRead { seen, classification: None });
        };
        let own = self.classify_tags(target, &live.tags, Origin::Live);
        let classification = self.with_relatives(own, &scope, live).await?;
        Ok(LiveRead { seen, classification: Some(classification) })
    }

    async fn with_relatives(
        &self,
        own: Classification,
        scope: &Scope,
        live: &LiveInstance,
    ) -> Result<Classification, LookError> {
        let relatives = relatives_of(scope, live);
        let mut seen = BTreeMap::new();
        for (scope, look) in looks_at(&relatives) {
            let observation = self.ports.rds.observe(&scope, &look).await?;
            seen.insert(scope, observation);
        }
        Ok(relatives
            .iter()
            .fold(own, |strictest, relative| strictest.strictest(self.classify_relative(relative, &seen))))
    }

    fn classify_relative(&self, relative: &Relative, seen: &BTreeMap<Scope, Observation>) -> Classification {
        let tags = match relative {
            Relative::Source(scope, id) => {
                seen.get(scope).and_then(|seen| seen.instances.get(id)).map(|live| (scope, id.clone(), &live.tags))
            }
            Relative::Cluster(scope, id) => {
                let cluster = seen.get(scope).and_then(|seen| seen.clusters.get(id));
                // Cluster and instance identifiers follow the same rules.
                cluster.and_then(|cluster| Some((scope, id.as_str().parse().ok()?, &cluster.tags)))
            }
            Relative::Unreadable(_) => None,
        };
        match tags {
            Some((scope, instance_id, tags)) => {
                let Scope { account_id, region } = scope.clone();
                self.classify_tags(&InstanceRef { account_id, region, instance_id }, tags, Origin::Related)
            }
            None => unreadable(relative),
        }
    }

    fn classify_tags(&self, target: &InstanceRef, tags: &Tags, origin: Origin) -> Classification {
        self.settings.environments.classify(&Subject {
            account_id: &target.account_id,
            instance_id: &target.instance_id,
            tags,
            origin,
        })
    }
}

fn relatives_of(scope: &Scope, live: &LiveInstance) -> Vec<Relative> {
    let source = live.replica_source.as_deref().map(|source| source_of(scope, source));
    let cluster = live.cluster_id.as_deref().map(|cluster| match cluster.parse() {
        Ok(id) => Relative::Cluster(scope.clone(), id),
        Err(_) => Relative::Unreadable(cluster.to_owned()),
    });
    source.into_iter().chain(cluster).collect()
}

/// A source in the same Region is an identifier, one in another Region an ARN
/// (`arn:PARTITION:rds:REGION:ACCOUNT:db:NAME`; RDS model, `ReadReplicaSourceDBInstanceIdentifier`).
fn source_of(scope: &Scope, source: &str) -> Relative {
    let parts: Vec<&str> = source.split(':').collect();
    let parsed = match parts.as_slice() {
        [name] => name.parse().ok().map(|id| Relative::Source(scope.clone(), id)),
        ["arn", _, "rds", region, account, "db", name] => {
            let scope = account.parse().ok().zip(region.parse().ok());
            scope
                .zip(name.parse().ok())
                .map(|((account_id, region), id)| Relative::Source(Scope { account_id, region }, id))
        }
        _ => None,
    };
    parsed.unwrap_or_else(|| Relative::Unreadable(source.to_owned()))
}

fn looks_at(relatives: &[Relative]) -> BTreeMap<Scope, Look> {
    let mut looks: BTreeMap<Scope, Look> = BTreeMap::new();
    for relative in relatives {
        match relative {
            Relative::Source(scope, id) => looks.entry(scope.clone()).or_default().instances.insert(id.clone()),
            Relative::Cluster(scope, id) => looks.entry(scope.clone()).or_default().clusters.insert(id.clone()),
            Relative::Unreadable(_) => false,
        };
    }
    looks
}

/// A relative that can't be read counts as production.
fn unreadable(relative: &Relative) -> Classification {
    let subject = match relative {
        Relative::Source(_, id) => id.to_string(),
        Relative::Cluster(_, id) => id.to_string(),
        Relative::Unreadable(text) => text.clone(),
    };
    Classification {
        environment: Environment::Production,
        decided_by: Source::Default,
        trace: vec![Evidence {
            source: Source::Default,
            origin: Origin::Related,
            subject,
            key: None,
            value: None,
            says: Some(Environment::Production),
            note: Some("it can't be read, so it counts as production".into()),
            decisive: true,
        }],
    }
}
