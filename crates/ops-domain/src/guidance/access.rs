//! Errors about permissions and credentials: of the roles of this service, not of the caller.

use super::{Guidance, Retry};

/// Common errors of AWS, in no model of RDS. Source: the AWS CloudFormation handler of
/// `AWS::RDS::DBInstance`; AWS General Reference, "Common errors"; AWS STS model, errors of
/// `AssumeRole`.
pub(super) const CODES: &[Guidance] = &[
    denied("AccessDenied"),
    denied("AccessDeniedException"),
    denied("NotAuthorized"),
    denied("UnauthorizedOperation"),
    expired("ExpiredToken"),
    expired("ExpiredTokenException"),
    rejected(
        "InvalidClientTokenId",
        "AWS does not know the credentials of this service, or the Region is not enabled in the \
         account.",
    ),
    rejected(
        "UnrecognizedClientException",
        "AWS does not know the credentials of this service, or the Region is not enabled in the \
         account.",
    ),
    Guidance::new(
        "SignatureDoesNotMatch",
        Retry::Never,
        "AWS refused the signature of the request, so the credentials of this service are wrong or \
         its clock is off.",
        "Nothing was changed. This is not about your request. The operators of this service should \
         check the source of its credentials, and the clock of the machine it runs on: a signature \
         is good for some minutes only.",
    ),
    Guidance::new(
        "RequestExpired",
        Retry::BackOff,
        "The request reached AWS too long after it was signed.",
        "Nothing was changed. Send the operation again. If it fails in the same way, the operators \
         of this service should check the clock of the machine it runs on and the delay of its \
         network.",
    ),
    rejected(
        "MissingAuthenticationToken",
        "AWS got a request without credentials of this service.",
    ),
    rejected(
        "RegionDisabledException",
        "AWS STS gives no credentials for this Region, because the account has it disabled.",
    ),
    own_session(
        "MalformedPolicyDocument",
        "AWS STS did not understand the policy that narrows the session of this service.",
    ),
    own_session(
        "ValidationError",
        "AWS STS did not accept the form of the session that this service asks for, such as its \
         name or its tags.",
    ),
    own_session(
        "PackedPolicyTooLarge",
        "AWS STS found the policy and the tags of the session of this service too large.",
    ),
    Guidance::new(
        "OptInRequired",
        Retry::Never,
        "The account is not signed up for this AWS service, or the Region is not enabled in the \
         account.",
        "Check the Region of the instance. If it is right, have it enabled in the account settings \
         of AWS under AWS Regions, or correct the inventory.",
    ),
];

/// What to do where AWS does not permit something to the role of this service.
const DENIED: &str = "Nothing was changed. Ask the operators of this service to look at the \
                      refused call in CloudTrail of that account, which names the action and the \
                      resource. The cause is the policy of the role, its trust policy, or a \
                      service control policy. If the tags of the instance were changed just now, \
                      wait some minutes: IAM sees new tags late.";

const fn denied(code: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        "AWS did not permit the role of this service to do this in the account of the instance.",
        DENIED,
    )
}

const fn expired(code: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::BackOff,
        "The temporary credentials of this service expired before AWS handled the request.",
        "Nothing was changed. Send the operation again; the service then takes new credentials. If \
         it fails in the same way, the operators of the service should check the session duration \
         of its role and the clock of its machine.",
    )
}

const fn rejected(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        sentence,
        "Nothing was changed. Check that the Region of the instance is enabled in its account \
         (account settings, AWS Regions). If it is, the operators of this service should check \
         that its role still exists, and where its credentials come from.",
    )
}

/// An error about the session that this service asks for.
const fn own_session(code: &'static str, sentence: &'static str) -> Guidance {
    Guidance::new(
        code,
        Retry::Never,
        sentence,
        "This is a defect of this service or of its configuration and not of your request; nothing \
         was changed. Report it to the operators of the service with the operation id.",
    )
}
