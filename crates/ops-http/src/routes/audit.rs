//! `/audit`: the audit trail as JSON, or exported as CSV.

mod export;

use ops_audit::ReadEntry as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::header::ACCEPT;
use http::{Extensions, HeaderMap, Uri};
use ops_api_types::Page;
use ops_domain::audit::AuditEntry;
use ops_domain::caller::Caller;
use ops_domain::ports::AuditQuery;
use ops_domain::time::Timestamp;

use crate::api::Api;
use crate::params::Params;
use crate::refused::Refused;
use crate::routes::audit::export::Begin;
use crate::views;

/// How the entries are sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Json,
    Csv,
}

/// Entries, newest first: one page as JSON, or all as CSV.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/audit",
        operation_id = "list_audit_entries",
        tag = "audit",
        params(crate::schemas::AuditFilters),
        responses((status = 200, description = "One page, newest first, or all as CSV.", content((Page<ops_api_types::AuditEntryView> = "application/json"), (String = "text/csv")))),
    )
)]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    mut params: Params,
    headers: HeaderMap,
    extensions: Extensions,
    uri: Uri,
) -> Result<Response, Refused> {
    let api = api.within(&extensions);
    let format = params.read("format", read_format).unwrap_or_else(|| accepted_format(&headers));
    let byte_order_mark = params.flag("bom");
    if byte_order_mark && format == Format::Json {
        params.problem("bom", "is for CSV; send it with format=csv");
    }
    let limit = params.limit();
    let query = query(&mut params, limit, api.now());
    params.finish()?;
    match format {
        Format::Json => page(&api, query).await,
        Format::Csv => {
            export::export(&api, &caller, query, limit, Begin { byte_order_mark, uri: &uri }).await
        }
    }
}

async fn page(api: &Api, mut query: AuditQuery) -> Result<Response, Refused> {
    let queries = api.service.queries();
    loop {
        let page = queries.audit(&query).await?;
        let users = page.items.iter().filter_map(AuditEntry::user);
        let matched = query.user.as_ref().map(|user| views::matched_user(user, users));
        let count = page.items.len();
        let items = page.items.into_iter().map(views::entry);
        let listed = Page { matched, ..views::page(items, page.next.as_deref()) };
        match api.options.answers.fewer(&listed, count) {
            Some(limit) => query.limit = limit,
            None => return Ok(Json(listed).into_response()),
        }
    }
}

fn query(params: &mut Params, limit: Option<usize>, now: Timestamp) -> AuditQuery {
    let (from, to) = params.period();
    AuditQuery {
        instance_id: params.text("instance_id"),
        user: params.user(),
        operation: params.text("operation"),
        operation_id: params.parsed("operation_id"),
        from,
        to,
        limit: limit.unwrap_or(Params::DEFAULT_LIMIT),
        cursor: params.cursor(),
        now,
    }
}

fn read_format(text: &str) -> Result<Format, String> {
    match text {
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        _ => Err("must be json or csv".to_owned()),
    }
}

/// CSV if the caller names it before JSON, else JSON.
fn accepted_format(headers: &HeaderMap) -> Format {
    let values = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let mut ranges = values
        .flat_map(|value| value.split(','))
        .map(|range| range.split(';').next().unwrap_or(range));
    let named = ranges.find_map(|range| match range.trim().to_ascii_lowercase().as_str() {
        "text/csv" => Some(Format::Csv),
        "application/json" => Some(Format::Json),
        _ => None,
    });
    named.unwrap_or(Format::Json)
}
