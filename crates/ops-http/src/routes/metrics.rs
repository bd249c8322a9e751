//! `/metrics/summary`: what the service did in a period, in figures.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::Extensions;
use ops_api_types::MetricsSummary;
use ops_audit::summary::{Asked, answer};
use ops_domain::policy::STORE_TIMEOUT;
use ops_domain::time::after;

use crate::api::Api;
use crate::identity::WaitBudget;
use crate::params::Params;
use crate::refused::Refused;
use crate::views;

/// How long the trail is read at most. An API gateway ends a request after 29 s (API Gateway
/// quotas); the rest is for the page that is being read then.
const READING: Duration = Duration::from_secs(20);

/// The figures of a period.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/metrics/summary",
        operation_id = "summarize",
        tag = "audit",
        params(crate::schemas::SummaryPeriod),
        responses((status = 200, description = "The figures of the period.", body = MetricsSummary)),
    )
)]
pub(super) async fn summary(
    State(api): State<Arc<Api>>,
    mut params: Params,
    extensions: Extensions,
) -> Result<Json<MetricsSummary>, Refused> {
    let (from, to) = params.period();
    params.finish()?;
    let budget = extensions
        .get::<WaitBudget>()
        .map_or(READING, |WaitBudget(budget)| READING.min(budget.saturating_sub(STORE_TIMEOUT)));
    let until = after(api.now(), budget);
    let summary = answer(&api.sources, Asked { from, to }, Some(until)).await?;
    Ok(Json(views::summary(summary)))
}
