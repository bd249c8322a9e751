//! The codes of the service's answers ([`Code`]): what each means in general, and what to do about
//! it.
//!
//! An answer may have a sentence about its own case; its advice is the one that stands here unless
//! its case needs another.

use super::{Guidance, Retry};
use crate::code::{Code, PRODUCTION_SENTENCE};

/// The guidance for a code of the service's answers.
#[must_use]
pub fn for_code(code: Code) -> Guidance {
    let (retry, sentence, advice) = texts(code);
    Guidance::new(code.as_str(), retry, sentence, advice)
}

const fn texts(code: Code) -> (Retry, &'static str, &'static str) {
    match code {
        Code::InvalidJson => (Retry::Never, "The body is not valid JSON.", CORRECT),
        Code::InvalidRequest => {
            (Retry::Never, "The body is not a request object, or has an unknown field.", CORRECT)
        }
        Code::UnknownOperation => (Retry::Never, "There is no operation with this name.", CORRECT),
        Code::MissingParameter => {
            (Retry::Never, "A field that the request needs is absent.", CORRECT)
        }
        Code::InvalidParameter => (
            Retry::Never,
            "A parameter is unknown, or a value breaks a rule of RDS or of this service.",
            CORRECT,
        ),
        Code::Unauthenticated => (
            Retry::Never,
            "The request has no valid credentials.",
            "Sign the request, or send the token that the API requires.",
        ),
        Code::ProductionBlocked => (
            Retry::Never,
            PRODUCTION_SENTENCE,
            "Ask CloudOps for the change. If the instance is not production, have its owner set an \
             environment tag (for example Environment=development) and remove whatever \
             `classification` lists as production.",
        ),
        Code::PermissionDenied => (
            Retry::Never,
            "The caller may not do this here: a rule of this service or its list of accounts \
             forbids it (`rules_lack`, or the account in `error`), or AWS refused the service's \
             role (then `error_code` is AWS's).",
            "Ask the operators of this service for a rule that allows it, or to add the account. \
             Where AWS refused, look up `error_code` below: CloudTrail of that account names the \
             action that was refused.",
        ),
        Code::InstanceNotFound => (
            Retry::Never,
            "The inventory, or RDS itself, has no DB instance of this name.",
            "Check the spelling, the account and the Region. A new instance is known after the \
             next run of discovery.",
        ),
        Code::OperationNotFound => (
            Retry::Never,
            "There is no operation with this id.",
            "Check the id. Finished operations are kept as long as the audit trail.",
        ),
        Code::NotFound => (
            Retry::Never,
            "There is no such route.",
            "Check the path: operations are at /operations, instances at /instances, the audit \
             trail at /audit, and figures at /metrics/summary.",
        ),
        Code::MethodNotAllowed => (
            Retry::Never,
            "This route has no such method.",
            "Use one of the methods in the Allow header.",
        ),
        Code::RequestTimeout => (
            Retry::BackOff,
            "The body did not arrive within 30 seconds.",
            "Nothing was sent to RDS. Send the request again, with a Content-Length that is the \
             length of the body.",
        ),
        Code::PayloadTooLarge => {
            (Retry::Never, "The body is longer than 64 KiB.", "Send a body of at most 64 KiB.")
        }
        Code::UnsupportedMediaType => (
            Retry::Never,
            "The body must be application/json.",
            "Send JSON with the header Content-Type: application/json.",
        ),
        Code::InstanceBusy => (
            Retry::AfterStateChange,
            "Another operation is running on this instance.",
            "Wait until it has finished (GET /operations/{id} shows its progress), then send the \
             request again. With `\"if_busy\": \"queue\"` a request waits for its turn.",
        ),
        Code::IdempotencyConflict => (
            Retry::Never,
            "This Idempotency-Key was used with another request.",
            "Use a new key for a new request, or send the first request unchanged to see its \
             result.",
        ),
        Code::AmbiguousInstance => (
            Retry::Never,
            "Several DB instances have this name.",
            "Send account_id and region of the one that you mean; `candidates` lists them.",
        ),
        Code::PendingChangesWouldApply => (
            Retry::Never,
            "Other changes wait on this instance, and apply_immediately would apply them now.",
            "Send the request with apply_immediately false: RDS changes a window and a parameter \
             group at once either way, and a class then waits for the maintenance window. \
             `pending_modifications` lists what waits.",
        ),
        Code::PlanChanged => (
            Retry::Never,
            "What the operation would do is not what the preview with this plan_hash said.",
            "Nothing was sent to RDS. Look at `would` in this answer. To accept it, send the \
             request with the new `plan_hash`.",
        ),
        Code::InventoryStale => (
            Retry::AfterStateChange,
            "Discovery did not see the instance for longer than the configured time.",
            "Nothing was sent to RDS. Ask the operators of this service to run `rds-ops inventory \
             sync`, and send the request again. `GET /inventory/status` says which account and \
             Region can't be read, and why.",
        ),
        Code::NotCancellable => (
            Retry::Never,
            "RDS has been asked already, or may have been.",
            "RDS can't cancel it any more. Follow the operation to its end. Then reverse it by the \
             opposite operation, or delete a snapshot with `delete_snapshot`. A pending change of \
             the class is cancelled in the RDS console.",
        ),
        Code::Throttled => (
            Retry::BackOff,
            "AWS throttles the requests of this account.",
            "This request changed nothing. Send it again after the time in Retry-After.",
        ),
        Code::Internal => (
            Retry::ResolveFirst,
            "A defect of this service kept it from answering.",
            "Look at the operation, if there is one, before trying again, and tell the operators \
             of this service the request id.",
        ),
        Code::AuditUnavailable => {
            (Retry::BackOff, "The audit trail can't be used at present.", NOTHING_SENT)
        }
        Code::InventoryUnavailable => {
            (Retry::BackOff, "The inventory can't be read at present.", NOTHING_SENT)
        }
        Code::StoreUnavailable => {
            (Retry::BackOff, "The operation store can't be used at present.", NOTHING_SENT)
        }
        Code::UpstreamUnavailable => (
            Retry::BackOff,
            "RDS in the instance's account and Region could not be reached.",
            "Nothing was sent to RDS. Try again in a few minutes and look at the AWS Health \
             dashboard.",
        ),
        Code::OperationFailed => (
            Retry::ResolveFirst,
            "RDS refused the request, this service refused it before RDS was asked, or the \
             operation ran and failed.",
            "Look up `error_code` below: one that begins with a capital is AWS's answer, the \
             others are codes of this service.",
        ),
    }
}

const CORRECT: &str =
    "Correct what `details` lists and send the request again; nothing was sent to RDS.";

const NOTHING_SENT: &str = "This request sent nothing to RDS. If the answer has an `operation_id`, \
                            look that operation up first. Otherwise send the request again with \
                            the same Idempotency-Key in a minute; if the error persists, tell the \
                            operators of this service.";
