//! Patterns in which `*` stands for any run of characters, also an empty one. Everything else
//! stands for itself.

/// Whether the whole of `text` matches `pattern`, in time linear in both: no place of the text is
/// looked at again once a part of the pattern has been found there.
#[must_use]
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = text.strip_prefix(start).and_then(|text| text.strip_suffix(end));
    inner.is_some_and(|inner| has_in_order(inner, middle.split('*')))
}

/// Taking the first place for each part leaves the most room for the parts after it.
fn has_in_order<'a>(text: &str, mut parts: impl Iterator<Item = &'a str>) -> bool {
    parts.try_fold(text, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a pattern means, by its definition.
    fn by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some((b'*', rest)), _) => {
                (0..=text.len()).any(|skipped| by_definition(rest, &text[skipped..]))
            }
            (Some((byte, rest)), Some((first, after))) => {
                byte == first && by_definition(rest, after)
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_its_definition_says(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            prop_assert_eq!(matches(&pattern, &text), by_definition(pattern.as_bytes(), text.as_bytes()));
        }
    }

    #[test]
    fn case_counts_and_so_does_every_other_character() {
        assert!(matches("iam:*/DBA/*", "iam:arn:aws:sts::111122223333:assumed-role/DBA/zoë"));
        assert!(!matches("iam:*/DBA/*", "iam:arn:aws:sts::111122223333:assumed-role/dba/zoë"));
        assert!(!matches("a?c", "abc") && !matches("[ab]", "a") && matches("a?c", "a?c"));
    }

    /// Where each star is tried at each place, this takes longer than anybody waits.
    #[test]
    fn a_pattern_of_many_stars_takes_no_longer_than_its_length() {
        assert!(!matches(&"a*".repeat(20_000), &"a".repeat(19_999)));
        assert!(!matches(&format!("{}b", "*a".repeat(500)), &"a".repeat(1_000_000)));
    }
}
