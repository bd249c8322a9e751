//! The call of the RDS API that an order becomes, so that a preview can show it. The AWS adapter's
//! tests compare it with what really goes over the wire.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::tag::{OWN_PREFIX, OwnKey, Tag};

/// One call of the RDS API, by the names of the RDS model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RdsCall {
    /// The action, e.g. `CreateDBSnapshot`.
    pub action: &'static str,
    /// Its parameters, e.g. `DBInstanceIdentifier`. What is not here is not sent.
    pub parameters: Map<String, Value>,
}

/// What stands for the id of an operation that does not exist yet.
const ID_TO_COME: &str = "<the id of the operation>";

impl RdsCall {
    /// A call of `action` with these parameters.
    #[must_use]
    pub fn new<const N: usize>(action: &'static str, parameters: [(&str, Value); N]) -> Self {
        Self {
            action,
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
        }
    }

    /// Whether the call is about a DB cluster and not about an instance.
    #[must_use]
    pub fn is_of_cluster(&self) -> bool {
        self.parameters.contains_key("DBClusterIdentifier")
    }

    /// The keys of the tags that it sends; `None` when it sends no tags.
    #[must_use]
    pub fn tag_keys(&self) -> Option<Vec<&str>> {
        let tags = self.parameters.get(TAGS)?.as_array()?;
        Some(tags.iter().filter_map(|tag| tag["Key"].as_str()).collect())
    }

    /// The same call as a preview shows it, which has no operation id.
    #[must_use]
    pub fn previewed(mut self) -> Self {
        self.edit_tags(|tags| {
            for tag in
                tags.iter_mut().filter(|tag| tag["Key"] == json!(OwnKey::OperationId.as_str()))
            {
                tag["Value"] = json!(ID_TO_COME);
            }
        });
        self
    }

    /// The same call without what differs by operation and by caller.
    #[must_use]
    pub fn without_own_tags(mut self) -> Self {
        let own = |tag: &Value| tag["Key"].as_str().is_some_and(|key| key.starts_with(OWN_PREFIX));
        self.edit_tags(|tags| tags.retain(|tag| !own(tag)));
        self
    }

    fn edit_tags(&mut self, edit: impl FnOnce(&mut Vec<Value>)) {
        if let Some(Value::Array(tags)) = self.parameters.get_mut(TAGS) {
            edit(tags);
        }
    }
}

const TAGS: &str = "Tags";

/// The parameter `Tags`.
pub(super) fn tags(tags: &[Tag]) -> (&'static str, Value) {
    (TAGS, json!(tags))
}
