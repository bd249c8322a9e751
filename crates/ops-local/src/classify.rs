//! `rds-ops classify`: which environment an instance with these tags belongs to.

use std::io::Write as _;

use ops_domain::environment::{Classification, Origin, Subject};

use crate::cli::ClassifyArgs;
use crate::configuration;
use crate::error::StartError;

/// Prints the environment and every source that was looked at.
///
/// # Errors
/// A [`StartError`] when the configuration is not valid.
pub async fn classify(args: ClassifyArgs) -> Result<(), StartError> {
    let policy = configuration::load().await?.service.environments;
    let ClassifyArgs { instance, account, region, tags } = args;
    let tags = tags.into_iter().collect();
    let (account_id, region, instance_id) = (&account, region.as_ref(), &instance);
    let subject = Subject { account_id, region, instance_id, tags: &tags, origin: Origin::Live };
    std::io::stdout()
        .write_all(shown(&policy.classify(&subject)).as_bytes())
        .map_err(StartError::Output)
}

fn shown(classification: &Classification) -> String {
    let mut shown = format!("{}\n", classification.environment);
    for evidence in &classification.trace {
        shown += &format!("{} {evidence}\n", if evidence.decisive { '*' } else { '-' });
    }
    shown
}
