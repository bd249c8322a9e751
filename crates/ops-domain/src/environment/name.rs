//! What the words of a name say.
//!
//! A name is chosen once and rarely corrected, so it may raise the protection of an instance and
//! never lower it.

use super::{Environment, normalise, production, values};

/// Words that leave open what a production word before them means: `prod-copy` may hold
/// production's data.
const HEDGES: [&str; 2] = ["like", "copy"];

/// What the words of a name say about its environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NameSignal {
    /// Nothing.
    Silent,
    /// Only words of non-production environments, which is a hint and no evidence.
    NonProductionHint,
    /// A production word.
    Production,
    /// A production word with `like` or `copy` after it.
    Ambiguous,
    /// Production words and non-production words.
    Conflict,
}

impl NameSignal {
    /// Reads the whole words of a name: `prod1` and `orders-prod` have a production word, `product`
    /// has none.
    pub(super) fn of(name: &str) -> Self {
        let texts = normalise::words(name);
        let words: Vec<Word> = (0..texts.len()).map(|at| Word::at(&texts, at)).collect();
        let has = |word| words.contains(&word);
        match (has(Word::Production), has(Word::Hedged), has(Word::NonProduction)) {
            (_, true, _) => Self::Ambiguous,
            (true, false, true) => Self::Conflict,
            (true, false, false) => Self::Production,
            (false, false, true) => Self::NonProductionHint,
            (false, false, false) => Self::Silent,
        }
    }

    /// Whether the name raises the instance to production.
    pub(super) const fn protects(self) -> bool {
        match self {
            Self::Production | Self::Ambiguous | Self::Conflict => true,
            Self::Silent | Self::NonProductionHint => false,
        }
    }

    /// The signal in words.
    pub(super) const fn note(self) -> &'static str {
        match self {
            Self::Silent => "no environment word in the name",
            Self::NonProductionHint => {
                "a non-production word in the name, which never lowers protection"
            }
            Self::Production => "a production word in the name",
            Self::Ambiguous => {
                "a production word with `like` or `copy` after it may mean production's data"
            }
            Self::Conflict => "production and non-production words in the name",
        }
    }
}

/// Whether a whole word of the text means production, as in `orders-prod`, `prod1` and `prod-copy`,
/// but not in `product` or `non-prod`.
#[must_use]
pub fn has_production_word(text: &str) -> bool {
    NameSignal::of(text).protects()
}

/// Whether a word of the text may stand for production, whatever follows its beginning:
/// `Producción`, `ProdEU`, `prodeu1` and `product`, but not `non-prod`.
pub(super) fn may_mean_production(text: &str) -> bool {
    let words = normalise::words(text);
    let may = |(at, word): (usize, &String)| {
        production::may_be_word(word) && !production::follows_negation(&words, at)
    };
    has_production_word(text) || words.iter().enumerate().any(may)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Word {
    Production,
    Hedged,
    NonProduction,
    Other,
}

impl Word {
    fn at(texts: &[String], at: usize) -> Self {
        let next = texts.get(at + 1).map_or("", String::as_str);
        let pair = format!("{}-{next}", texts[at]);
        let numbered = texts[at].trim_end_matches(|c: char| c.is_ascii_digit());
        let known = values::shipped(&pair).or_else(|| values::shipped(numbered));
        let is_production = known
            .as_ref()
            .map_or_else(|| production::is_word(&texts[at]), Environment::is_production);
        match (is_production, production::follows_negation(texts, at)) {
            (false, _) if known.is_none() => Self::Other,
            (false, _) | (true, true) => Self::NonProduction,
            (true, false) if HEDGES.contains(&next) => Self::Hedged,
            (true, false) => Self::Production,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: NameSignal) {
        for name in names {
            assert_eq!(NameSignal::of(name), expected, "{name:?}");
        }
    }

    #[test]
    fn the_name_vectors_of_the_facts_hold() {
        check(
            &["orders-prod", "prod1-orders", "live-events", "orders-production-eu"],
            NameSignal::Production,
        );
        check(
            &["product-catalog-dev", "delivery-dev", "prodigy-test"],
            NameSignal::NonProductionHint,
        );
        check(&["orders-preprod", "orders-non-prod"], NameSignal::NonProductionHint);
        check(&["orders-prod-like", "qa-prod-copy"], NameSignal::Ambiguous);
        check(&["prod-orders-dev-copy", "dev-to-prod-migration"], NameSignal::Conflict);
        check(&["reprod-db", "olive-db", "orders"], NameSignal::Silent);
    }

    #[test]
    fn only_the_word_directly_after_a_negation_is_no_signal() {
        check(
            &[
                "non-prod-1",
                "not-production-db",
                "pre-live",
                "non-pre-prod",
                "nonprod",
                "pre-production",
            ],
            NameSignal::NonProductionHint,
        );
        check(&["non-orders-prod"], NameSignal::Production);
        check(&["non-prod-prod"], NameSignal::Conflict);
    }

    #[test]
    fn a_production_word_is_found_in_every_spelling() {
        check(
            &[
                "PROD01",
                "orders_prd2",
                "orders.live",
                "prod,x",
                "orders-dr",
                "disaster-recovery-db",
            ],
            NameSignal::Production,
        );
    }

    #[test]
    fn parts_of_words_are_no_signal() {
        let traps = [
            "product",
            "reproduction",
            "unproductive",
            "alive",
            "olive",
            "delivery",
            "drone",
            "prodtest",
        ];
        check(&traps, NameSignal::Silent);
        check(
            &[
                "device",
                "devops",
                "latest",
                "contest",
                "backstage",
                "print",
                "account",
                "1prod",
                "",
                "-",
            ],
            NameSignal::Silent,
        );
    }
}
