//! Where the value of a setting is from.

use std::fmt;

/// Where the value of a setting is from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Nothing sets it.
    Default,
    /// The file, or whatever else has the TOML text.
    File,
    /// The environment variable of this name.
    Variable(String),
}

/// `default`, `file`, or the name of the variable.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Variable(name) => name,
        })
    }
}
