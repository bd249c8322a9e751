//! RDS statuses: an open set of strings, sorted into what the poller and the policy can act on.
//!
//! The tables hold every status that RDS documents or that a public client of RDS treats specially.
//! A status that is in no table is [`Unknown`](StatusClass::Unknown): RDS adds statuses without
//! notice, so an unknown one never counts as success or as failure.

use std::borrow::Cow;

/// What an instance status means for an operation that waits, or is about to start.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum StatusClass {
    /// Settled and healthy: `available`, nothing else.
    Available,
    /// Serves connections while RDS works in the background, for as long as days
    /// (`storage-optimization`).
    Usable,
    /// RDS is changing the instance; the status will move on by itself.
    InProgress,
    /// Settled and switched off: `stopped`.
    Off,
    /// Settled in a state that a person can mend; waiting does not help.
    NeedsAttention,
    /// Settled in a state that only a restore, or AWS Support, gets the instance out of.
    Failed,
    /// Not a status this service knows: in progress until the deadline of the operation, then a
    /// case for a person.
    Unknown,
}

/// What a snapshot status means for an operation that waits for the snapshot.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SnapshotStatus {
    /// Complete and restorable.
    Available,
    /// RDS is still writing or copying it.
    InProgress,
    /// It failed, or it is being, or has been, deleted.
    Failed,
    /// Not a status this service knows: in progress until the deadline of the operation.
    Unknown,
}

/// Classifies a `DBInstanceStatus`, in any case and with `_` or `-` between its words.
///
/// A status outside the table that starts with `incompatible-` or `inaccessible-` needs attention.
///
/// Source: Amazon RDS User Guide, "Viewing instance status"; the AWS CloudFormation handler of
/// `AWS::RDS::DBInstance` for the undocumented `modify-failed` and `incompatible-credentials`.
#[must_use]
pub fn classify_instance_status(status: &str) -> StatusClass {
    let status = normalise(status);
    lookup(INSTANCE_STATUSES, &status).unwrap_or_else(|| class_of_family(&status))
}

/// Classifies the `Status` of a DB snapshot or DB cluster snapshot, in any case and with `_` or `-`
/// between its words.
///
/// Source: AWS RDS model, the waiters `DBSnapshotAvailable` and `DBClusterSnapshotAvailable`; RDS
/// documents no table.
#[must_use]
pub fn classify_snapshot_status(status: &str) -> SnapshotStatus {
    lookup(SNAPSHOT_STATUSES, &normalise(status)).unwrap_or(SnapshotStatus::Unknown)
}

/// The spelling that the tables use: ASCII lower case, words joined by `-` (RDS documents
/// `upgrade_failed`).
pub(crate) fn normalise(status: &str) -> Cow<'_, str> {
    if status.bytes().any(|byte| byte == b'_' || byte.is_ascii_uppercase()) {
        Cow::Owned(status.to_ascii_lowercase().replace('_', "-"))
    } else {
        Cow::Borrowed(status)
    }
}

fn lookup<C: Copy>(table: &[(&str, C)], status: &str) -> Option<C> {
    table.iter().find(|(name, _)| *name == status).map(|(_, class)| *class)
}

fn class_of_family(status: &str) -> StatusClass {
    if ATTENTION_PREFIXES.iter().any(|prefix| status.starts_with(prefix)) {
        StatusClass::NeedsAttention
    } else {
        StatusClass::Unknown
    }
}

/// Status families whose known members are all faults that someone has to mend.
const ATTENTION_PREFIXES: [&str; 2] = ["incompatible-", "inaccessible-"];

/// Every known instance status, in normalised spelling.
pub(crate) const INSTANCE_STATUSES: &[(&str, StatusClass)] = &[
    ("available", StatusClass::Available),
    ("storage-initialization", StatusClass::Usable),
    ("storage-optimization", StatusClass::Usable),
    ("backing-up", StatusClass::InProgress),
    ("backtracking", StatusClass::InProgress),
    ("configuring-enhanced-monitoring", StatusClass::InProgress),
    ("configuring-iam-database-auth", StatusClass::InProgress),
    ("configuring-log-exports", StatusClass::InProgress),
    ("converting-to-vpc", StatusClass::InProgress),
    ("creating", StatusClass::InProgress),
    ("delete-precheck", StatusClass::InProgress),
    ("deleting", StatusClass::InProgress),
    ("maintenance", StatusClass::InProgress),
    ("modifying", StatusClass::InProgress),
    ("moving-to-vpc", StatusClass::InProgress),
    ("rebooting", StatusClass::InProgress),
    ("renaming", StatusClass::InProgress),
    ("resetting-master-credentials", StatusClass::InProgress),
    ("starting", StatusClass::InProgress),
    ("stopping", StatusClass::InProgress),
    ("storage-config-upgrade", StatusClass::InProgress),
    ("upgrading", StatusClass::InProgress),
    ("stopped", StatusClass::Off),
    ("inaccessible-encryption-credentials-recoverable", StatusClass::NeedsAttention),
    ("incompatible-network", StatusClass::NeedsAttention),
    ("incompatible-option-group", StatusClass::NeedsAttention),
    ("incompatible-parameters", StatusClass::NeedsAttention),
    ("insufficient-capacity", StatusClass::NeedsAttention),
    ("storage-full", StatusClass::NeedsAttention),
    ("deleted", StatusClass::Failed),
    ("failed", StatusClass::Failed),
    ("inaccessible-encryption-credentials", StatusClass::Failed),
    ("incompatible-create", StatusClass::Failed),
    ("incompatible-credentials", StatusClass::Failed),
    ("incompatible-restore", StatusClass::Failed),
    ("modify-failed", StatusClass::Failed),
    ("restore-error", StatusClass::Failed),
    ("upgrade-failed", StatusClass::Failed),
];

/// Every known snapshot status, in normalised spelling.
const SNAPSHOT_STATUSES: &[(&str, SnapshotStatus)] = &[
    ("available", SnapshotStatus::Available),
    ("copying", SnapshotStatus::InProgress),
    ("creating", SnapshotStatus::InProgress),
    ("deleted", SnapshotStatus::Failed),
    ("deleting", SnapshotStatus::Failed),
    ("failed", SnapshotStatus::Failed),
    ("incompatible-parameters", SnapshotStatus::Failed),
    ("incompatible-restore", SnapshotStatus::Failed),
];

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Write};

    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check<C: Debug>(statuses: &str, classify: fn(&str) -> C, want: Expect) {
        let mut got = String::new();
        for status in statuses.split_whitespace() {
            writeln!(got, "{:?} {status}", classify(status)).expect("a String takes everything");
        }
        want.assert_eq(&got);
    }

    #[test]
    fn every_documented_instance_status_has_its_class() {
        check(
            "available storage-optimization storage-initialization backing-up backtracking
             configuring-enhanced-monitoring configuring-iam-database-auth configuring-log-exports converting-to-vpc
             creating delete-precheck deleting maintenance modifying moving-to-vpc rebooting renaming
             resetting-master-credentials starting stopping storage-config-upgrade upgrading stopped storage-full
             incompatible-parameters incompatible-option-group incompatible-network
             inaccessible-encryption-credentials-recoverable insufficient-capacity failed restore-error
             incompatible-restore incompatible-create inaccessible-encryption-credentials upgrade_failed
             upgrade-failed modify-failed incompatible-credentials deleted",
            classify_instance_status,
            expect![[r#"
                Available available
                Usable storage-optimization
                Usable storage-initialization
                InProgress backing-up
                InProgress backtracking
                InProgress configuring-enhanced-monitoring
                InProgress configuring-iam-database-auth
                InProgress configuring-log-exports
                InProgress converting-to-vpc
                InProgress creating
                InProgress delete-precheck
                InProgress deleting
                InProgress maintenance
                InProgress modifying
                InProgress moving-to-vpc
                InProgress rebooting
                InProgress renaming
                InProgress resetting-master-credentials
                InProgress starting
                InProgress stopping
                InProgress storage-config-upgrade
                InProgress upgrading
                Off stopped
                NeedsAttention storage-full
                NeedsAttention incompatible-parameters
                NeedsAttention incompatible-option-group
                NeedsAttention incompatible-network
                NeedsAttention inaccessible-encryption-credentials-recoverable
                NeedsAttention insufficient-capacity
                Failed failed
                Failed restore-error
                Failed incompatible-restore
                Failed incompatible-create
                Failed inaccessible-encryption-credentials
                Failed upgrade_failed
                Failed upgrade-failed
                Failed modify-failed
                Failed incompatible-credentials
                Failed deleted
            "#]],
        );
    }

    #[test]
    fn an_unlisted_status_is_unknown() {
        check(
            "incompatible-quantum inaccessible-vault incompatible inaccessible Available STORAGE_FULL
             available-soon applying",
            classify_instance_status,
            expect![[r#"
                NeedsAttention incompatible-quantum
                NeedsAttention inaccessible-vault
                Unknown incompatible
                Unknown inaccessible
                Available Available
                NeedsAttention STORAGE_FULL
                Unknown available-soon
                Unknown applying
            "#]],
        );
        assert_eq!(classify_instance_status(""), StatusClass::Unknown);
        assert_eq!(classify_instance_status(" available"), StatusClass::Unknown);
    }

    #[test]
    fn every_known_snapshot_status_has_its_class() {
        check(
            "available Available creating copying deleted deleting failed incompatible-restore
             incompatible_parameters backing-up incompatible-else",
            classify_snapshot_status,
            expect![[r#"
                Available available
                Available Available
                InProgress creating
                InProgress copying
                Failed deleted
                Failed deleting
                Failed failed
                Failed incompatible-restore
                Failed incompatible_parameters
                Unknown backing-up
                Unknown incompatible-else
            "#]],
        );
    }

    #[test]
    fn the_tables_are_normalised_and_name_each_status_once() {
        let instance = INSTANCE_STATUSES.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let snapshot = SNAPSHOT_STATUSES.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        for names in [instance, snapshot] {
            let distinct = names.iter().collect::<std::collections::BTreeSet<_>>();
            assert_eq!(distinct.len(), names.len());
            assert!(names.iter().all(|name| normalise(name) == *name));
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_class_that_its_spelling_does_not_change(text in ".*") {
            let respelt = text.to_ascii_uppercase().replace('-', "_");
            prop_assert_eq!(classify_instance_status(&text), classify_instance_status(&respelt));
            prop_assert_eq!(classify_snapshot_status(&text), classify_snapshot_status(&respelt));
        }
    }
}
