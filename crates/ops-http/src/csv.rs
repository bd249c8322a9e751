//! Audit entries as CSV (RFC 4180), safe to open in a spreadsheet program.

use ops_domain::audit::AuditEntry;

/// The header row, in the order of `fields`.
pub(crate) const HEADER: &str = "audit_id,timestamp,event,operation,operation_id,instance_id,account_id,region,\
                                 environment,principal,user_identity,source_ip,request_id,parameters,reason,result,\
                                 success,duration_seconds,ttl,prev_hash,hash\r\n";

/// One row.
pub(crate) fn row(entry: AuditEntry) -> String {
    let fields = fields(entry).map(|field| quoted(&inert(field.unwrap_or_default())));
    format!("{}\r\n", fields.join(","))
}

fn fields(entry: AuditEntry) -> [Option<String>; 21] {
    let AuditEntry {
        audit_id,
        timestamp,
        operation,
        instance_id,
        parameters,
        user_identity,
        result,
        success,
        ttl,
        event,
        principal,
        operation_id,
        account_id,
        region,
        environment,
        duration_seconds,
        request_id,
        source_ip,
        reason,
        prev_hash,
        hash,
    } = entry;
    [
        Some(audit_id),
        Some(timestamp),
        event,
        Some(operation),
        operation_id,
        Some(instance_id),
        account_id,
        region,
        environment,
        principal,
        Some(user_identity),
        source_ip,
        request_id,
        Some(parameters),
        reason,
        Some(result),
        Some(success.to_string()),
        duration_seconds.map(|seconds| seconds.to_string()),
        Some(ttl.to_string()),
        prev_hash,
        hash,
    ]
}

/// Keeps spreadsheet programs from taking a text for a formula.
fn inert(field: String) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{field}") } else { field }
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(reason: &str) -> AuditEntry {
        AuditEntry {
            audit_id: "dev-1#2025-11-13T10:30:00.000000Z".into(),
            timestamp: "2025-11-13T10:30:00.000000Z".into(),
            operation: "reboot_instance".into(),
            instance_id: "dev-1".into(),
            parameters: r#"{"force_failover":false}"#.into(),
            user_identity: "{}".into(),
            result: "{}".into(),
            success: true,
            ttl: 1_763_029_800,
            event: None,
            principal: None,
            operation_id: None,
            account_id: None,
            region: None,
            environment: None,
            duration_seconds: Some(1.5),
            request_id: None,
            source_ip: None,
            reason: Some(reason.into()),
            prev_hash: None,
            hash: None,
        }
    }

    #[test]
    fn a_row_has_a_field_for_each_column_of_the_header_and_quotes_what_needs_it() {
        let row = row(entry("why not"));
        let expected = "dev-1#2025-11-13T10:30:00.000000Z,2025-11-13T10:30:00.000000Z,,reboot_instance,,dev-1,,,,,{},,,\
                        \"{\"\"force_failover\"\":false}\",why not,{},true,1.5,1763029800,,\r\n";
        assert_eq!(row, expected);
        let commas = |text: &str| text.matches(',').count();
        assert_eq!(commas(&row), commas(HEADER));
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_calculate_is_made_a_text() {
        for reason in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(row(entry(reason)).contains(&format!("'{reason}")), "{reason:?}");
        }
        assert!(row(entry("a=1")).contains(",a=1,"));
    }

    #[test]
    fn line_breaks_and_quotes_stay_within_their_field() {
        assert!(row(entry("a\r\nb \"c\"")).contains(",\"a\r\nb \"\"c\"\"\","));
    }
}
