//! `/operations`: asking for them and asking about them.

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::{Extensions, HeaderMap};
use ops_api_types::{OperationView, Page};
use ops_domain::caller::Caller;
use ops_domain::failure::Failure;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::ports::OperationQuery;
use ops_domain::service::Submitted;
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::after;

use crate::api::Api;
use crate::identity::WaitBudget;
use crate::in_flight::Listener;
use crate::log::About;
use crate::params::{Name, Params};
use crate::prefer::{Preference, Wait};
use crate::refused::Refused;
use crate::{answer, submission, views};

/// Starts an operation, and waits for its end for as long as the caller will.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        post,
        path = "/operations",
        operation_id = "submit_operation",
        tag = "operations",
        params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters without a comma. The same key, caller and body get the same operation."), ("Prefer" = Option<String>, Header, description = "`respond-async`, or `wait=N` with seconds: how long to wait for the end (RFC 7240).")),
        request_body(content = ops_api_types::OperationRequest, description = "What to do, on which instance."),
        responses((status = 200, description = "The end of the operation, or its preview with `dry_run`.", body = crate::schemas::Submitted), (status = 202, description = "It goes on without the caller.", body = OperationView)),
    )
)]
pub(super) async fn submit(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Refused> {
    let commands = api.service_for(request.extensions()).commands();
    let arrived = api.now();
    let asked = asked_path(&request);
    let wait = wait(&api, Preference::of(request.headers()), request.extensions());
    let extensions = request.extensions().clone();
    let submission = match submission::read(request, api.service.clock()).await {
        Ok(submission) => submission,
        Err(rejected) => return Err(commands.reject(&caller, *rejected).await.into()),
    };
    match commands.submit(&caller, submission.key.as_deref(), &submission.request).await? {
        Submitted::DryRun(checked) => Ok(Json(views::preview(&checked)).into_response()),
        Submitted::Operation(record) => {
            let gone = Listener::gone(&extensions);
            let record = commands.wait_unless(*record, after(arrived, wait.duration), gone).await;
            Ok(wait.note(answer::of(&record, &asked, api.now())))
        }
    }
}

/// The path as the caller wrote it, with a slash at its end if it had one.
fn asked_path(request: &Request) -> String {
    let uri = request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri(), |OriginalUri(uri)| uri);
    uri.path().to_owned()
}

/// One operation; with `Prefer: wait=N`, as soon as something about it has changed.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/operations/{id}",
        operation_id = "show_operation",
        tag = "operations",
        params(("id" = String, Path, description = "The id of the operation."), ("Prefer" = Option<String>, Header, description = "`wait=N` with seconds: answer as soon as something has changed (RFC 7240).")),
        responses((status = 200, description = "Everything about the operation.", body = OperationView)),
    )
)]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    Name(id): Name,
    params: Params,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response, Refused> {
    params.finish()?;
    let service = api.service_for(&extensions);
    let id = read_id(&id)?;
    let preference = Preference::of(&headers);
    if !preference.asks_to_wait() {
        return Ok(shown(&api, &service.queries().operation(id).await?).await);
    }
    let wait = wait(&api, preference, &extensions);
    let until = after(api.now(), wait.duration);
    let record = service.commands().wait_for_change(id, until, Listener::gone(&extensions)).await?;
    Ok(wait.note(shown(&api, &record).await))
}

/// Cancels an operation that RDS has not been asked for.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        post,
        path = "/operations/{id}/cancel",
        operation_id = "cancel_operation",
        tag = "operations",
        params(("id" = String, Path, description = "The id of the operation.")),
        responses((status = 200, description = "It is cancelled; RDS was not asked.", body = OperationView)),
    )
)]
pub(super) async fn cancel(
    State(api): State<Arc<Api>>,
    Extension(caller): Extension<Caller>,
    Name(id): Name,
    params: Params,
) -> Result<Response, Refused> {
    params.finish()?;
    let id = read_id(&id)?;
    let record = api.service.commands().cancel(&caller, id).await?;
    Ok(shown(&api, &record).await)
}

fn read_id(text: &str) -> Result<OperationId, Failure> {
    text.parse().map_err(|_| Failure::operation_not_found(text))
}

async fn shown(api: &Api, record: &OperationRecord) -> Response {
    let estimate = api.service.queries().estimate(record).await;
    let now = api.now();
    let mut response = Json(views::operation_in_full(record, estimate, now)).into_response();
    response.extensions_mut().insert(About::of(record));
    answer::note_next(response, record, now)
}

/// One page of operations, newest first.
#[cfg_attr(
    feature = "openapi",
    utoipa::path(
        get,
        path = "/operations",
        operation_id = "list_operations",
        tag = "operations",
        params(crate::schemas::OperationFilters),
        responses((status = 200, description = "One page, newest first.", body = Page<OperationView>)),
    )
)]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    mut params: Params,
) -> Result<Json<Page<OperationView>>, Refused> {
    let mut query = query(&mut params);
    params.finish()?;
    let queries = api.service.queries();
    loop {
        let page = queries.operations(&query).await?;
        let now = api.now();
        let items = page.items.iter().map(|record| views::operation_in_list(record, now));
        let mut listed = views::page(items, page.next.as_deref());
        let principals = page.items.iter().map(|record| &record.caller.principal);
        listed.matched = query.user.as_ref().map(|user| views::matched_user(user, principals));
        match api.options.answers.fewer(&listed, page.items.len()) {
            Some(limit) => query.limit = limit,
            None => return Ok(Json(listed)),
        }
    }
}

fn query(params: &mut Params) -> OperationQuery {
    let (from, to) = params.period();
    OperationQuery {
        instance_id: params.parsed("instance_id"),
        scope: scope(params),
        statuses: params.read("status", read_statuses).unwrap_or_default(),
        user: params.user(),
        operation: params.operation("operation").map(str::to_owned),
        from,
        to,
        limit: params.limit_or_default(),
        cursor: params.cursor(),
    }
}

/// The account and Region that are asked for, which go together.
fn scope(params: &mut Params) -> Option<Scope> {
    for (one, other) in [("account_id", "region"), ("region", "account_id")] {
        if params.has(one) && !params.has(other) {
            params.problem(other, &format!("is needed beside {one}"));
        }
    }
    let (account_id, region) = (params.parsed("account_id"), params.parsed("region"));
    account_id.zip(region).map(|(account_id, region)| Scope { account_id, region })
}

/// The word for every status in which something will still happen.
const OPEN: &str = "open";

/// Statuses with commas between them.
fn read_statuses(text: &str) -> Result<Vec<Status>, String> {
    let mut statuses = Vec::new();
    for name in text.split(',') {
        match (name, Status::from_name(name)) {
            (OPEN, _) => statuses.extend(Status::open()),
            // Answers show the two alike.
            (_, Some(Status::Submitting)) => {
                statuses.extend([Status::Submitting, Status::Unresolved]);
            }
            (_, Some(status)) => statuses.push(status),
            (_, None) => return Err(expected_statuses()),
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    Ok(statuses)
}

fn expected_statuses() -> String {
    let known: Vec<_> = Status::ALL.iter().copied().map(Status::as_str).collect();
    let known = known.join(", ");
    format!("must be {OPEN}, or one or more of {known}, with commas between them")
}

/// The wait that the caller prefers, within what the settings and the host allow.
fn wait(api: &Api, preference: Preference, extensions: &Extensions) -> Wait {
    let most = api.settings.max_wait;
    let budget = extensions.get::<WaitBudget>().map(|WaitBudget(budget)| *budget);
    preference.within(budget.map_or(most, |budget| budget.min(most)))
}
