//! Session policies: a session has at most what its policy says, and at most what the role has.
//!
//! `deploy/decisions.md` has these policies too, for a simulator of IAM; a test compares them with
//! what is sent.

use ops_domain::instance::Scope;
use ops_domain::rds_call::{Grant, Permission};
use serde_json::{Value, json};

use super::arn;

/// Describe calls change nothing, so their session can't either. A describe without an identifier
/// is authorised on everything.
pub(super) fn of_looks() -> String {
    document(&[allow(json!("rds:Describe*"), json!("*"))])
}

/// One call: its action, on its instance and on what the action makes.
pub(super) fn of_call(scope: &Scope, permission: &Permission) -> String {
    let statement = |grant: &Grant| {
        let resources: Vec<String> =
            grant.resources.iter().map(|resource| arn::of_resource(scope, resource)).collect();
        allow(json!(format!("rds:{}", grant.action)), json!(resources))
    };
    document(&permission.grants.iter().map(statement).collect::<Vec<_>>())
}

fn allow(action: Value, resource: Value) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn document(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

#[cfg(test)]
mod tests {
    use ops_domain::rds_call::RdsCall;

    use super::*;

    /// The most characters of an inline session policy (STS model, `AssumeRole.Policy`).
    const MOST: usize = 2048;

    #[test]
    fn the_longest_policy_fits_into_a_session() {
        let scope = Scope {
            account_id: "444455556666".parse().unwrap(),
            region: "us-gov-northeast-11".parse().unwrap(),
        };
        let longest = |length: usize| format!("a{}", "b".repeat(length - 1));
        let call = RdsCall::CreateDbSnapshot {
            instance_id: longest(63).parse().unwrap(),
            snapshot_id: longest(255).parse().unwrap(),
            tags: Vec::new(),
        };
        let policy = of_call(&scope, &call.permission());
        assert!(policy.len() < MOST / 2, "{}: {policy}", policy.len());
    }
}
