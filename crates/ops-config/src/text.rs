//! Where the TOML text is.

/// The variable that names the file with the TOML text.
pub(super) const FILE: &str = "OPS_CONFIG_FILE";

/// The variable with the TOML text itself.
pub(super) const TEXT: &str = "OPS_CONFIG";

/// The TOML text: that of the file that `OPS_CONFIG_FILE` names, as `read` reads it, or else that
/// in `OPS_CONFIG`. A blank variable counts as not set.
///
/// # Errors
/// That of `read`.
pub fn text<E>(
    lookup: impl Fn(&str) -> Option<String>,
    read: impl FnOnce(String) -> Result<String, E>,
) -> Result<Option<String>, E> {
    let set = |name| lookup(name).filter(|text| !text.trim().is_empty());
    match set(FILE) {
        Some(path) => read(path).map(Some),
        None => Ok(set(TEXT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        text(lookup, |path| if path == "there" { Ok("in the file".to_owned()) } else { Err(path) })
    }

    #[test]
    fn the_config_file_wins_and_blank_variables_are_unset() {
        let shown = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(read(&[(FILE, "there"), (TEXT, "beside it")]), shown("in the file"));
        assert_eq!(read(&[(FILE, "elsewhere"), (TEXT, "beside it")]), Err("elsewhere".to_owned()));
        for blank in ["", " \n"] {
            assert_eq!(read(&[(FILE, blank), (TEXT, "beside it")]), shown("beside it"));
            assert_eq!(read(&[(FILE, blank), (TEXT, blank)]), Ok(None));
        }
        assert_eq!(read(&[]), Ok(None));
    }
}
