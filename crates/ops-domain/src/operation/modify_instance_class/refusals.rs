//! Changes of the class that would be refused, or would do more than was asked.
//!
//! A blue/green deployment does not show in the description of an instance: RDS refuses what it
//! does not allow there.

use std::collections::BTreeMap;

use serde_json::json;

use crate::failure::Failure;
use crate::id::InstanceClass;
use crate::instance::{LiveInstance, PENDING_CLASS, is_aurora};
use crate::operation::modify_instance_class::ModifyInstanceClass;
use crate::operation::refusal::{custom_refused, flush_refused};
use crate::operation::{LiveTarget, PrepareContext};
use crate::orderable::Orderable;
use crate::rules::Glob;

/// The class of members that scale by themselves (Aurora Serverless v2).
const SERVERLESS: &str = "db.serverless";

/// Which classes RDS Custom takes is not verified, so its classes are left alone. The class of a
/// Multi-AZ DB cluster is one of all its members (RDS model,
/// `ModifyDBCluster.DBClusterInstanceClass`).
pub(super) fn kind(engine: &str, in_cluster: bool) -> Result<(), Failure> {
    custom_refused(engine)?;
    if in_cluster && !is_aurora(engine) {
        return Err(Failure::operation_failed("multi_az_cluster_class_not_changeable"));
    }
    Ok(())
}

/// Serverless members, processor features that were set by hand and would have to be set again (RDS
/// User Guide, "DB instance classes"), and instances that the change would move out of their
/// capacity reservation (RDS model, `ModifyDBInstance.DBCapacityReservationIdentifier`).
pub(super) fn instance(live: &LiveInstance) -> Result<(), Failure> {
    live.instance_class.as_deref().map_or(Ok(()), serverless)?;
    if !live.processor_features.is_empty() {
        return Err(Failure::operation_failed("processor_features_set")
            .with_fact("processor_features", json!(live.processor_features)));
    }
    match &live.capacity_reservation {
        None => Ok(()),
        Some(reservation) => Err(Failure::operation_failed("capacity_reservation_in_use")
            .with_fact("capacity_reservation", json!(reservation))),
    }
}

/// A serverless member needs a range of capacity, which this service does not set, and whether an
/// instance gets out of it by its class alone is not verified.
pub(super) fn serverless(class: &str) -> Result<(), Failure> {
    if class == SERVERLESS {
        return Err(Failure::operation_failed("serverless_class_not_changeable"));
    }
    Ok(())
}

/// The operators of the service may limit the classes: no IAM condition of the call does (Service
/// Authorization Reference, "Amazon RDS").
pub(super) fn not_allowed(modify: &ModifyInstanceClass, patterns: &[Glob]) -> Result<(), Failure> {
    if is_allowed(&modify.instance_class, patterns) {
        return Ok(());
    }
    let patterns: Vec<&str> = patterns.iter().map(|pattern| pattern.0.as_str()).collect();
    let failure = Failure::operation_failed("class_not_allowed");
    Err(failure.with_fact("allowed_classes", json!(patterns)))
}

fn is_allowed(class: &InstanceClass, patterns: &[Glob]) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(class.as_str()))
}

/// Another class that waits would be replaced. An engine upgrade that waits needs the class of its
/// own time. `ApplyImmediately` applies everything that waits (RDS model, `ModifyDBInstance`).
pub(super) fn waiting(
    modify: &ModifyInstanceClass,
    live_target: LiveTarget<'_>,
) -> Result<(), Failure> {
    let pending = &live_target.live.pending_modifications;
    if pending.contains_key(PENDING_CLASS) && !modify.waits(live_target.live) {
        return Err(waits("another_class_waits", pending));
    }
    let of_cluster = live_target.cluster.map(|cluster| &cluster.pending_modifications);
    let upgrades = |pending: &&BTreeMap<String, String>| pending.contains_key("EngineVersion");
    if let Some(pending) = std::iter::once(pending).chain(of_cluster).find(upgrades) {
        return Err(waits("engine_upgrade_waits", pending));
    }
    let mut others = pending.clone();
    others.remove(PENDING_CLASS);
    flush_refused(modify.apply_immediately, "instance", &others)
}

fn waits(code: &str, pending: &BTreeMap<String, String>) -> Failure {
    Failure::operation_failed(code).with_fact("pending_modifications", json!(pending))
}

/// What can't be ordered is refused with the nearest classes that can.
pub(super) fn not_orderable(
    modify: &ModifyInstanceClass,
    context: &PrepareContext<'_>,
) -> Result<(), Failure> {
    let live = context.live;
    let Some(orderable) = context.seen.orderable.get(&live.instance_id) else {
        return Err(Failure::operation_failed("class_options_unknown"));
    };
    if orderable.fits(live) {
        return Ok(());
    }
    let class = &modify.instance_class;
    let allowed = |other: &InstanceClass| is_allowed(other, context.allowed_classes);
    let nearest = orderable.nearest(class, live, allowed);
    let mut failure = Failure::operation_failed("class_not_orderable");
    failure.sentence = format!("The class `{class}` {}.", why(orderable, live));
    Err(failure
        .with_fact("orderable_classes", json!(nearest))
        .with_fact("engine_version", json!(live.engine_version))
        .with_fact("license_model", json!(live.license_model)))
}

/// Why none of the options fits.
fn why(orderable: &Orderable, live: &LiveInstance) -> String {
    let version = live.engine_version.as_deref().unwrap_or_default();
    let engine = format!("{} {version}", live.engine);
    if orderable.wanted.is_empty() {
        return format!("can't be ordered for `{}` here", engine.trim());
    }
    let without_standby = LiveInstance { multi_az: false, ..live.clone() };
    if orderable.fits(&without_standby) {
        return "can't be ordered with a standby in another zone".to_owned();
    }
    let storage = live.storage_type.as_deref().unwrap_or_default();
    format!("can't be ordered with the storage type `{storage}`")
}

/// The class was there, in use or waiting, and is not any more.
pub(super) fn not_kept(live: &LiveInstance) -> Failure {
    Failure::operation_failed("class_not_kept")
        .with_fact("live_class", json!(live.instance_class))
        .with_fact("pending_modifications", json!(live.pending_modifications))
}
