//! Entries of the audit trail.

use ops_api_types::AuditEntryView;
use ops_domain::audit::AuditEntry;

/// One entry.
pub(crate) fn entry(entry: AuditEntry) -> AuditEntryView {
    AuditEntryView {
        audit_id: entry.audit_id,
        timestamp: entry.timestamp,
        event: entry.event,
        operation: entry.operation,
        instance_id: entry.instance_id,
        account_id: entry.account_id,
        region: entry.region,
        environment: entry.environment,
        principal: entry.principal,
        user_identity: entry.user_identity,
        reason: entry.reason,
        operation_id: entry.operation_id,
        parameters: entry.parameters,
        success: entry.success,
        result: entry.result,
        duration_seconds: entry.duration_seconds,
        request_id: entry.request_id,
        source_ip: entry.source_ip,
        ttl: entry.ttl,
        chain: entry.chain,
        prev_ttl: entry.prev_ttl,
        prev_hash: entry.prev_hash,
        hash: entry.hash,
    }
}
