//! Spellings made comparable.

use unicode_normalization::UnicodeNormalization;

/// Folds compatibility forms and case: `ｐｒｏｄ`, `PROD` and `prod` become `prod`.
pub(super) fn fold(text: &str) -> String {
    let compatible: String = text.nfkc().collect();
    compatible.to_lowercase().nfkc().collect()
}

/// The form in which tag values are compared: folded, with each run of separators as one hyphen and none at the ends.
pub(super) fn value(text: &str) -> String {
    let folded = fold(text);
    let parts: Vec<&str> = folded.split(is_separator).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// The form in which tag keys are compared: folded, without separators (`Environment_Name` is `environmentname`).
pub(super) fn key(text: &str) -> String {
    fold(text).chars().filter(|c| !is_separator(*c)).collect()
}

/// The words of a name: folded, split at everything that is neither letter nor digit.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '.' | '/' | ':' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lose_case_width_and_runs_of_separators() {
        let vectors = [
            (" prod ", "prod"),
            ("PRD", "prd"),
            ("ｐｒｏｄ", "prod"),
            ("Pre-Prod", "pre-prod"),
            ("pre_production", "pre-production"),
            ("--Disaster \u{3000} . Recovery::", "disaster-recovery"),
            ("Dev/Test", "dev-test"),
            ("dev,prod", "dev,prod"),
            (" _-./: ", ""),
        ];
        for (text, normal) in vectors {
            assert_eq!(value(text), normal, "{text:?}");
        }
    }

    #[test]
    fn keys_lose_their_separators() {
        for text in ["environment_name", "Environment Name", "ENVIRONMENT-NAME", "environment.name", "EnvironmentName"]
        {
            assert_eq!(key(text), "environmentname", "{text:?}");
        }
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("Orders-PROD_1.eu,x"), ["orders", "prod", "1", "eu", "x"]);
        assert!(words("--").is_empty());
    }
}
