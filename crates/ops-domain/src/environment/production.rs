//! Words that mean production, in the spellings and languages in which people write them. They only
//! raise.

use super::{normalise, values};

/// Words for production that the table of values lacks, as [`normalise::words`] gives them:
/// Spanish, Portuguese, Italian, French, German, Dutch, Scandinavian and Slavic forms, then
/// Finnish, Turkish and Hungarian.
const TRANSLATED: [&str; 19] = [
    "produccion",
    "producao",
    "produzione",
    "productif",
    "productive",
    "produktion",
    "produktiv",
    "productie",
    "produksjon",
    "produkcja",
    "produkcia",
    "produkcija",
    "produkce",
    "prodution",
    "tuotanto",
    "uretim",
    "canli",
    "canlı",
    "eles",
];

/// Beginnings of words for production in other scripts: Greek, Russian, Chinese, Japanese, Korean.
const OTHER_SCRIPTS: [&str; 9] =
    ["παραγωγ", "прод", "боев", "生产", "生產", "本番", "プロダクション", "운영", "프로덕션"];

/// Beginnings of words that may stand for production in the value of an environment tag:
/// `produzioni`, `prodeu1`, `prdx`.
const BEGINNINGS: [&str; 2] = ["prod", "prd"];

/// Values that say yes.
const YES: [&str; 14] =
    ["true", "yes", "y", "t", "1", "on", "x", "enabled", "active", "si", "ja", "oui", "sim", "да"];

/// Whether the word means production as a whole, perhaps with a number behind it.
pub(super) fn is_word(word: &str) -> bool {
    let unnumbered = word.trim_end_matches(|c: char| c.is_ascii_digit());
    values::is_production(unnumbered)
        || TRANSLATED.contains(&unnumbered)
        || is_in_other_script(word)
}

/// Whether the word may mean production: where a value is not known, `product` may be a part of it.
pub(super) fn may_be_word(word: &str) -> bool {
    is_word(word) || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

/// Whether the key asks "is this production?": `is-production`, `IsProd`, `production`.
pub(super) fn is_asked_by(words: &[String]) -> bool {
    let asks = |word: &String| {
        is_word(word.strip_prefix("is").filter(|rest| !rest.is_empty()).unwrap_or(word))
    };
    words.iter().enumerate().any(|(at, word)| asks(word) && !follows_negation(words, at))
}

/// Whether a value answers such a question with yes.
pub(super) fn is_yes(value: &str) -> bool {
    let plain = normalise::words(value).concat();
    YES.contains(&plain.as_str())
}

/// Words that turn a production word after them into something else: `non-prod`.
const NEGATIONS: [&str; 4] = ["non", "pre", "not", "no"];

/// Whether the word at this place is turned into something else by the word before it.
pub(super) fn follows_negation(words: &[String], at: usize) -> bool {
    at > 0 && NEGATIONS.contains(&words[at - 1].as_str())
}

fn is_in_other_script(word: &str) -> bool {
    let folded = |beginning: &&str| normalise::words(beginning).concat();
    OTHER_SCRIPTS.iter().any(|beginning| word.starts_with(&folded(beginning)))
}
