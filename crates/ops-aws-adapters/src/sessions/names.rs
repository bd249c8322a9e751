//! The person and the operation in the names that CloudTrail shows.

use ops_domain::distinct::end_with_hash;
use ops_domain::id::OperationId;

/// The session name of describe calls, which are made for no particular person.
pub(super) const LOOKS: &str = "rds-ops";

/// The longest session name and source identity that STS takes; the shortest has two characters
/// (STS model, `AssumeRole`).
const MOST: usize = 64;

/// The characters of the operation's id that a session name ends with: the last of its random part.
const OF_OPERATION: usize = 10;

/// The session of one call: the person, a hyphen, and the end of the operation's id.
pub(super) fn session_name(principal: &str, operation_id: OperationId) -> String {
    let id = operation_id.to_string();
    let id = &id[id.len() - OF_OPERATION..];
    format!("{}-{id}", person(principal, MOST - OF_OPERATION - 1))
}

/// The person, in a form that stays with every session that is opened from this one.
pub(super) fn source_identity(principal: &str) -> String {
    let person = person(principal, MOST);
    if person.len() < 2 { format!("{person}-") } else { person }
}

/// The end of the principal, which has the person, in the characters that STS takes, `[\w+=,.@-]`;
/// so it can't begin with `aws:` either. With a short hash where another principal could come to
/// the same text.
fn person(principal: &str, most: usize) -> String {
    let allowed =
        |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
    let narrowed: String = principal.chars().map(allowed).collect();
    if narrowed.len() <= most && stays_distinct(principal, &narrowed) {
        narrowed
    } else {
        end_with_hash(principal, &narrowed, most)
    }
}

/// Whether no other principal has the same narrowed text: only the colon behind its kind was
/// replaced; or it is an ARN of IAM, which has colons and slashes in fixed places, and no hyphen of
/// its own.
fn stays_distinct(principal: &str, narrowed: &str) -> bool {
    let Some((kind, rest)) = principal.split_once(':') else { return principal == narrowed };
    let is_arn = kind == "iam" && rest.starts_with("arn:") && !rest.contains('-');
    let same_but_for =
        |replaced: &[char]| rest.replace(replaced, "-") == narrowed[kind.len() + 1..];
    !kind.contains(|c: char| !c.is_ascii_alphanumeric())
        && (same_but_for(&[]) || is_arn && same_but_for(&[':', '/']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SSO: &str = "iam:arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_DatabaseAdministrator/alice@example.com";

    fn is_taken(name: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        (2..=64).contains(&name.len()) && name.chars().all(allowed) && !name.starts_with("aws:")
    }

    #[test]
    fn a_session_name_has_the_person_and_the_operation() {
        let id = "01JCK3ABCDEFGH4JKMNPQRSTVW".parse().unwrap();
        let name = session_name("iam:arn:aws:sts::111122223333:assumed-role/DBA/alice", id);
        assert_eq!(name.len(), 64);
        assert!(name.contains("DBA-alice-") && name.ends_with("-KMNPQRSTVW"), "{name}");
        assert_eq!(session_name("iam:alice", id), "iam-alice-KMNPQRSTVW");
        assert!(session_name(SSO, id).contains("alice@example.com-"));
    }

    #[test]
    fn a_source_identity_has_the_person() {
        assert_eq!(source_identity("iam:alice"), "iam-alice");
        assert_eq!(
            source_identity("iam:arn:aws:iam::111122223333:user/bob"),
            "iam-arn-aws-iam--111122223333-user-bob"
        );
        assert_eq!(source_identity("x"), "x-");
        assert!(source_identity(SSO).contains("alice@example.com-"), "{}", source_identity(SSO));
    }

    /// Subjects without ASCII letters, names that differ in replaced characters or only at their
    /// beginnings.
    #[test]
    fn people_who_would_look_the_same_are_told_apart() {
        let id = OperationId::from_parts(1, 2);
        let long =
            |start: &str| format!("iam:arn:aws:sts::{start}:assumed-role/{}/alice", "r".repeat(64));
        for (one, other) in [
            ("jwt:https://a|山田", "jwt:https://a|鈴木"),
            ("jwt:https://a|x/y", "jwt:https://a|x|y"),
            ("jwt:https://a|x-y", "jwt:https://a|x|y"),
            ("lambda:a b", "lambda:a-b"),
            ("iam:arn:aws:iam::1:user/a-b", "iam:arn:aws:iam::1:user/a/b"),
            (&long("111122223333"), &long("444455556666")),
        ] {
            assert_ne!(source_identity(one), source_identity(other));
            assert_ne!(session_name(one, id), session_name(other, id));
        }
    }

    proptest! {
        #[test]
        fn sts_takes_every_name_that_is_made(principal in "\\PC{0,200}", low in any::<u64>()) {
            let id = OperationId::from_parts(1, u128::from(low));
            prop_assert!(is_taken(&session_name(&principal, id)));
            prop_assert!(principal.is_empty() || is_taken(&source_identity(&principal)));
        }

        #[test]
        fn two_people_have_two_names(one in "(iam|jwt|lambda):[a-c:/|é -]{1,6}", two in "(iam|jwt|lambda):[a-c:/|é -]{1,6}") {
            prop_assert_eq!(one == two, source_identity(&one) == source_identity(&two));
        }

        #[test]
        fn two_operations_of_one_person_have_two_names(principal in "\\PC{0,100}", one in any::<u32>(), two in any::<u32>()) {
            let name = |low: u32| session_name(&principal, OperationId::from_parts(1, low.into()));
            prop_assert_eq!(one == two, name(one) == name(two));
        }
    }
}
