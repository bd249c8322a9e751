//! `/audit`: the audit trail as JSON, or exported as CSV.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use ops_domain::caller::Caller;
use ops_domain::ports::AuditQuery;
use ops_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::app::Api;
use crate::csv;
use crate::cursor;
use crate::params::Params;
use crate::refused::Refused;

/// Where the rest of an export begins, if it is not whole.
const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");

/// Pages that an export reads at most, so that a rare filter does not hold it for ever.
const EXPORT_PAGES: usize = 100;

/// How the entries are sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Json,
    Csv,
}

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new().route("/audit", get(list))
}

/// Entries, newest first: one page as JSON, or as many as one answer can hold as CSV.
async fn list(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    mut params: Params,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let format = params.read("format", read_format).unwrap_or_else(|| accepted_format(&headers));
    let limit = params.limit();
    let query = query(&mut params, limit, api.service.ports.clock.now());
    params.finish()?;
    match format {
        Format::Json => {
            let page = api.service.audit(&query).await?;
            Ok(Json(super::list(page.items.iter().map(|entry| json!(entry)), page.next.as_deref())).into_response())
        }
        Format::Csv => {
            let export = match limit {
                Some(_) => Export::read(&api, query.clone(), 1).await?,
                None => {
                    Export::read(&api, AuditQuery { limit: Params::MAX_LIMIT, ..query.clone() }, EXPORT_PAGES).await?
                }
            };
            api.service.record_export(&caller, export.described(&query)).await?;
            Ok(export.into_response())
        }
    }
}

fn query(params: &mut Params, limit: Option<usize>, now: Timestamp) -> AuditQuery {
    let (from, to) = params.period();
    AuditQuery {
        instance_id: params.text("instance_id"),
        principal: params.text("user"),
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
    let mut ranges = values.flat_map(|value| value.split(',')).map(|range| range.split(';').next().unwrap_or(range));
    let named = ranges.find_map(|range| match range.trim().to_ascii_lowercase().as_str() {
        "text/csv" => Some(Format::Csv),
        "application/json" => Some(Format::Json),
        _ => None,
    });
    named.unwrap_or(Format::Json)
}

/// Entries on their way out.
#[derive(Debug)]
struct Export {
    text: String,
    entries: usize,
    next: Option<String>,
}

impl Export {
    /// Reads the entries of `query` until there are no more, the answer is full, or `pages` have been read.
    async fn read(api: &Api, mut query: AuditQuery, pages: usize) -> Result<Self, Refused> {
        let mut export = Self { text: csv::HEADER.to_owned(), entries: 0, next: None };
        for _ in 0..pages {
            let page = api.service.audit(&query).await?;
            export.entries += page.items.len();
            export.text.extend(page.items.into_iter().map(csv::row));
            export.next = page.next;
            if export.next.is_none() || export.text.len() >= api.options.export_bytes {
                break;
            }
            query.cursor.clone_from(&export.next);
        }
        Ok(export)
    }

    /// What the audit trail says about this export.
    fn described(&self, query: &AuditQuery) -> Value {
        let mut described = json!({ "format": "csv", "entries": self.entries, "complete": self.next.is_none() });
        let filters = [
            ("instance_id", query.instance_id.as_ref().map(|id| json!(id))),
            ("user", query.principal.as_ref().map(|user| json!(user))),
            ("operation", query.operation.as_ref().map(|operation| json!(operation))),
            ("operation_id", query.operation_id.map(|id| json!(id))),
            ("from", query.from.map(|from| json!(from))),
            ("to", query.to.map(|to| json!(to))),
        ];
        for (name, value) in filters {
            if let Some(value) = value {
                described[name] = value;
            }
        }
        described
    }

    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
            (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\"")),
        ];
        let next = self.next.and_then(|next| HeaderValue::from_str(&cursor::shown(&next)).ok());
        let mut response = (headers, self.text).into_response();
        if let Some(next) = next {
            response.headers_mut().insert(NEXT_CURSOR, next);
        }
        response
    }
}
