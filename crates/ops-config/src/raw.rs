//! Values as they were given, and what they can be read as.

use toml::Value;

/// The longest part of a bad value that a problem repeats, in characters.
const SHOWN: usize = 60;

/// A value as it was given.
pub(super) enum Raw {
    /// By an environment variable.
    Variable(String),
    /// By the file.
    File(Value),
}

/// Why a value cannot be used.
pub(super) enum Wrong {
    NotText,
    NotNumber,
    NotFlag,
    NotList,
    OutOfBounds,
    Malformed,
}

impl Raw {
    /// The text without surrounding white space.
    pub(super) fn text(&self) -> Result<&str, Wrong> {
        match self {
            Self::Variable(text) | Self::File(Value::String(text)) => Ok(text.trim()),
            Self::File(_) => Err(Wrong::NotText),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "bounds end far below the integers that f64 cannot hold"
    )]
    pub(super) fn number(&self) -> Result<f64, Wrong> {
        match self {
            Self::Variable(text) => text.trim().parse().map_err(|_| Wrong::NotNumber),
            Self::File(Value::Integer(number)) => Ok(*number as f64),
            Self::File(Value::Float(number)) => Ok(*number),
            Self::File(_) => Err(Wrong::NotNumber),
        }
    }

    pub(super) fn flag(&self) -> Result<bool, Wrong> {
        match self {
            Self::Variable(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(Wrong::NotFlag),
            },
            Self::File(Value::Boolean(flag)) => Ok(*flag),
            Self::File(_) => Err(Wrong::NotFlag),
        }
    }

    /// The parts of a list; blank parts of a comma separated text are left out.
    pub(super) fn parts(&self) -> Result<Vec<Self>, Wrong> {
        match self {
            Self::Variable(text) => {
                let parts = text.split(',').filter(|part| !part.trim().is_empty());
                Ok(parts.map(|part| Self::Variable(part.to_owned())).collect())
            }
            Self::File(Value::Array(parts)) => Ok(parts.iter().cloned().map(Self::File).collect()),
            Self::File(_) => Err(Wrong::NotList),
        }
    }

    /// The entries of an array of the file.
    pub(super) fn entries(&self) -> Result<Vec<Value>, Wrong> {
        match self {
            Self::File(Value::Array(entries)) => Ok(entries.clone()),
            Self::File(_) | Self::Variable(_) => Err(Wrong::NotList),
        }
    }

    /// The value as a problem repeats it, in one line.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Variable(text) | Self::File(Value::String(text)) => shorten(text),
            Self::File(Value::Integer(number)) => number.to_string(),
            Self::File(Value::Float(number)) => number.to_string(),
            Self::File(Value::Boolean(flag)) => flag.to_string(),
            Self::File(other) => format!("a value of type {}", other.type_str()),
        }
    }
}

fn shorten(text: &str) -> String {
    let short: String = text.chars().take(SHOWN).collect();
    let dots = if short.len() < text.len() { "..." } else { "" };
    format!("{short:?}{dots}")
}

impl Wrong {
    pub(super) const fn words(&self) -> &'static str {
        match self {
            Self::NotText => "is no text",
            Self::NotNumber => "is no number",
            Self::NotFlag => "is neither true nor false",
            Self::NotList => "is no list",
            Self::OutOfBounds => "is out of bounds",
            Self::Malformed => "is malformed or not known",
        }
    }
}
