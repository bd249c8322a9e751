//! Which instance classes can be ordered (`DescribeOrderableDBInstanceOptions`).
//!
//! A class that can be ordered need not have free capacity: RDS may still refuse it with
//! `InsufficientDBInstanceCapacity` (RDS User Guide, "Troubleshooting for Amazon RDS").

use std::collections::BTreeSet;

use crate::id::InstanceClass;
use crate::instance::LiveInstance;

/// One option of a class. RDS lists one for each storage type (RDS model,
/// `OrderableDBInstanceOption`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OrderableOption {
    /// The class.
    pub class: InstanceClass,
    /// `StorageType`.
    pub storage_type: Option<String>,
    /// `MultiAZCapable`.
    pub multi_az_capable: bool,
}

impl OrderableOption {
    /// Whether an instance with the storage and the standby of `live` can have this class.
    ///
    /// The storage of Aurora is the cluster's, and an Aurora instance has no standby, so neither
    /// counts there.
    #[must_use]
    pub fn fits(&self, live: &LiveInstance) -> bool {
        if live.is_aurora() {
            return true;
        }
        let storage = match (&self.storage_type, &live.storage_type) {
            (Some(offered), Some(own)) => offered == own,
            (None, _) | (_, None) => true,
        };
        storage && (self.multi_az_capable || !live.multi_az)
    }
}

/// What can be ordered for one instance, with its engine, version and licence.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Orderable {
    /// The options of the wanted class. Empty where there are none.
    pub wanted: Vec<OrderableOption>,
    /// Options of other classes, read only where none of the wanted class fits. They may be not all
    /// that there are.
    pub others: Vec<OrderableOption>,
}

/// Classes that a refusal proposes.
const PROPOSED: usize = 5;

impl Orderable {
    /// Whether an option of the wanted class fits the instance.
    #[must_use]
    pub fn fits(&self, live: &LiveInstance) -> bool {
        self.wanted.iter().any(|option| option.fits(live))
    }

    /// The classes among those that are `allowed` that the instance can have and that are nearest to
    /// `class`, nearest first.
    #[must_use]
    pub fn nearest(
        &self,
        class: &InstanceClass,
        live: &LiveInstance,
        allowed: impl Fn(&InstanceClass) -> bool,
    ) -> Vec<InstanceClass> {
        let fitting = self.others.iter().filter(|option| option.fits(live));
        let classes: BTreeSet<&InstanceClass> = fitting.map(|option| &option.class).collect();
        let mut classes: Vec<&InstanceClass> =
            classes.into_iter().filter(|class| allowed(class)).collect();
        classes.sort_by_key(|other| distance(class, other));
        classes.into_iter().take(PROPOSED).cloned().collect()
    }
}

/// How far a class is from another one: another family is further than any size, and another kind
/// of family (`t`, `m`, `r`) further than another generation of it.
fn distance(from: &InstanceClass, to: &InstanceClass) -> (bool, bool, u32) {
    let ((family, size), (other_family, other_size)) = (parts(from), parts(to));
    let kind = |family: &str| family.chars().next();
    (kind(family) != kind(other_family), family != other_family, size.abs_diff(other_size))
}

/// The family of a class, e.g. `r6g`, and the logarithm of its size.
fn parts(class: &InstanceClass) -> (&str, u32) {
    let mut parts = class.as_str().split('.').skip(1);
    let family = parts.next().unwrap_or_default();
    (family, logarithm_of(parts.next().unwrap_or_default()))
}

/// Each size is twice the one before it, from `micro` to `xlarge`; `4xlarge` is four times `xlarge`
/// (Amazon EC2 User Guide, "Instance types"). Each doubling counts as four.
fn logarithm_of(size: &str) -> u32 {
    let micros = match size {
        "micro" => 1,
        "small" => 2,
        "medium" => 4,
        "large" => 8,
        "xlarge" => 16,
        _ => {
            size.strip_suffix("xlarge").and_then(|n| n.parse::<u32>().ok()).unwrap_or(1).min(4096)
                * 16
        }
    }
    .max(1);
    let doublings = micros.ilog2();
    4 * doublings + ((micros * 4) >> doublings) - 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(wanted: &str, offered: &[&str]) -> String {
        let mut others: Vec<InstanceClass> =
            offered.iter().map(|class| class.parse().unwrap()).collect();
        others.sort_by_key(|other| distance(&wanted.parse().unwrap(), other));
        others.iter().map(InstanceClass::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_nearest_class_is_of_the_same_family() {
        let offered = ["db.m6g.large", "db.r6g.16xlarge", "db.r6g.large", "db.r7g.xlarge"];
        assert_eq!(
            nearest("db.r6g.medium", &offered),
            "db.r6g.large db.r6g.16xlarge db.r7g.xlarge db.m6g.large"
        );
        assert_eq!(
            nearest("db.t4g.2xlarge", &["db.t4g.micro", "db.t4g.large", "db.t3.2xlarge"]),
            "db.t4g.large db.t4g.micro db.t3.2xlarge"
        );
    }

    #[test]
    fn sizes_are_in_order() {
        let sizes =
            ["micro", "small", "medium", "large", "xlarge", "2xlarge", "12xlarge", "16xlarge"];
        let ranks: Vec<u32> = sizes.iter().map(|size| logarithm_of(size)).collect();
        assert_eq!(ranks, [0, 4, 8, 12, 16, 20, 30, 32]);
        logarithm_of("4294967295xlarge");
    }
}
