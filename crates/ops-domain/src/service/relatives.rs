//! The relatives of an instance, whose environments count for it: what it replicates, what
//! replicates it, and its cluster with all members. What can't be read counts as production.

use std::collections::BTreeMap;

use crate::environment::{Classification, Environment, Evidence, Origin, Source};
use crate::id::{ClusterId, InstanceId};
use crate::instance::{InstanceRef, LiveInstance, Scope, Tags};
use crate::observation::{Observation, ObserveRequest};

/// What was seen in each account and Region, or how AWS refused the service's role there.
pub(super) type Seen = BTreeMap<Scope, Result<Observation, Denial>>;

/// A describe call that AWS denied.
#[derive(Debug)]
pub(super) struct Denial {
    /// The wire code.
    pub(super) code: String,
    /// The action that was denied, as IAM spells it; `None` where AWS was not asked.
    pub(super) action: Option<String>,
}

/// Something of a relative that has tags.
type Tagged<'a> = (InstanceRef, &'a Tags);

/// A relative whose environment counts for the instance.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum RelatedDatabase {
    Instance(Scope, InstanceId),
    /// A cluster with all its members.
    Cluster(Scope, ClusterId),
    /// A name that RDS gives to instances and to clusters alike.
    Either(Scope, InstanceId, ClusterId),
    /// Nobody knows what it is or how to read it.
    Unreadable(String),
}

/// Why a relative can't be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// RDS shows none of this name and kind.
    Absent(String),
    /// It may be there, but not all of it is shown.
    Hidden(String),
}

/// What a name without an ARN stands for.
#[derive(Clone, Copy)]
enum NameKind {
    Instance,
    Cluster,
    Either,
}

/// All relatives of one instance.
pub(super) struct RelatedDatabases {
    pub(super) relatives: Vec<RelatedDatabase>,
}

impl RelatedDatabases {
    /// The relatives that the descriptions of the instance and of its cluster, if `seen` holds it,
    /// name.
    pub(super) fn of(scope: &Scope, live: &LiveInstance, seen: &Observation) -> Self {
        let mut relatives = Vec::new();
        let mut add = |bare, names: &mut dyn Iterator<Item = &String>| {
            relatives.extend(names.map(|name| named(scope, name, bare)));
        };
        add(NameKind::Cluster, &mut live.cluster_id.iter());
        add(NameKind::Instance, &mut live.replica_source.iter().chain(&live.replicas));
        add(NameKind::Cluster, &mut live.source_cluster.iter().chain(&live.replica_clusters));
        let cluster =
            live.cluster_id.as_deref().and_then(|id| seen.clusters.get(&id.parse().ok()?));
        if let Some(cluster) = cluster {
            add(NameKind::Either, &mut cluster.replica_source.iter().chain(&cluster.replicas));
            relatives.extend(
                cluster.global_cluster_id.iter().map(|id| RelatedDatabase::Unreadable(id.clone())),
            );
        }
        if live.is_aurora() && live.cluster_id.is_none() {
            relatives
                .push(RelatedDatabase::Unreadable(format!("the cluster of {}", live.instance_id)));
        }
        Self { relatives }
    }

    /// What is still to be looked at when `own` was seen in the instance's own account and Region.
    pub(super) fn requests(
        &self,
        scope: &Scope,
        own: &Observation,
    ) -> BTreeMap<Scope, ObserveRequest> {
        let mut requests: BTreeMap<Scope, ObserveRequest> = BTreeMap::new();
        for relative in &self.relatives {
            if let Some((place, request)) = relative.request()
                && !(place == scope && relative.is_in(own))
            {
                requests.entry(place.clone()).or_default().merge(request);
            }
        }
        requests
    }
}

impl RelatedDatabase {
    fn request(&self) -> Option<(&Scope, ObserveRequest)> {
        match self {
            Self::Instance(scope, id) => Some((scope, ObserveRequest::instance(id))),
            Self::Cluster(scope, id) => {
                Some((scope, ObserveRequest::cluster(id).with_members_of(id)))
            }
            Self::Either(scope, instance, cluster) => {
                let mut request = ObserveRequest::cluster(cluster).with_members_of(cluster);
                request.merge(ObserveRequest::instance(instance));
                Some((scope, request))
            }
            Self::Unreadable(_) => None,
        }
    }

    /// Whether `seen` shows all that a poll would.
    fn is_in(&self, seen: &Observation) -> bool {
        match self {
            Self::Instance(_, id) => seen.instances.contains_key(id),
            Self::Cluster(_, id) => seen.clusters.contains_key(id),
            Self::Either(..) | Self::Unreadable(_) => false,
        }
    }

    /// Everything that follows this name with its tags, a cluster's members included, but for
    /// `target` itself.
    ///
    /// # Errors
    /// Why it can't be read, or not all of it.
    pub(super) fn described<'a>(
        &self,
        target: &InstanceRef,
        seen: &'a Seen,
    ) -> Result<(Tagged<'a>, Vec<Tagged<'a>>), Unreadable> {
        match self {
            Self::Instance(scope, id) => Ok((instance(scope, id, seen)?, Vec::new())),
            Self::Cluster(scope, id) => cluster(target, scope, id, seen),
            Self::Either(scope, as_instance, as_cluster) => {
                match (instance(scope, as_instance, seen), cluster(target, scope, as_cluster, seen))
                {
                    (Ok(one), Ok((cluster, mut members))) => {
                        members.push(cluster);
                        Ok((one, members))
                    }
                    (Ok(one), Err(Unreadable::Absent(_))) => Ok((one, Vec::new())),
                    (Err(Unreadable::Absent(_)), Ok(described)) => Ok(described),
                    (Err(hidden @ Unreadable::Hidden(_)), _) | (_, Err(hidden)) => Err(hidden),
                }
            }
            Self::Unreadable(_) => {
                Err(Unreadable::Hidden("its environment is not known to this service".into()))
            }
        }
    }

    /// The classification of a relative that can't be read.
    pub(super) fn unreadable(&self, unread: &Unreadable) -> Classification {
        let (Unreadable::Absent(reason) | Unreadable::Hidden(reason)) = unread;
        let subject = match self {
            Self::Instance(_, id) | Self::Either(_, id, _) => id.to_string(),
            Self::Cluster(_, id) => id.to_string(),
            Self::Unreadable(text) => text.clone(),
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
                note: Some(format!("it can't be read ({reason}), so it counts as production")),
                decisive: true,
            }],
        }
    }
}

fn observed<'a>(scope: &Scope, seen: &'a Seen) -> Result<&'a Observation, Unreadable> {
    match seen.get(scope) {
        Some(Ok(seen)) => Ok(seen),
        Some(Err(Denial { code, .. })) => {
            Err(Unreadable::Hidden(format!("AWS refuses the service's role in {scope}: {code}")))
        }
        None => Err(Unreadable::Hidden(format!("this service does not work in {scope}"))),
    }
}

fn absent(scope: &Scope) -> Unreadable {
    Unreadable::Absent(format!("there is none in {scope}"))
}

fn instance<'a>(scope: &Scope, id: &InstanceId, seen: &'a Seen) -> Result<Tagged<'a>, Unreadable> {
    let live = observed(scope, seen)?.instances.get(id).ok_or_else(|| absent(scope))?;
    Ok((named_in(scope, id.clone()), &live.tags))
}

fn cluster<'a>(
    target: &InstanceRef,
    scope: &Scope,
    id: &ClusterId,
    seen: &'a Seen,
) -> Result<(Tagged<'a>, Vec<Tagged<'a>>), Unreadable> {
    let seen = observed(scope, seen)?;
    let live = seen.clusters.get(id).ok_or_else(|| absent(scope))?;
    let members = seen.instances.values().filter(|member| member.is_in(Some(id)));
    let missing = live.members.iter().find(|name| {
        let shown = |member: &LiveInstance| member.instance_id.as_str().eq_ignore_ascii_case(name);
        !seen.instances.values().any(shown)
    });
    if let Some(name) = missing {
        return Err(Unreadable::Hidden(format!("its member {name} is not shown")));
    }
    // Cluster and instance identifiers follow the same rules.
    let own =
        id.as_str().parse().map_err(|problem| Unreadable::Hidden(format!("its name {problem}")))?;
    let members = members.map(|member| (named_in(scope, member.instance_id.clone()), &member.tags));
    let members = members.filter(|(member, _)| member != target);
    Ok(((named_in(scope, own), &live.tags), members.collect()))
}

fn named_in(scope: &Scope, instance_id: InstanceId) -> InstanceRef {
    let Scope { account_id, region } = scope.clone();
    InstanceRef { account_id, region, instance_id }
}

/// A relative in the same Region is an identifier, one in another Region an ARN
/// (`arn:PARTITION:rds:REGION:ACCOUNT:db:NAME` or `…:cluster:NAME`; RDS model,
/// `ReadReplicaSourceDBInstanceIdentifier`).
fn named(scope: &Scope, name: &str, bare: NameKind) -> RelatedDatabase {
    let parts: Vec<&str> = name.split(':').collect();
    let parsed = match parts.as_slice() {
        [id] => match bare {
            NameKind::Instance => {
                id.parse().ok().map(|id| RelatedDatabase::Instance(scope.clone(), id))
            }
            NameKind::Cluster => {
                id.parse().ok().map(|id| RelatedDatabase::Cluster(scope.clone(), id))
            }
            NameKind::Either => {
                let both = id.parse().ok().zip(id.parse().ok());
                both.map(|(instance, cluster)| {
                    RelatedDatabase::Either(scope.clone(), instance, cluster)
                })
            }
        },
        ["arn", _, "rds", region, account, "db", id] => scope_of(account, region)
            .zip(id.parse().ok())
            .map(|(scope, id)| RelatedDatabase::Instance(scope, id)),
        ["arn", _, "rds", region, account, "cluster", id] => scope_of(account, region)
            .zip(id.parse().ok())
            .map(|(scope, id)| RelatedDatabase::Cluster(scope, id)),
        _ => None,
    };
    parsed.unwrap_or_else(|| RelatedDatabase::Unreadable(name.to_owned()))
}

fn scope_of(account: &str, region: &str) -> Option<Scope> {
    Some(Scope { account_id: account.parse().ok()?, region: region.parse().ok()? })
}
