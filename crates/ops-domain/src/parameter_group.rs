//! Parameter groups: which values they set, and in what two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A DB parameter group as RDS describes it (`DescribeDBParameterGroups`, `DescribeDBParameters`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ParameterGroup {
    /// `DBParameterGroupFamily`, e.g. `postgres16`.
    pub family: String,
    /// The parameters that somebody has set (`Source` is `user`), by name. All others have the
    /// values of the engine.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A parameter that somebody has set.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Parameter {
    /// `ParameterValue`; `None` when RDS returns none.
    pub value: Option<String>,
    /// `ApplyType` is `static`: the engine takes a change over at a restart only.
    pub is_static: bool,
}

/// A parameter that two groups set to different values.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ParameterDifference {
    /// The name of the parameter.
    pub parameter: String,
    /// The value in the present group; `None` when nobody has set it.
    pub from: Option<String>,
    /// The value in the other group; `None` when nobody has set it.
    pub to: Option<String>,
    /// Whether a later change of it needs a restart, too.
    pub is_static: bool,
}

impl ParameterGroup {
    /// The parameters that `other` sets to other values than this group, by name.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<ParameterDifference> {
        let names: BTreeSet<&String> =
            self.parameters.keys().chain(other.parameters.keys()).collect();
        names.into_iter().filter_map(|name| self.difference(other, name)).collect()
    }

    fn difference(&self, other: &Self, name: &str) -> Option<ParameterDifference> {
        let (old, new) = (self.parameters.get(name), other.parameters.get(name));
        let value = |parameter: Option<&Parameter>| parameter.and_then(|it| it.value.clone());
        let (from, to) = (value(old), value(new));
        let is_static = old.or(new).is_some_and(|it| it.is_static);
        (from != to).then(|| ParameterDifference {
            parameter: name.to_owned(),
            from,
            to,
            is_static,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(parameters: &[(&str, &str, bool)]) -> ParameterGroup {
        let parameter = |(name, value, is_static): &(&str, &str, bool)| {
            let value = Some((*value).to_owned());
            ((*name).to_owned(), Parameter { value, is_static: *is_static })
        };
        let parameters = parameters.iter().map(parameter).collect();
        ParameterGroup { family: "postgres16".to_owned(), parameters }
    }

    #[test]
    fn groups_differ_in_the_values_that_they_set() {
        let present = group(&[("work_mem", "4096", false), ("shared_buffers", "1000", true)]);
        let other = group(&[("work_mem", "4096", false), ("max_connections", "200", true)]);
        let shown: Vec<String> = present
            .differences(&other)
            .into_iter()
            .map(|it| format!("{} {:?} {:?} {}", it.parameter, it.from, it.to, it.is_static))
            .collect();
        let expected = [
            r#"max_connections None Some("200") true"#,
            r#"shared_buffers Some("1000") None true"#,
        ];
        assert_eq!(shown, expected);
        assert_eq!(present.differences(&present), []);
    }
}
