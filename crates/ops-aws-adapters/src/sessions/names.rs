//! The person and the operation in the names that CloudTrail shows.

use ops_domain::id::OperationId;

/// The session name of looks, which are made for nobody in particular.
pub(super) const LOOKS: &str = "rds-ops";

/// The longest session name and source identity that STS takes; the shortest has two characters (STS model,
/// `AssumeRole`).
const MOST: usize = 64;

/// The characters of the operation's id that a session name ends with: the last of its random part.
const OF_OPERATION: usize = 10;

/// The session of one order: the person, a hyphen, and the end of the operation's id.
pub(super) fn session_name(principal: &str, operation_id: OperationId) -> String {
    let id = operation_id.to_string();
    let id = end(&id, OF_OPERATION);
    let person = sanitised(principal);
    format!("{}-{id}", end(&person, MOST - OF_OPERATION - 1))
}

/// The person, in a form that stays with every session that is opened from this one.
pub(super) fn source_identity(principal: &str) -> String {
    let person = sanitised(principal);
    let person = end(&person, MOST);
    if person.len() < 2 { format!("{person}-") } else { person.to_owned() }
}

/// The principal in the characters that STS takes, `[\w+=,.@-]`: so it can't begin with `aws:` either.
fn sanitised(principal: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
    principal.chars().map(allowed).collect()
}

/// The last characters of ASCII text. A principal ends with the person.
fn end(text: &str, most: usize) -> &str {
    &text[text.len().saturating_sub(most)..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SSO: &str =
        "iam:arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_DatabaseAdministrator/alice@example.com";

    fn is_taken(name: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        (2..=64).contains(&name.len()) && name.chars().all(allowed) && !name.starts_with("aws:")
    }

    #[test]
    fn a_session_name_holds_the_end_of_the_principal_and_of_the_operation_id() {
        let id = "01JCK3ABCDEFGH4JKMNPQRSTVW".parse().unwrap();
        let name = session_name(SSO, id);
        assert_eq!(name, "WSReservedSSO_DatabaseAdministrator-alice@example.com-KMNPQRSTVW");
        assert_eq!(session_name("jwt:Zoë#1", id), "jwt-Zo--1-KMNPQRSTVW");
    }

    #[test]
    fn a_source_identity_is_the_end_of_the_principal() {
        let identity = source_identity(SSO);
        assert_eq!(identity, "--assumed-role-AWSReservedSSO_DatabaseAdministrator-alice@example.com"[5..]);
        assert_eq!(source_identity("iam:alice"), "iam-alice");
        assert_eq!(source_identity("x"), "x-");
    }

    proptest! {
        #[test]
        fn sts_takes_every_name_that_is_made(principal in "\\PC{0,200}", low in any::<u64>()) {
            let id = OperationId::from_parts(1, u128::from(low));
            prop_assert!(is_taken(&session_name(&principal, id)));
            prop_assert!(principal.is_empty() || is_taken(&source_identity(&principal)));
        }

        #[test]
        fn two_operations_of_one_person_have_two_names(principal in "\\PC{0,100}", one in any::<u32>(), two in any::<u32>()) {
            let name = |low: u32| session_name(&principal, OperationId::from_parts(1, low.into()));
            prop_assert_eq!(one == two, name(one) == name(two));
        }
    }
}
