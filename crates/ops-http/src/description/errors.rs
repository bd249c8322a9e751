//! The errors of each route.

use ops_domain::failure::Code;
use serde_json::{Value, json};

use crate::refused::status;

/// Codes of every route that needs to know who calls.
const OF_CALLERS: &[Code] =
    &[Code::Unauthenticated, Code::InvalidParameter, Code::Throttled, Code::Internal];

/// Codes of the routes, in addition to those of every route.
const OF_ROUTES: &[(&str, &str, &[Code])] = &[
    ("/operations", "get", &[Code::StoreUnavailable]),
    (
        "/operations",
        "post",
        &[
            Code::InvalidJson,
            Code::InvalidRequest,
            Code::UnknownOperation,
            Code::MissingParameter,
            Code::ProductionBlocked,
            Code::PermissionDenied,
            Code::InstanceNotFound,
            Code::RequestTimeout,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::InstanceBusy,
            Code::IdempotencyConflict,
            Code::AmbiguousInstance,
            Code::PendingChangesWouldApply,
            Code::PlanChanged,
            Code::InventoryStale,
            Code::AuditUnavailable,
            Code::InventoryUnavailable,
            Code::StoreUnavailable,
            Code::UpstreamUnavailable,
        ],
    ),
    ("/operations/{id}", "get", &[Code::OperationNotFound, Code::StoreUnavailable]),
    (
        "/operations/{id}/cancel",
        "post",
        &[
            Code::PermissionDenied,
            Code::OperationNotFound,
            Code::NotCancellable,
            Code::AuditUnavailable,
            Code::StoreUnavailable,
        ],
    ),
    ("/instances", "get", &[Code::InventoryUnavailable, Code::StoreUnavailable]),
    ("/instances/{id}", "get", ONE_INSTANCE),
    ("/instances/{id}/operations", "get", ONE_INSTANCE),
    ("/inventory/status", "get", &[Code::StoreUnavailable]),
    ("/audit", "get", &[Code::AuditUnavailable]),
    ("/session", "get", &[]),
    ("/metrics/summary", "get", &[Code::AuditUnavailable, Code::StoreUnavailable]),
];

const ONE_INSTANCE: &[Code] = &[
    Code::InstanceNotFound,
    Code::AmbiguousInstance,
    Code::InventoryUnavailable,
    Code::StoreUnavailable,
];

/// Adds the answers of errors: for each status the codes that it may have.
pub(super) fn describe(document: &mut Value) {
    for (path, method, own) in OF_ROUTES {
        let responses = &mut document["paths"][*path][*method]["responses"];
        let mut statuses: Vec<(u16, Vec<String>)> = Vec::new();
        for code in OF_CALLERS.iter().chain(*own) {
            let at = status(*code).as_u16();
            match statuses.iter_mut().find(|(known, _)| *known == at) {
                Some((_, codes)) => codes.push(code.to_string()),
                None => statuses.push((at, vec![code.to_string()])),
            }
        }
        statuses.sort();
        for (status, codes) in statuses {
            responses[status.to_string()] = response(&codes);
        }
    }
}

fn response(codes: &[String]) -> Value {
    let named: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    json!({
        "description": format!("Not carried out: {}.", named.join(", ")),
        "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/ErrorBody" } },
        },
    })
}
