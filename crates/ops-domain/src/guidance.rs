//! What to tell a DBA about an error or a status: what happened, what to do, where to look.
//!
//! All of it is data, one entry per code or status, in the modules below. Entries never name an
//! account, a role or a resource, so that they can be shown to every caller.

mod access;
mod answers;
mod class;
mod cluster;
mod configuration;
mod deletion;
mod instance;
mod member;
mod parameter_group;
mod power;
mod refusal;
mod request;
mod service;
mod snapshot;
mod status;
mod warnings;

pub use answers::for_code;
pub use warnings::Warning;

use crate::status::{StatusClass, classify_instance_status, normalise};

/// What to tell a person about one error code or one status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Guidance {
    /// The error code as it stands on the wire, or the status in lower case with hyphens.
    pub code: &'static str,
    /// What happened, in full sentences.
    pub sentence: &'static str,
    /// What to do and where to look, in full sentences.
    pub advice: &'static str,
    /// When the same operation is worth asking for again.
    pub retry: Retry,
}

/// When the same operation is worth asking for again.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Retry {
    /// Not before the request or the account is changed as the advice says; the same request fails
    /// again.
    Never,
    /// Once the resource has left its present state, by itself or fixed by a person.
    AfterStateChange,
    /// Later, at growing intervals; nothing was changed.
    BackOff,
    /// Only after finding out what happened: the change may have been made, or may still be under
    /// way.
    ResolveFirst,
}

impl Guidance {
    const fn new(
        code: &'static str,
        retry: Retry,
        sentence: &'static str,
        advice: &'static str,
    ) -> Self {
        Self { code, sentence, advice, retry }
    }
}

/// The guidance for an error code of AWS (see [`all_rds_codes`]) or of this service (see
/// [`all_service_codes`]).
///
/// Codes are compared exactly: `DBInstanceNotFound` is the code, `DBInstanceNotFoundFault` only the
/// name of its shape. A code in neither list gets a general entry, whose own code is
/// `unknown_code`.
#[must_use]
pub fn for_rds_code(code: &str) -> &'static Guidance {
    all_rds_codes()
        .chain(all_service_codes())
        .find(|guidance| guidance.code == code)
        .unwrap_or(&UNKNOWN_CODE)
}

/// The guidance for an error code of this service. What this service decides by itself never has a
/// code of AWS.
///
/// A code that is not on the list gets the general entry; a test keeps that from happening.
pub(crate) fn for_service_code(code: &str) -> &'static Guidance {
    all_service_codes().find(|guidance| guidance.code == code).unwrap_or(&UNKNOWN_CODE)
}

/// The guidance for an instance status, in any case and with `_` or `-` between its words; none for
/// `available`.
///
/// A status that no table knows gets the entry of its family (`incompatible-…`, `inaccessible-…`)
/// or a general one.
#[must_use]
pub fn for_instance_status(status: &str) -> Option<&'static Guidance> {
    let status = normalise(status);
    let known = status::STATUSES.iter().find(|guidance| guidance.code == status);
    known.or_else(|| match classify_instance_status(&status) {
        StatusClass::Available => None,
        StatusClass::NeedsAttention => Some(&status::UNKNOWN_ATTENTION),
        StatusClass::Usable
        | StatusClass::InProgress
        | StatusClass::Off
        | StatusClass::Failed
        | StatusClass::Unknown => Some(&status::UNKNOWN),
    })
}

/// Every entry for an error code of AWS: those of the AWS RDS model for the calls this service
/// makes, and the common ones that no model lists.
pub fn all_rds_codes() -> impl Iterator<Item = &'static Guidance> {
    [
        instance::CODES,
        snapshot::CODES,
        cluster::CODES,
        configuration::CODES,
        request::CODES,
        access::CODES,
    ]
    .into_iter()
    .flatten()
}

/// Every entry for an error code of this service, which ends an operation that RDS did not refuse.
pub fn all_service_codes() -> impl Iterator<Item = &'static Guidance> {
    [
        refusal::CODES,
        service::CODES,
        member::CODES,
        power::CODES,
        parameter_group::CODES,
        class::CODES,
        deletion::CODES,
    ]
    .into_iter()
    .flatten()
}

/// Every entry for a status of an instance, the general ones for statuses that are new to this
/// service last.
pub fn all_statuses() -> impl Iterator<Item = &'static Guidance> {
    status::STATUSES.iter().chain([&status::UNKNOWN_ATTENTION, &status::UNKNOWN])
}

/// The entry for a code that AWS answers with and no list has.
#[must_use]
pub const fn for_unknown_code() -> &'static Guidance {
    &UNKNOWN_CODE
}

const UNKNOWN_CODE: Guidance = Guidance::new(
    "unknown_code",
    Retry::ResolveFirst,
    "AWS answered with an error code that this service does not know.",
    "Read the message of AWS that comes with the code, then look at the status and the recent events of the \
     instance in the RDS console to see whether anything was changed. If the cause is not clear, \
     give AWS Support the code, the time and the request id of AWS, which CloudTrail records.",
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;
    use std::fs;
    use std::path::{Path, PathBuf};

    use expect_test::expect;

    use super::*;
    use crate::status::INSTANCE_STATUSES;

    /// The codes of the AWS RDS model for the calls of this service, and the usual ones outside of
    /// it.
    const RDS_CODES: &str = "
        DBInstanceNotFound InvalidDBInstanceState DBSnapshotNotFound DBSnapshotAlreadyExists InvalidDBSnapshotState
        SnapshotQuotaExceeded KMSKeyNotAccessibleFault DBParameterGroupNotFound InsufficientDBInstanceCapacity
        DBUpgradeDependencyFailure StorageQuotaExceeded ProvisionedIopsNotAvailableInAZFault StorageTypeNotSupported
        StorageTypeNotAvailableFault InvalidVPCNetworkStateFault InvalidSubnet DBSubnetGroupNotFoundFault
        DBSubnetGroupDoesNotCoverEnoughAZs VpcEncryptionControlViolationException AuthorizationNotFound
        InvalidDBCapacityReservationState DBCapacityReservationNotFound OptionGroupNotFoundFault CertificateNotFound
        DomainNotFoundFault DBSecurityGroupNotFound InvalidDBSecurityGroupState BackupPolicyNotFoundFault
        NetworkTypeNotSupported TenantDatabaseQuotaExceeded DBInstanceAlreadyExists DBClusterNotFoundFault
        InvalidDBClusterStateFault DBClusterSnapshotNotFoundFault DBClusterSnapshotAlreadyExistsFault
        InvalidDBClusterSnapshotStateFault InvalidDBShardGroupState InvalidGlobalClusterStateFault
        InvalidDBSubnetGroupStateFault DBClusterParameterGroupNotFound
        InvalidParameterValue InvalidParameterCombination MissingParameter AccessDenied AccessDeniedException
        NotAuthorized UnauthorizedOperation Throttling ThrottlingException RequestLimitExceeded InternalFailure
        ServiceUnavailable ClientUnavailable ExpiredToken ExpiredTokenException InvalidClientTokenId
        UnrecognizedClientException SignatureDoesNotMatch OptInRequired RequestExpired";

    const SERVICE_CODES: &str = "
        discovery_out_of_time discovery_other_account discovery_throttled
        discovery_unreachable discovery_inventory_unavailable outcome_unknown operation_timeout unverified snapshot_failed snapshot_disappeared unsupported_engine
        assume_role_denied account_not_allowed
        cluster_member failover_requires_multi_az failover_abandoned wrong_account lease_lost missed_start instance_disappeared
        instance_needs_attention parameters_failed_to_apply reboot_failed failover_requires_two_members
        cluster_failover_failed cluster_disappeared inventory_outdated
        status_not_allowed cluster_status_not_allowed windows_overlap snapshot_name_taken snapshot_quota_used_up
        too_many_tags cluster_snapshot_name_too_long
        replication_prevents_stop sqlserver_multi_az_not_stoppable multi_az_cluster_not_stoppable
        global_database_not_stoppable serverless_not_stoppable already_stopped
        cluster_stop_takes_no_snapshot stop_failed started_meanwhile stopped_meanwhile stopped_without_snapshot
        start_given_up window_would_reboot_now
        parameter_group_not_found parameter_group_family_differs multi_az_cluster_group_not_changeable
        engine_upgrade_waits parameter_group_failed_to_apply
        class_not_orderable class_not_allowed class_options_unknown another_class_waits
        serverless_class_not_changeable multi_az_cluster_class_not_changeable processor_features_set
        capacity_reservation_in_use class_change_failed class_not_kept
        snapshot_not_found snapshot_of_another_database snapshot_not_manual snapshot_not_made_by_service
        snapshot_created_since snapshot_not_expired snapshot_without_expiry snapshot_not_available
        snapshot_shared snapshots_in_progress snapshot_is_newest
        organization_denied organization_missing organization_throttled organization_unreachable
        organization_out_of_time";

    fn everything() -> impl Iterator<Item = &'static Guidance> {
        all_rds_codes().chain(all_service_codes()).chain(all_statuses()).chain([&UNKNOWN_CODE])
    }

    /// What was sent or changed before is said by the advice alone, which is another one where an
    /// earlier request of the operation may have reached RDS.
    #[test]
    fn no_sentence_claims_that_nothing_was_sent() {
        let service = all_service_codes().chain(all_rds_codes()).copied();
        let answers = crate::code::Code::ALL.iter().map(|code| for_code(*code));
        for Guidance { code, sentence, .. } in service.chain(answers) {
            let sentence = sentence.to_lowercase();
            for claim in ["nothing was", "nothing is sent", "not sent", "was sent", "accepted it"] {
                assert!(!sentence.contains(claim), "{code}: {sentence}");
            }
        }
    }

    #[test]
    fn every_code_that_can_reach_a_dba_has_an_entry_of_its_own() {
        for code in RDS_CODES.split_whitespace().chain(SERVICE_CODES.split_whitespace()) {
            assert_eq!(for_rds_code(code).code, code);
        }
        let listed = SERVICE_CODES.split_whitespace().collect::<BTreeSet<_>>();
        assert_eq!(
            all_service_codes().map(|guidance| guidance.code).collect::<BTreeSet<_>>(),
            listed
        );
    }

    /// The text that stands as the first argument at each call of `function` in the sources of this
    /// crate.
    fn codes_given_to(function: &str) -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let texts = sources(&root)
            .into_iter()
            .map(|path| fs::read_to_string(path).expect("a source can be read"));
        let call = format!("{function}(");
        texts
            .flat_map(|text| {
                text.split(&call).skip(1).filter_map(first_literal).collect::<Vec<_>>()
            })
            .collect()
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder of sources can be listed");
        let paths = entries.map(|entry| entry.expect("an entry of it can be read").path());
        paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    fn first_literal(arguments: &str) -> Option<String> {
        arguments
            .trim_start()
            .strip_prefix('"')?
            .split_once('"')
            .map(|(literal, _)| literal.to_owned())
    }

    /// `error_code` tells by its form who said it: what this service decides has no code of AWS.
    #[test]
    fn only_aws_gives_codes_of_aws() {
        let own: BTreeSet<String> =
            ["operation_failed", "for_service_code"].into_iter().flat_map(codes_given_to).collect();
        assert!(own.contains("cluster_member"), "the search for codes is broken: {own:?}");
        for code in &own {
            assert_eq!(for_service_code(code).code, code);
        }
        let answers_of_rds = codes_given_to("refused_by_rds");
        assert_eq!(answers_of_rds, BTreeSet::new(), "its code is a variable: what RDS answered");
        let is_own =
            |code: &str| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(all_service_codes().all(|guidance| is_own(guidance.code)));
        assert!(
            all_rds_codes().all(|guidance| guidance
                .code
                .starts_with(|first: char| first.is_ascii_uppercase()))
        );
    }

    /// What people can ask this service for is not to be done elsewhere.
    #[test]
    fn nobody_is_sent_to_the_console_for_what_this_service_does() {
        let warnings = Warning::ALL.iter().copied().map(Warning::guidance);
        for guidance in everything().copied().chain(warnings) {
            for sentence in
                guidance.advice.split(". ").filter(|sentence| sentence.contains("console"))
            {
                for done_here in [
                    "reboot the",
                    "restart the",
                    "take a snapshot",
                    "create a snapshot",
                    "set the window",
                    "stop the",
                    "start the",
                    "change the class",
                ] {
                    assert!(!sentence.contains(done_here), "{}: {sentence}", guidance.code);
                }
            }
        }
    }

    #[test]
    fn an_unknown_code_gets_the_general_guidance() {
        for code in ["", "BrandNewFault", "DBInstanceNotFoundFault", "accessdenied"] {
            assert_eq!(for_rds_code(code), &UNKNOWN_CODE, "{code:?}");
        }
    }

    #[test]
    fn every_known_status_but_available_has_an_entry_of_its_own() {
        for (name, class) in INSTANCE_STATUSES {
            let found = for_instance_status(name).map(|guidance| guidance.code);
            assert_eq!(found, (*class != StatusClass::Available).then_some(*name));
        }
        assert_eq!(status::STATUSES.len() + 1, INSTANCE_STATUSES.len());
    }

    #[test]
    fn status_guidance_is_found_in_any_spelling() {
        let code = |status| for_instance_status(status).map(|guidance| guidance.code);
        assert_eq!(code("Available"), None);
        assert_eq!(code("Upgrade_Failed"), Some("upgrade-failed"));
        assert_eq!(code("incompatible-quantum"), Some("unknown-needs-attention"));
        assert_eq!(code("applying"), Some("unknown-status"));
    }

    #[test]
    fn no_code_has_two_entries() {
        let codes = everything().map(|guidance| guidance.code).collect::<Vec<_>>();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }

    #[test]
    fn every_text_is_made_of_full_sentences_on_one_line() {
        for Guidance { code, sentence, advice, retry: _ } in everything() {
            for text in [sentence, advice] {
                assert!(
                    text.ends_with('.')
                        && text.starts_with(|first: char| first.is_ascii_uppercase()),
                    "{code}: {text}"
                );
                assert!(!text.contains("  ") && !text.contains('\n'), "{code}: {text}");
            }
            assert!(advice.len() >= 100, "{code}: {advice}");
        }
    }

    #[test]
    fn when_to_retry_is_what_the_model_and_the_practice_of_rds_say() {
        let mut table = String::new();
        for retry in [Retry::BackOff, Retry::AfterStateChange, Retry::ResolveFirst] {
            let entries = all_rds_codes().chain(all_service_codes()).filter(|it| it.retry == retry);
            let codes = entries.map(|guidance| guidance.code).collect::<Vec<_>>();
            writeln!(table, "{retry:?}:\n{}", codes.join("\n")).expect("a String takes everything");
        }
        expect![[r#"
            BackOff:
            InsufficientDBInstanceCapacity
            Throttling
            ThrottlingException
            ThrottledException
            RequestThrottled
            RequestThrottledException
            RequestLimitExceeded
            TooManyRequestsException
            LimitExceededException
            BandwidthLimitExceeded
            ProvisionedThroughputExceededException
            SlowDown
            PriorRequestNotComplete
            TransactionInProgressException
            EC2ThrottledException
            ExpiredToken
            ExpiredTokenException
            RequestExpired
            discovery_out_of_time
            discovery_throttled
            discovery_unreachable
            discovery_inventory_unavailable
            organization_throttled
            organization_unreachable
            organization_out_of_time
            failover_abandoned
            start_given_up
            class_options_unknown
            AfterStateChange:
            InvalidDBInstanceState
            InvalidDBCapacityReservationState
            InvalidDBSnapshotState
            InvalidDBClusterSnapshotStateFault
            InvalidDBClusterStateFault
            InvalidDBShardGroupState
            InvalidGlobalClusterStateFault
            status_not_allowed
            cluster_status_not_allowed
            window_would_reboot_now
            engine_upgrade_waits
            snapshot_failed
            lease_lost
            missed_start
            instance_needs_attention
            parameters_failed_to_apply
            reboot_failed
            cluster_failover_failed
            inventory_outdated
            already_stopped
            stop_failed
            parameter_group_failed_to_apply
            snapshot_not_expired
            snapshot_not_available
            snapshots_in_progress
            snapshot_is_newest
            ResolveFirst:
            InternalFailure
            InternalError
            ServiceUnavailable
            ClientUnavailable
            RequestTimeout
            RequestTimeoutException
            outcome_unknown
            operation_timeout
            unverified
            snapshot_disappeared
            started_meanwhile
            stopped_meanwhile
            stopped_without_snapshot
            class_not_kept
        "#]]
        .assert_eq(&table);
    }
}
