//! Static parameters that wait for a reboot: applied "when you reboot the DB instance without
//! failover" (RDS model, `ModifyDBInstance`).

use serde_json::json;

use crate::failure::Failure;
use crate::guidance::Warning;
use crate::instance::LiveInstance;
use crate::operation::EvidenceView;
use crate::operation::reboot_instance::RebootInstance;
use crate::operation::reboot_instance::evidence::RebootEvidence;

/// What became of static parameters that waited for a reboot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Parameters<'a> {
    /// They are not in use yet, and may still come.
    Pending,
    /// The engine could not take them over.
    Failed,
    /// `ParameterApplyStatus`; `None` when nothing waited or RDS returns none.
    Are(Option<&'a str>),
}

impl RebootInstance {
    /// Nothing is expected of a failover, which does not apply them reliably.
    pub(super) fn parameters<'a>(
        &self,
        view: &EvidenceView<'_, RebootEvidence>,
        live: &'a LiveInstance,
    ) -> Parameters<'a> {
        if !view.evidence.parameters_waited {
            return Parameters::Are(None);
        }
        match live.parameter_apply_status() {
            Some("failed-to-apply") => Parameters::Failed,
            Some("pending-reboot" | "applying") if !self.force_failover && !view.last => {
                Parameters::Pending
            }
            status => Parameters::Are(status),
        }
    }

    /// What a result warns of, after a reboot that left the parameters in this status.
    pub(super) fn warning_after(
        &self,
        status: Option<&str>,
        view: &EvidenceView<'_, RebootEvidence>,
    ) -> Option<Warning> {
        if !view.evidence.parameters_waited {
            None
        } else if self.force_failover {
            Some(Warning::FailoverLeavesParameters)
        } else {
            status.is_some_and(|status| status != "in-sync").then_some(Warning::ParametersNotInSync)
        }
    }
}

pub(super) fn failed_to_apply() -> Failure {
    Failure::operation_failed("parameters_failed_to_apply")
        .with_fact("parameter_apply_status", json!("failed-to-apply"))
}
