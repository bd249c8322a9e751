//! What only the description has: the query parameters as the handlers read them, and what the types
//! of the answers do not say.

#![expect(dead_code, reason = "the description is made from the declarations alone")]

use chrono::{DateTime, Utc};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// What `POST /operations` answers.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum Submitted {
    /// The operation.
    Operation(ops_api_types::OperationView),
    /// What it would do.
    Preview(ops_api_types::Preview),
}

/// What no route names by itself.
#[derive(OpenApi)]
#[openapi(components(schemas(ops_api_types::ErrorBody)))]
struct Common;

/// What the description of the routes begins with.
pub(crate) fn common() -> utoipa::openapi::OpenApi {
    Common::openapi()
}

/// The filters of `GET /operations`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OperationFilters {
    /// Operations on instances of this name.
    #[param(max_length = 63, pattern = "^[A-Za-z](-?[A-Za-z0-9])*$")]
    pub(crate) instance_id: Option<String>,
    /// Operations in this account; `region` goes with it.
    #[param(pattern = "^[0-9]{12}$")]
    pub(crate) account_id: Option<String>,
    /// Operations in this Region; `account_id` goes with it.
    #[param(pattern = "^[a-z]{2,}(-[a-z]+)+-[0-9]+$")]
    pub(crate) region: Option<String>,
    /// One or more statuses with commas between them, or `open`.
    #[param(example = "in_progress,timeout")]
    pub(crate) status: Option<String>,
    /// A person's name, or a principal (a text with a colon).
    #[param(min_length = 1, max_length = 2048, example = "alice")]
    pub(crate) user: Option<String>,
    /// Operations of this name.
    #[param(example = "create_snapshot")]
    pub(crate) operation: Option<String>,
    /// Requested at this time or later; a date is 00:00 UTC of that day.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Requested before this time.
    pub(crate) to: Option<DateTime<Utc>>,
    /// Items of a page at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(min_length = 1)]
    pub(crate) cursor: Option<String>,
}

/// The filters of `GET /instances`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InstanceFilters {
    /// Instances of this environment, by any of its names; `nonprod` is every one but production.
    #[param(min_length = 1, example = "development")]
    pub(crate) environment: Option<String>,
    /// Instances of this account.
    #[param(pattern = "^[0-9]{12}$")]
    pub(crate) account_id: Option<String>,
    /// Instances in this Region.
    #[param(pattern = "^[a-z]{2,}(-[a-z]+)+-[0-9]+$")]
    pub(crate) region: Option<String>,
    /// Instances of this engine, exactly.
    #[param(min_length = 1, max_length = 2048, example = "postgres")]
    pub(crate) engine: Option<String>,
    /// Instances in this status of the inventory, exactly.
    #[param(min_length = 1, max_length = 2048, example = "available")]
    pub(crate) status: Option<String>,
    /// Instances with this tag, as `key:value`.
    #[param(min_length = 1, example = "Environment:Development")]
    pub(crate) tag: Option<String>,
    /// Instances on which the caller may run this operation now.
    #[param(example = "create_snapshot")]
    pub(crate) operation_allowed: Option<String>,
    /// What the list is sorted by; `-` before it is for descending.
    #[param(
        pattern = "^-?(instance_id|environment|account_id|region|engine|status|instance_class)$"
    )]
    pub(crate) sort: Option<String>,
    /// A text in the name or the engine.
    #[param(min_length = 1, max_length = 2048)]
    pub(crate) q: Option<String>,
    /// Also instances that are gone: several complete runs of discovery did not see them.
    #[param(default = false)]
    pub(crate) gone: Option<bool>,
    /// Items of a page at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(min_length = 1)]
    pub(crate) cursor: Option<String>,
}

/// Which instance is meant, where several have one name.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OneInstance {
    /// The account of the instance.
    #[param(pattern = "^[0-9]{12}$")]
    pub(crate) account_id: Option<String>,
    /// The Region of the instance.
    #[param(pattern = "^[a-z]{2,}(-[a-z]+)+-[0-9]+$")]
    pub(crate) region: Option<String>,
}

/// The filters of `GET /audit`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditFilters {
    /// Entries about instances of this name.
    #[param(min_length = 1, max_length = 2048)]
    pub(crate) instance_id: Option<String>,
    /// A person's name, or a principal (a text with a colon).
    #[param(min_length = 1, max_length = 2048, example = "alice")]
    pub(crate) user: Option<String>,
    /// Entries about operations of this name.
    #[param(min_length = 1, max_length = 2048)]
    pub(crate) operation: Option<String>,
    /// Entries about this operation.
    #[param(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    pub(crate) operation_id: Option<String>,
    /// From this time on; a date is 00:00 UTC of that day.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Before this time.
    pub(crate) to: Option<DateTime<Utc>>,
    /// `csv` exports all entries; the export is an entry itself.
    #[param(pattern = "^(json|csv)$")]
    pub(crate) format: Option<String>,
    /// Begin the CSV with a byte order mark.
    pub(crate) bom: Option<bool>,
    /// Items of a page at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(min_length = 1)]
    pub(crate) cursor: Option<String>,
}

/// The period of `GET /metrics/summary`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryPeriod {
    /// From this time on; 31 days before `to` where it is left out.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Before this time; now where it is left out.
    pub(crate) to: Option<DateTime<Utc>>,
}
