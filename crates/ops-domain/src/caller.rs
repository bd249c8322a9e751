//! Who asks: the person on the audit trail.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The attribute that holds the groups.
const GROUPS: &str = "groups";

/// The attribute that is there when the caller may be in groups that [`Caller::groups`] does not
/// name.
const GROUPS_AMBIGUOUS: &str = "groups_ambiguous";

/// The authenticated caller of one request, as the gateway (never the request's body) names it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Caller {
    /// The canonical principal, e.g. `iam:arn:aws:sts::111122223333:assumed-role/DBA/alice`.
    pub principal: String,
    /// A name for people's eyes; may change and proves nothing.
    pub display_name: Option<String>,
    /// The address that the request came from.
    pub source_ip: Option<String>,
    /// The gateway's id of the request.
    pub request_id: String,
    /// Further facts of the gateway about the caller, for the audit trail.
    pub attributes: BTreeMap<String, String>,
}

impl Caller {
    /// A caller known by nothing but a principal and a request id.
    #[must_use]
    pub fn new(principal: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            principal: principal.into(),
            display_name: None,
            source_ip: None,
            request_id: request_id.into(),
            attributes: BTreeMap::new(),
        }
    }

    /// The kind of the principal: what is before its first colon, e.g. `iam`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.principal.split_once(':').map_or(self.principal.as_str(), |(kind, _)| kind)
    }

    /// The groups that the gateway says the caller is in: the attribute `groups`, comma separated.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        let groups = self.attributes.get(GROUPS).map_or("", String::as_str);
        groups.split(',').map(str::trim).filter(|group| !group.is_empty())
    }

    /// Records that the caller may be in groups that [`Caller::groups`] does not name. The record
    /// is kept with the operation and shown on the audit trail.
    pub fn mark_groups_ambiguous(&mut self) {
        self.attributes.insert(GROUPS_AMBIGUOUS.to_owned(), "true".to_owned());
    }

    /// Whether the caller may be in groups that [`Caller::groups`] does not name, because what the
    /// gateway sent has several readings or none.
    #[must_use]
    pub fn groups_are_ambiguous(&self) -> bool {
        self.attributes.contains_key(GROUPS_AMBIGUOUS)
    }

    /// The JSON text of the audit trail's `user_identity`.
    #[must_use]
    pub fn identity_json(&self) -> String {
        let mut identity = serde_json::Map::new();
        identity.insert("principal".into(), self.principal.clone().into());
        if let Some(name) = &self.display_name {
            identity.insert("name".into(), name.clone().into());
        }
        for (name, value) in &self.attributes {
            identity.insert(name.clone(), value.clone().into());
        }
        serde_json::Value::Object(identity).to_string()
    }
}
