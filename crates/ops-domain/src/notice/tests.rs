use std::time::Duration;

use serde_json::json;

use super::*;
use crate::audit::AuditedOperation;
use crate::caller::Caller;

fn at() -> Timestamp {
    chrono::DateTime::from_timestamp(1_769_853_600, 250_000_000).unwrap()
}

fn draft(event: AuditEvent, result: Value) -> AuditDraft {
    let mut caller =
        Caller::new("iam:arn:aws:sts::999999999999:assumed-role/DBA/alice", "request-1");
    caller.display_name = Some("Alice".into());
    let attempt = AuditDraft::attempt(
        &caller,
        event,
        AuditedOperation::named("create_snapshot"),
        at(),
        Duration::from_hours(1),
    );
    AuditDraft {
        instance_id: "dev-postgres-01".into(),
        operation_id: Some(OperationId::from_parts(1, 2)),
        account_id: Some("111122223333".parse().unwrap()),
        region: Some("eu-central-1".parse().unwrap()),
        environment: Some(Environment::Development),
        parameters: json!({ "snapshot_id": "nightly-1" }),
        success: result["success"] == json!(true),
        result,
        duration_seconds: Some(125.34),
        reason: Some("before the upgrade".into()),
        ..attempt
    }
}

fn blocked() -> Notice {
    let result = json!({
        "code": "production_blocked", "error": "Not on production.", "guidance": "Ask CloudOps."
    });
    let draft = draft(AuditEvent::Denied, result);
    let environment = Some(Environment::Production);
    Notice::of(&AuditDraft { environment, operation_id: None, duration_seconds: None, ..draft })
}

fn attribute(notice: &Notice, name: &str) -> Option<String> {
    notice.attributes().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[test]
fn notification_subjects_and_filters_are_distinct() {
    let code = |code: &str| {
        json!({
            "status": "failed", "success": false, "code": "operation_failed", "error_code": code
        })
    };
    for (event, result, headline, status, code) in [
        (
            AuditEvent::Outcome,
            json!({ "status": "available", "success": true }),
            "Done",
            "available",
            None,
        ),
        (
            AuditEvent::Outcome,
            code("SnapshotQuotaExceeded"),
            "Failed",
            "failed",
            Some("SnapshotQuotaExceeded"),
        ),
        (
            AuditEvent::Outcome,
            json!({ "status": "timeout", "success": false, "error_code": "operation_timeout" }),
            "Timed out",
            "timeout",
            Some("operation_timeout"),
        ),
        (
            AuditEvent::LateOutcome,
            json!({ "status": "available", "success": true, "late": true }),
            "Done late",
            "available",
            None,
        ),
        (
            AuditEvent::LateOutcome,
            code("outcome_unknown"),
            "Failed late",
            "failed",
            Some("outcome_unknown"),
        ),
        (
            AuditEvent::LateOutcome,
            json!({ "status": "unverified", "error_code": "unverified" }),
            "Unverified",
            "unverified",
            Some("unverified"),
        ),
        (
            AuditEvent::Denied,
            json!({ "code": "production_blocked" }),
            "Blocked",
            "denied",
            Some("production_blocked"),
        ),
        (
            AuditEvent::Denied,
            json!({ "code": "permission_denied" }),
            "Refused",
            "denied",
            Some("permission_denied"),
        ),
    ] {
        let notice = Notice::of(&draft(event, result.clone()));
        assert_eq!(
            notice.subject(),
            format!("{headline}: create_snapshot of dev-postgres-01 (Development)")
        );
        assert!(
            notice.text().starts_with(&format!("{}\n\n", notice.subject())),
            "{}",
            notice.text()
        );
        assert_eq!(attribute(&notice, "event").as_deref(), Some(event.as_str()));
        assert_eq!(attribute(&notice, "status").as_deref(), Some(status), "{result}");
        assert_eq!(attribute(&notice, "code").as_deref(), code, "{result}");
        assert_eq!(
            attribute(&notice, "success"),
            Some((result["success"] == json!(true)).to_string())
        );
        let data: Value = serde_json::from_str(&notice.json()).unwrap();
        assert_eq!(
            (&data["late"], &data["status"]),
            (&json!(event == AuditEvent::LateOutcome), &json!(status))
        );
    }
}

#[test]
fn the_text_tells_what_happened_where_to_what_and_who_asked() {
    let result = json!({ "status": "failed", "success": false, "code": "operation_failed", "error_code": "SnapshotQuotaExceeded",
        "error": "No room.", "guidance": "Delete snapshots." });
    assert_eq!(
        Notice::of(&draft(AuditEvent::Outcome, result)).text(),
        "Failed: create_snapshot of dev-postgres-01 (Development)\n\n\
         It was not done.\n\n\
         Error: No room.\n\n\
         What to do: Delete snapshots.\n\n\
         Operation:    create_snapshot\n\
         Instance:     dev-postgres-01\n\
         Environment:  Development\n\
         Account:      111122223333\n\
         Region:       eu-central-1\n\
         Status:       failed\n\
         Error code:   SnapshotQuotaExceeded\n\
         Asked by:     iam:arn:aws:sts::999999999999:assumed-role/DBA/alice (Alice)\n\
         Reason:       before the upgrade\n\
         Operation id: 00000000010000000000000002\n\
         Time:         2026-01-31T10:00:00Z, 125.3 s after the request\n"
    );
}

#[test]
fn a_block_without_operation_has_no_id_and_no_duration() {
    let text = blocked().text();
    assert!(
        text.contains("Nothing was sent to RDS.") && text.contains("What to do: Ask CloudOps."),
        "{text}"
    );
    assert!(
        text.ends_with("Time:         2026-01-31T10:00:00Z\n") && !text.contains("Operation id"),
        "{text}"
    );
}

#[test]
fn the_json_has_everything_that_the_notice_has() {
    let result = json!({
        "status": "available", "success": true, "late": true, "snapshot_arn": "arn:aws:rds:…"
    });
    let shown: Value =
        serde_json::from_str(&Notice::of(&draft(AuditEvent::LateOutcome, result.clone())).json())
            .unwrap();
    assert_eq!(
        shown,
        json!({ "time": "2026-01-31T10:00:00.250000Z", "event": "late_outcome", "success": true, "late": true,
            "status": "available", "operation": "create_snapshot", "operation_id": "00000000010000000000000002",
            "instance_id": "dev-postgres-01", "account_id": "111122223333", "region": "eu-central-1",
            "environment": "Development", "principal": "iam:arn:aws:sts::999999999999:assumed-role/DBA/alice",
            "name": "Alice", "reason": "before the upgrade", "parameters": { "snapshot_id": "nightly-1" },
            "result": result, "duration_seconds": 125.34 })
    );
}

#[test]
fn the_attributes_are_few_enough_for_a_raw_message_to_a_queue() {
    let names: Vec<_> = blocked().attributes().into_iter().map(|(name, _)| name).collect();
    let all = [
        "event",
        "status",
        "success",
        "code",
        "operation",
        "instance_id",
        "account_id",
        "region",
        "environment",
    ];
    assert_eq!(names, all);
    let unknown = Notice {
        account_id: None,
        region: None,
        environment: None,
        instance_id: String::new(),
        ..blocked()
    };
    let names: Vec<_> = unknown.attributes().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["event", "status", "success", "code", "operation"],
        "SNS takes no empty value"
    );
}

#[test]
fn what_people_wrote_can_not_pass_for_a_line_of_the_service() {
    let notice = Notice {
        reason: Some("x\nStatus:       available\r\n\u{85}y".into()),
        display_name: Some("Alice\nAccount: 1".into()),
        instance_id: "dev\r\nBcc: everybody@example.com".into(),
        ..blocked()
    };
    let text = notice.text();
    assert_eq!(text.lines().count(), blocked().text().lines().count(), "{text}");
    assert_eq!(
        notice.subject(),
        "Blocked: create_snapshot of dev  Bcc: everybody@example.com (Production)"
    );
}

#[test]
fn whatever_is_in_a_notice_the_limits_of_amazon_sns_are_kept() {
    for letter in ["x", "\"", "\\", "\n", "\u{7f}", "ü", "\u{1f480}"] {
        let long = letter.repeat(300 * 1024);
        let notice = Notice {
            operation: long.clone(),
            instance_id: long.clone(),
            principal: long.clone(),
            display_name: Some(long.clone()),
            reason: Some(long.clone()),
            environment: Some(Environment::named("QA").unwrap()),
            parameters: json!({ "tags": long }),
            result: json!({
                "code": long, "error_code": long, "error": long, "guidance": long, "list": [long]
            }),
            ..blocked()
        };
        let subject = notice.subject();
        assert!(
            subject.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic()),
            "{subject}"
        );
        assert!(subject.len() < 100 && subject.starts_with("Refused: "), "{subject}");
        assert!(notice.text().len() <= Notice::LONGEST_TEXT, "{}", notice.text().len());
        let json = notice.json();
        assert!(json.len() <= Notice::LONGEST_JSON, "{}", json.len());
        let shown: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&shown["truncated"], &shown["account_id"]),
            (&json!(true), &json!("111122223333"))
        );
        assert!(
            shown["result"]["error"].is_string() && shown["result"]["list"].is_null(),
            "{shown}"
        );
        assert!(notice.attributes().iter().all(|(_, value)| (1..=256).contains(&value.len())));
    }
}

#[test]
fn only_what_is_too_long_is_shortened() {
    let fits = |length: usize| {
        let notice = Notice { result: json!({ "error": "y".repeat(length) }), ..blocked() };
        notice.json().contains(&"y".repeat(length))
    };
    assert!(fits(Notice::LONGEST_JSON - 1024) && !fits(Notice::LONGEST_JSON));
}
