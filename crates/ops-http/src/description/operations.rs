//! The parameters of each operation, from the operations' own declarations.

use ops_domain::operation::Operation;
use serde_json::{Value, json};

const REQUEST: &str = "OperationRequest";

/// Adds a schema for the parameters of each operation, and has the request's parameters be those of
/// its operation.
pub(super) fn describe_parameters(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    let mut choices = Vec::new();
    for (operation, parameters) in Operation::schemas() {
        let name = format!("{}Parameters", camel_case(operation));
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        choices.push(json!({
            "title": operation,
            "properties": { "operation": { "const": operation }, "parameters": reference },
            "required": needs(&parameters),
        }));
        schemas[name] = parameters;
    }
    schemas[REQUEST]["properties"]["operation"]["enum"] = json!(Operation::NAMES);
    schemas[REQUEST]["oneOf"] = json!(choices);
}

/// Adds a request for each operation. A test sends them.
pub(super) fn describe_examples(document: &mut Value) {
    let content = &mut document["paths"]["/operations"]["post"]["requestBody"]["content"];
    content["application/json"]["examples"] = json!({
        "create_snapshot": { "value": {
            "operation": "create_snapshot", "instance_id": "dev-postgres-01",
            "parameters": { "snapshot_id": "before-upgrade", "retain_days": 14 },
            "reason": "before the upgrade",
        } },
        "create_snapshot_later": { "summary": "At a time", "value": {
            "operation": "create_snapshot", "instance_id": "dev-postgres-01",
            "parameters": { "snapshot_id": "tonight" }, "if_busy": "queue",
            "start_within_minutes": 30,
        } },
        "preview": { "summary": "What would be done", "value": {
            "operation": "reboot_instance", "instance_id": "test-mysql-01", "dry_run": true,
        } },
        "reboot_instance": { "value": {
            "operation": "reboot_instance", "instance_id": "test-mysql-01",
            "parameters": { "force_failover": false },
        } },
        "modify_backup_window": { "value": {
            "operation": "modify_backup_window", "instance_id": "dev-oracle-01",
            "parameters": { "backup_window": "03:00-04:00" },
        } },
        "modify_maintenance_window": { "value": {
            "operation": "modify_maintenance_window", "instance_id": "dev-oracle-01",
            "parameters": { "maintenance_window": "sun:06:00-sun:07:00" }, "dry_run": true,
        } },
        "modify_instance_class": { "value": {
            "operation": "modify_instance_class", "instance_id": "sandbox-alice-01",
            "parameters": { "instance_class": "db.t4g.large" }, "dry_run": true,
        } },
        "change_parameter_group": { "value": {
            "operation": "change_parameter_group", "instance_id": "sandbox-alice-01",
            "parameters": { "parameter_group": "default.mysql8.0" }, "dry_run": true,
        } },
        "stop_instance": { "value": {
            "operation": "stop_instance", "instance_id": "sandbox-alice-01", "dry_run": true,
        } },
        "start_instance": { "value": {
            "operation": "start_instance", "instance_id": "dev-stopped-01", "dry_run": true,
        } },
        "delete_snapshot": { "value": {
            "operation": "delete_snapshot", "instance_id": "dev-postgres-01",
            "parameters": { "snapshot_id": "before-upgrade" }, "dry_run": true,
        } },
    });
}

/// `parameters` may be left out where nothing in it is required.
fn needs(parameters: &Value) -> Vec<&'static str> {
    let required = parameters["required"].as_array().is_some_and(|names| !names.is_empty());
    if required { vec!["operation", "parameters"] } else { vec!["operation"] }
}

fn camel_case(name: &str) -> String {
    let mut words = String::new();
    for word in name.split('_') {
        let (first, rest) = word.split_at(word.len().min(1));
        words.push_str(&first.to_uppercase());
        words.push_str(rest);
    }
    words
}
