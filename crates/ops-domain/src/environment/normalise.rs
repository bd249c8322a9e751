//! Spellings made comparable.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds compatibility forms and case: `ｐｒｏｄ`, `PROD` and `prod` become `prod`.
pub(super) fn fold(text: &str) -> String {
    let compatible: String = text.nfkc().collect();
    compatible.to_lowercase().nfkc().collect()
}

/// The form in which tag values are compared: folded, with each run of separators as one hyphen and
/// none at the ends.
pub(super) fn value(text: &str) -> String {
    let folded = fold(text);
    let parts: Vec<&str> = folded.split(is_separator).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// The form in which tag keys are compared: folded, without separators (`Environment_Name` is
/// `environmentname`).
pub(super) fn key(text: &str) -> String {
    fold(text).chars().filter(|c| !is_separator(*c)).collect()
}

/// The words of a text: split at everything that is neither letter nor digit and where a capital
/// letter begins a word (`AcmeProd` and `acme-prod` are the words `acme` and `prod`), folded,
/// without accents and invisible characters.
pub(super) fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> =
        text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if begins_word(&letters, at) {
            words.push(String::new());
        }
        words.last_mut().expect("there is a word from the start").push(*letter);
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

/// Characters without a width, which hide inside of a word: soft hyphen, zero-width spaces and
/// joiners, byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a capital letter begins a word: after a small letter or a digit (`acmeProd`), and as the
/// last capital of several (`EUProd`).
fn begins_word(text: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| text[before]);
    let is_small = |c: &char| c.is_lowercase();
    text[at].is_uppercase()
        && before.is_some_and(|before| {
            before.is_lowercase()
                || before.is_numeric()
                || before.is_uppercase() && text.get(at + 1).is_some_and(is_small)
        })
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
        for text in [
            "environment_name",
            "Environment Name",
            "ENVIRONMENT-NAME",
            "environment.name",
            "EnvironmentName",
        ] {
            assert_eq!(key(text), "environmentname", "{text:?}");
        }
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("Orders-PROD_1.eu,x"), ["orders", "prod", "1", "eu", "x"]);
        assert_eq!(words("AcmeProd"), ["acme", "prod"]);
        assert_eq!(words("EUProd2Db"), ["eu", "prod2", "db"]);
        assert_eq!(words("PROD"), ["prod"]);
        assert_eq!(words("Producción pro\u{200b}d"), ["produccion", "prod"]);
        assert!(words("--").is_empty());
    }
}
