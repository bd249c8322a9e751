//! Exports of the audit trail as CSV. An export is on the trail itself before its first byte is
//! sent.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use http::{HeaderName, HeaderValue, Uri};
use ops_audit::csv;
use ops_audit::trail::{Exported, PAGE, Walk};
use ops_domain::audit::AuditEntry;
use ops_domain::caller::Caller;
use ops_domain::failure::Failure;
use ops_domain::policy::STORE_TIMEOUT;
use ops_domain::ports::{AuditQuery, StoreError};

use crate::api::Api;
use crate::cursor;
use crate::params::Params;
use crate::refused::Refused;
use crate::response_size::{ResponseLimit, length_in_json};

/// Where the rest of an export begins, if it is not whole.
const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");

/// The format, as the audit trail names it.
const FORMAT: &str = "csv";

/// Pages that one part of an export reads at most, so that a rare filter does not hold it for ever.
const PART_PAGES: usize = 100;

/// What the next page of a part takes, with the entry about the export.
const PAGE_AND_ENTRY: Duration = STORE_TIMEOUT.saturating_mul(2);

/// How an export begins, and where the next part of it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Begin<'a> {
    /// Whether a byte order mark is before the header row.
    pub(super) byte_order_mark: bool,
    /// What was asked for.
    pub(super) uri: &'a Uri,
}

/// Exports what `query` asks for: one page where the caller gave a `limit`, else all, or as much as
/// an answer can hold.
pub(super) async fn export(
    api: &Api,
    caller: &Caller,
    query: AuditQuery,
    limit: Option<usize>,
    begin: Begin<'_>,
) -> Result<Response, Refused> {
    match (limit, api.options.answers) {
        (Some(_), answers) => {
            part(api, caller, query, Extent { bytes: answers.most(), pages: 1 }, begin).await
        }
        (None, ResponseLimit::Whole { bytes }) => {
            let query = AuditQuery { limit: Params::MAX_LIMIT, ..query };
            part(api, caller, query, Extent { bytes, pages: PART_PAGES }, begin).await
        }
        (None, ResponseLimit::Streamed) => {
            whole(api, caller, AuditQuery { limit: PAGE, ..query }, begin).await
        }
    }
}

/// Sends page after page while the next one is read. When the trail can't be read any more, the
/// body breaks off without its proper end, so that the caller does not take it for whole.
async fn whole(
    api: &Api,
    caller: &Caller,
    query: AuditQuery,
    begin: Begin<'_>,
) -> Result<Response, Refused> {
    let exported = Exported::all(&query, FORMAT);
    let mut walk = Walk::new(Arc::clone(&api.sources.audit), query);
    let first = walk.next().await.map_err(Failure::from)?.unwrap_or_default();
    api.service.commands().record_export(caller, exported.parameters()).await?;
    let first = Bytes::from(csv::beginning(begin.byte_order_mark) + &rows(&first));
    let request_id = caller.request_id.clone();
    let rest = stream::try_unfold((walk, request_id), |(mut walk, request_id)| async move {
        let page = walk.next().await.inspect_err(|error| broke_off(&request_id, error))?;
        Ok::<_, StoreError>(page.map(|page| (Bytes::from(rows(&page)), (walk, request_id))))
    });
    let body = Body::from_stream(stream::iter([Ok(first)]).chain(rest));
    Ok((headers(), body).into_response())
}

/// The request has its line already: it was answered while the rest was still to be read.
fn broke_off(request_id: &str, error: &StoreError) {
    let exception = error as &dyn Error;
    tracing::error!(
        correlation_id = request_id,
        exception,
        exception_name = "StoreError",
        "an export broke off"
    );
}

/// Sends the first part, and says where the next one begins.
async fn part(
    api: &Api,
    caller: &Caller,
    query: AuditQuery,
    extent: Extent,
    begin: Begin<'_>,
) -> Result<Response, Refused> {
    let exported = Exported::all(&query, FORMAT);
    let beginning = csv::beginning(begin.byte_order_mark);
    let part = Part::read(api, query, extent, beginning).await?;
    let exported = exported.part(part.entries, part.next.is_none());
    api.service.commands().record_export(caller, exported.parameters()).await?;
    let mut response = (headers(), part.text).into_response();
    if let Some(next) = part.next.as_deref().map(cursor::shown) {
        let link = format!("<?{}>; rel=\"next\"", next_query(begin.uri, &next));
        for (name, value) in [(LINK, link), (NEXT_CURSOR, next)] {
            response
                .headers_mut()
                .extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
        }
    }
    Ok(response)
}

/// How much one part may be.
#[derive(Clone, Copy, Debug)]
struct Extent {
    bytes: usize,
    pages: usize,
}

/// Entries that fit into one answer.
#[derive(Debug)]
struct Part {
    text: String,
    entries: usize,
    next: Option<String>,
}

impl Part {
    /// Reads pages behind `text` until there are no more, or the next one would not fit. A first
    /// page that does not fit is read again with fewer entries.
    async fn read(
        api: &Api,
        mut query: AuditQuery,
        extent: Extent,
        text: String,
    ) -> Result<Self, Refused> {
        let mut part = Self { text, entries: 0, next: query.cursor.clone() };
        let mut length = length_in_json(&part.text);
        let mut pages = 0;
        let queries = api.service.queries();
        while pages < extent.pages && (pages == 0 || queries.has_time_for(PAGE_AND_ENTRY)) {
            let page = queries.audit(&query).await?;
            let (count, rows) = (page.items.len(), rows(&page.items));
            let longer = length + length_in_json(&rows);
            if longer > extent.bytes && part.entries > 0 {
                break;
            }
            if longer > extent.bytes && count > 1 {
                query.limit = count / 2;
                continue;
            }
            (length, pages) = (longer, pages + 1);
            part.entries += count;
            part.text += &rows;
            part.next.clone_from(&page.next);
            if page.next.is_none() {
                break;
            }
            query.cursor = page.next;
        }
        Ok(part)
    }
}

fn rows(entries: &[AuditEntry]) -> String {
    entries.iter().map(csv::row).collect()
}

fn headers() -> [(HeaderName, HeaderValue); 2] {
    [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\"")),
    ]
}

/// The query of the request for the next part. It is relative to the request, because only the
/// gateway knows the path that the caller used.
fn next_query(uri: &Uri, cursor: &str) -> String {
    let kept = uri.query().unwrap_or_default().split('&');
    let kept = kept.filter(|pair| {
        !pair.is_empty() && !pair.starts_with("cursor=") && !pair.starts_with("format=")
    });
    let more = ["format=csv".to_owned(), format!("cursor={cursor}")];
    kept.map(str::to_owned).chain(more).collect::<Vec<_>>().join("&")
}
