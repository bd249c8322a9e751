//! `/operations`: asking for them and asking about them.

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::{Extensions, HeaderMap};
use ops_api_types::{OperationView, Page};
use ops_domain::caller::Caller;
use ops_domain::failure::Failure;
use ops_domain::id::OperationId;
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

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/operations", get(list).post(submit))
        .route("/operations/{id}", get(show))
        .route("/operations/{id}/cancel", post(cancel))
}

/// Starts an operation, and waits for its end for as long as the caller will.
async fn submit(
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
async fn show(
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
async fn cancel(
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
async fn list(
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
        scope: None,
        status: params.read("status", read_status),
        user: params.user(),
        operation: params.operation("operation").map(str::to_owned),
        from,
        to,
        limit: params.limit_or_default(),
        cursor: params.cursor(),
    }
}

fn read_status(text: &str) -> Result<Status, String> {
    let known = || Status::ALL.iter().copied().map(Status::as_str).collect::<Vec<_>>();
    Status::from_name(text).ok_or_else(|| format!("must be one of {}", known().join(", ")))
}

/// The wait that the caller prefers, within what the settings and the host allow.
fn wait(api: &Api, preference: Preference, extensions: &Extensions) -> Wait {
    let most = api.settings.max_wait;
    let budget = extensions.get::<WaitBudget>().map(|WaitBudget(budget)| *budget);
    preference.within(budget.map_or(most, |budget| budget.min(most)))
}
