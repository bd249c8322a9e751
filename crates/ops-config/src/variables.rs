//! The names of the variables.

use std::cell::RefCell;
use std::ffi::OsString;

use crate::source::{FILE, REFRESH, TEXT};
use crate::{Config, ConfigError};

/// The beginning of the name of every variable of the service.
pub(super) const PREFIX: &str = "OPS_";

/// The most letters that a misspelt name has too many, too few, otherwise or in another order.
const MISSPELT: usize = 3;

/// What is wrong with the names of the variables of a process: those that begin with `OPS_` and are
/// neither settings nor `read_by_host`, in the order of the alphabet. A blank variable counts as
/// not set.
///
/// A misspelt `OPS_ALLOWED_ACCOUNT` must not open every account.
#[must_use]
pub fn unknown_variables(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    read_by_host: &[&str],
) -> Vec<ConfigError> {
    let mut known = settings();
    known.extend(read_by_host.iter().map(|&name| name.to_owned()));
    let set = variables.into_iter().filter(|(_, value)| !value.to_string_lossy().trim().is_empty());
    let names = set.map(|(name, _)| name.to_string_lossy().into_owned());
    let mut unknown: Vec<String> =
        names.filter(|name| name.starts_with(PREFIX) && !known.contains(name)).collect();
    unknown.sort();
    unknown.into_iter().map(|name| problem(name, &known)).collect()
}

/// The variables that [`Config::load`] asks for, and those that have the text.
fn settings() -> Vec<String> {
    let asked = RefCell::new([FILE, TEXT, REFRESH].map(str::to_owned).to_vec());
    let asks = |name: &str| {
        asked.borrow_mut().push(name.to_owned());
        None
    };
    // Without any setting the defaults hold, so nothing is wrong.
    let _ = Config::load(None, asks);
    asked.into_inner()
}

fn problem(name: String, known: &[String]) -> ConfigError {
    let distance = |other: &String| strsim::osa_distance(&name, other);
    let nearest = known
        .iter()
        .min_by_key(|other| distance(other))
        .filter(|other| distance(other) <= MISSPELT);
    let expected = nearest.map_or_else(|| format!("one of {}", known.join(", ")), Clone::clone);
    ConfigError {
        problem: format!("unknown variable; expected {expected}"),
        name: name.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(variables: &[(&str, &str)]) -> Vec<String> {
        let variables =
            variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        unknown_variables(variables, &["OPS_LISTEN"]).iter().map(ConfigError::to_string).collect()
    }

    #[test]
    fn a_misspelt_variable_suggests_the_right_name() {
        let misspelt = [
            ("OPS_ROLE_NAEM", "rds-ops-target"),
            ("OPS_ALLOWED_ACCOUNT", "111122223333"),
            ("OPS_LISTNE", "127.0.0.1:0"),
            ("OPS_CONFIG_FLE", "x.toml"),
        ];
        assert_eq!(
            unknown(&misspelt),
            [
                "OPS_ALLOWED_ACCOUNT: unknown variable; expected OPS_ALLOWED_ACCOUNTS",
                "OPS_CONFIG_FLE: unknown variable; expected OPS_CONFIG_FILE",
                "OPS_LISTNE: unknown variable; expected OPS_LISTEN",
                "OPS_ROLE_NAEM: unknown variable; expected OPS_ROLE_NAME",
            ]
        );
    }

    #[test]
    fn a_name_that_resembles_none_is_told_all_names() {
        let [shown] = &unknown(&[("OPS_COLOUR", "red")])[..] else { panic!("one problem") };
        assert!(
            shown.starts_with(
                "OPS_COLOUR: unknown variable; expected one of OPS_CONFIG_FILE, OPS_CONFIG, OPS_CONFIG_REFRESH_SECONDS, "
            ),
            "{shown}"
        );
        assert!(
            shown.contains(", OPS_ALLOWED_ACCOUNTS, ") && shown.ends_with(", OPS_LISTEN"),
            "{shown}"
        );
    }

    #[test]
    fn known_blank_and_foreign_variables_are_no_problem() {
        let none = [
            ("OPS_ALLOWED_ACCOUNTS", "all"),
            ("OPS_CONFIG_FILE", "x.toml"),
            ("OPS_LISTEN", "127.0.0.1:0"),
            ("OPS_COLOUR", " "),
            ("DEVOPS_COLOUR", "red"),
        ];
        assert_eq!(unknown(&none), [""; 0]);
    }
}
