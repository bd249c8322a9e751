//! The changes of a run, in rows.

use ops_domain::discovery::{Change, Conflict};
use serde::Serialize;

use crate::output::Sheet;

/// A change, as programs and people read it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct ShownChange {
    pub(super) account_id: String,
    pub(super) region: String,
    pub(super) instance_id: String,
    /// `added`, `updated`, `renamed`, `missed`, `gone`, `removed`, `adopted` or `conflict`.
    pub(super) change: &'static str,
    /// What has changed, or what is in the way.
    pub(super) detail: String,
}

/// The row of a change; `None` for an instance that is as it was.
pub(super) fn shown(change: &Change) -> Option<ShownChange> {
    let target = change.target();
    Some(ShownChange {
        account_id: target.account_id.to_string(),
        region: target.region.to_string(),
        instance_id: target.instance_id.to_string(),
        change: change.name(),
        detail: detail(change)?,
    })
}

fn detail(change: &Change) -> Option<String> {
    Some(match change {
        Change::Confirmed { .. } => return None,
        Change::Added(item) => item.engine.clone(),
        Change::Updated { .. } | Change::Adopted { .. } => change.changed_fields().join(", "),
        Change::Missed { item, .. } => {
            let missed = item.managed.as_ref().map_or(0, |managed| managed.missed_runs);
            format!("not seen in {missed} complete runs")
        }
        Change::Gone { .. } => "hidden from lists from now on".to_owned(),
        Change::Renamed { to, .. } => format!("is now {to}"),
        Change::Removed { .. } => "gone for 30 days, or its name has another instance".to_owned(),
        Change::Conflict { conflict, .. } => match conflict {
            Conflict::Foreign => "another system wrote its item".to_owned(),
            Conflict::Namesake(other) => format!("its key has the item of {other}"),
            Conflict::Broken(problem) => format!("its item can't be understood: {problem}"),
        },
    })
}

/// The changes in rows.
pub(super) fn sheet(changes: &[ShownChange]) -> Sheet {
    let header = ["Change", "Account", "Region", "Instance", "Detail"];
    let mut sheet = Sheet::new(&header, "Nothing has changed.");
    for change in changes {
        sheet.push(vec![
            change.change.to_owned(),
            change.account_id.clone(),
            change.region.clone(),
            change.instance_id.clone(),
            change.detail.clone(),
        ]);
    }
    sheet
}
