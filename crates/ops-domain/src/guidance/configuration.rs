//! Errors about what surrounds an instance: keys, parameter groups, networks, security groups.

use super::{Guidance, Retry};

/// Source of the codes: AWS RDS model, errors of `RebootDBInstance`, `ModifyDBInstance`,
/// `StartDBInstance` and their cluster forms.
pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "KMSKeyNotAccessibleFault",
        Retry::Never,
        "RDS cannot use the KMS key that encrypts the storage: it is disabled, pending deletion, \
         deleted, or RDS has no grant for it.",
        "Find the key on the Configuration tab of the instance and open it in the KMS console, in \
         the account that owns it. Enable it or cancel its deletion, and check that the key policy \
         still allows the account of the instance. Do so within \
         seven days: later the instance can only be restored from a backup.",
    ),
    Guidance::new(
        "DBParameterGroupNotFound",
        Retry::Never,
        "The DB parameter group does not exist in this account and Region.",
        "Check its name under Parameter groups in the RDS console; parameter groups are not shared \
         between accounts or Regions. Create or copy it there, then send the operation again.",
    ),
    Guidance::new(
        "InvalidVPCNetworkStateFault",
        Retry::Never,
        "The DB subnet group does not cover its Availability Zones any more, because its VPC or \
         its subnets were changed.",
        "Compare the DB subnet group in the RDS console with the subnets that the VPC still has, \
         and add subnets in the Availability Zones that lost theirs. CloudTrail shows who changed \
         the network.",
    ),
    Guidance::new(
        "InvalidSubnet",
        Retry::Never,
        "The requested subnet is invalid, or the subnets belong to several VPCs.",
        "Compare the DB subnet group of the instance in the RDS console with the subnets in the \
         VPC console. All its subnets must exist and belong to the one VPC of the instance.",
    ),
    Guidance::new(
        "DBSubnetGroupNotFoundFault",
        Retry::Never,
        "The DB subnet group of the instance does not exist any more.",
        "Create the subnet group again under Subnet groups in the RDS console, with subnets of the \
         VPC of the instance, then send the operation again. CloudTrail shows who deleted it.",
    ),
    Guidance::new(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        Retry::Never,
        "The DB subnet group has subnets in too few Availability Zones.",
        "Add a subnet in a second Availability Zone to the DB subnet group, under Subnet groups in \
         the RDS console, then send the operation again.",
    ),
    Guidance::new(
        "InvalidDBSubnetGroupStateFault",
        Retry::Never,
        "The DB subnet group cannot be changed at present, because it is in use.",
        "Look at the DB subnet group in the RDS console and at the instances and clusters that use \
         it. If nothing is being changed there, give AWS Support the request id.",
    ),
    Guidance::new(
        "VpcEncryptionControlViolationException",
        Retry::Never,
        "The VPC enforces encryption in transit, and the DB instance would break that rule.",
        "Use an instance class on the Nitro system, which encrypts traffic between instances, or \
         have the owners of the network review the encryption controls of the VPC.",
    ),
    Guidance::new(
        "AuthorizationNotFound",
        Retry::Never,
        "RDS lacks an authorization, in IAM or in a security group, that this DB instance needs.",
        "Check the security groups and the IAM roles on the Connectivity and Configuration tabs of \
         the instance: each must exist and be associated. Put back the one that is missing, then \
         send the operation again.",
    ),
    unexpected("OptionGroupNotFoundFault", "The option group of the request does not exist."),
    unexpected("CertificateNotFound", "The CA certificate of the request does not exist."),
    unexpected("DomainNotFoundFault", "The Active Directory domain of the request does not exist."),
    unexpected("DBSecurityGroupNotFound", "The DB security group of the request does not exist."),
    unexpected(
        "InvalidDBSecurityGroupState",
        "The DB security group is in a state that does not allow this operation.",
    ),
    unexpected("BackupPolicyNotFoundFault", "The backup policy of the request does not exist."),
    Guidance::new(
        "NetworkTypeNotSupported",
        Retry::Never,
        "The network type (IPv4 or dual stack) is not supported by the DB subnet group, the engine \
         or the instance class.",
        "Look at the network type on the Connectivity tab of the instance. Choose another instance \
         class if the operation was to change it; otherwise have the subnet group or the network \
         type of the instance changed.",
    ),
];

/// An error about a setting that this service never sends.
const fn unexpected(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        sentence,
        "This service never sends that setting, so the error is not expected here. Check the \
         configuration and the pending modifications of the instance in the RDS console, and \
         report the error to the operators of this service with the operation id.",
    )
}
