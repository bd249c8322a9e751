//! What an entry's `operation` may be.

use std::fmt;

use crate::operation::Operation;

/// The `operation` of an entry: the name of an operation of this service, or what else was
/// attempted.
///
/// The set is closed. A store may keep entries by this attribute and list the whole trail as the
/// merge over [`AuditedOperation::all`]; an entry with a value of its caller's choice would be on
/// none of those lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AuditedOperation(&'static str);

impl AuditedOperation {
    /// An export of entries of the trail.
    pub const EXPORT: Self = Self("export_audit");

    /// Something that is no operation of this service. The `result` of the entry has the name that
    /// was asked for.
    pub const UNKNOWN: Self = Self("unknown");

    /// The operation of a request.
    #[must_use]
    pub const fn operation(operation: &Operation) -> Self {
        Self(operation.name())
    }

    /// What `name` names.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::all().find(|attempted| attempted.0 == name).unwrap_or(Self::UNKNOWN)
    }

    /// Every value.
    pub fn all() -> impl Iterator<Item = Self> {
        Operation::NAMES.iter().copied().map(Self).chain([Self::EXPORT, Self::UNKNOWN])
    }

    /// The value as it stands in entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for AuditedOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_of_audited_operations_is_closed() {
        for name in Operation::NAMES {
            assert_eq!(AuditedOperation::named(name).as_str(), *name);
        }
        for name in ["drop_database", "", "Reboot_Instance", "unknown"] {
            assert_eq!(AuditedOperation::named(name), AuditedOperation::UNKNOWN, "{name:?}");
        }
        assert_eq!(AuditedOperation::named("export_audit"), AuditedOperation::EXPORT);
    }
}
