//! Errors about a request that RDS could not take as it was, or not now.

use super::{Guidance, Retry};

/// Common errors of the AWS Query protocol, in no model of RDS. Source: the AWS CloudFormation
/// handler of `AWS::RDS::DBInstance`; the retryable codes of the AWS SDK for Rust (`aws-runtime`).
pub(super) const CODES: &[Guidance] = &[
    Guidance::new(
        "InvalidParameterValue",
        Retry::Never,
        "RDS refused a value of the request.",
        "The message of RDS names the parameter and the rule. The usual causes are an identifier \
         with characters that RDS does not allow, a tag with such characters (# ( ) , and others), \
         and a backup window that is shorter than 30 minutes or overlaps the maintenance window.",
    ),
    Guidance::new(
        "InvalidParameterCombination",
        Retry::Never,
        "RDS refused the request because its settings do not fit each other or this DB instance.",
        "Read the message of RDS. If it says that no modifications were requested, the setting has \
         the wanted value already. If it speaks of a cluster, the instance became a member of one \
         just now: have the inventory updated, and send the operation again. A reboot with \
         failover needs a Multi-AZ instance.",
    ),
    Guidance::new(
        "MissingParameter",
        Retry::Never,
        "RDS misses a parameter in the request that this service sent.",
        "This is a defect of this service and not of your request; nothing was changed. Report it \
         to the operators of the service with the operation id.",
    ),
    throttled("Throttling"),
    throttled("ThrottlingException"),
    throttled("ThrottledException"),
    throttled("RequestThrottled"),
    throttled("RequestThrottledException"),
    throttled("RequestLimitExceeded"),
    throttled("TooManyRequestsException"),
    throttled("LimitExceededException"),
    throttled("BandwidthLimitExceeded"),
    throttled("ProvisionedThroughputExceededException"),
    throttled("SlowDown"),
    throttled("PriorRequestNotComplete"),
    throttled("TransactionInProgressException"),
    throttled("EC2ThrottledException"),
    broken("InternalFailure", "RDS failed with an internal error while it handled the request."),
    broken("InternalError", "RDS failed with an internal error while it handled the request."),
    broken("ServiceUnavailable", "The RDS service was not available to handle the request."),
    broken("ClientUnavailable", "The RDS service was not available to handle the request."),
    broken("RequestTimeout", "AWS gave up waiting for the whole request to arrive."),
    broken("RequestTimeoutException", "AWS gave up waiting for the whole request to arrive."),
];

const fn throttled(code: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::BackOff,
        "AWS refused the request because the account sends too many in this Region at present.",
        "Nothing was changed. Wait a minute and send the operation again. The request rate of the \
         RDS API is a limit of the account that Service Quotas does not show; CloudTrail shows who \
         uses it up. If it happens often, slow down other tools that poll RDS, or ask AWS Support \
         for a higher limit.",
    )
}

/// A failure of AWS that leaves open whether the request was carried out.
const fn broken(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::ResolveFirst,
        sentence,
        "It may or may not have been carried out. Look at the status and the recent events of the \
         instance before you send the operation again, and at the AWS Health Dashboard for an \
         incident of RDS in this Region.",
    )
}
