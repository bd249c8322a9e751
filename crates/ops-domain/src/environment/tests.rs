//! The tables and rules of docs/user/environment-classification.md and
//! docs/operator/flexible-tag-names.md.

mod properties;
mod raising;
mod vectors;
mod words;

use std::collections::BTreeMap;

use super::*;
use crate::id::{AccountId, InstanceId, Region};

const ACCOUNT: &str = "111122223333";

/// An instance to classify, described in one line.
struct Case {
    account_id: AccountId,
    region: Region,
    instance_id: InstanceId,
    tags: BTreeMap<String, String>,
    origin: Origin,
    policy: EnvironmentPolicy,
}

fn case(name: &str, tags: &[(&str, &str)]) -> Case {
    Case {
        account_id: ACCOUNT.parse().unwrap(),
        region: "eu-central-1".parse().unwrap(),
        instance_id: name.parse().unwrap(),
        tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        origin: Origin::Live,
        policy: EnvironmentPolicy::default(),
    }
}

impl Case {
    fn instance(mut self, key: &str, environment: Environment) -> Self {
        self.policy.instances.insert(key.parse().unwrap(), environment);
        self
    }

    fn account(mut self, environment: Environment) -> Self {
        self.policy.accounts.insert(ACCOUNT.parse().unwrap(), environment);
        self
    }

    fn pattern(mut self, pattern: &str, environment: Environment) -> Self {
        self.policy
            .name_patterns
            .push(PatternRule { pattern: pattern.parse().unwrap(), environment });
        self
    }

    fn default_environment(mut self, environment: Environment) -> Self {
        self.policy.default_environment = environment;
        self
    }

    fn protect(mut self, environment: Environment) -> Self {
        self.policy.protected.insert(environment);
        self
    }

    fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    fn classify(&self) -> Classification {
        let Self { account_id, region, instance_id, tags, origin, policy } = self;
        policy.classify(&Subject {
            account_id,
            region: Some(region),
            instance_id,
            tags,
            origin: *origin,
        })
    }

    #[track_caller]
    fn is(&self, environment: Environment, source: Source) -> Classification {
        let classification = self.classify();
        let found = (&classification.environment, classification.decided_by);
        assert_eq!(
            found,
            (&environment, source),
            "{:?} {:?}: {classification:#?}",
            self.instance_id,
            self.tags
        );
        assert!(
            classification.trace.iter().any(|evidence| evidence.decisive),
            "nothing is decisive"
        );
        classification
    }
}
