//! `docs/user/ERRORS.md` is generated from the tables from which answers are generated. With
//! `UPDATE_EXPECT=1` in the environment this test writes it.

use expect_test::expect_file;
use ops_domain::failure::Code;
use ops_domain::guidance::{self, Guidance, Retry, Warning};
use ops_domain::operation::Operation;

use super::status;
use crate::views;

const HEAD: &str = "\
# Errors: what happened, and what to do

HTTP 200 does not mean success: look at `success`. Every refusal has a stable `code`. If RDS refused an operation, or a
check of it failed, or it failed while it ran, the answer is **200** with `\"success\": false` and an `error_code`. Codes
that begin with a capital are AWS's. Codes in lower case are of this service.

`retry` in an answer says whether to send the same request again:

| `retry` | Retry? |
|---|---|
";

const CODES: &str = "
## `code`: answers of the service
";

const OPERATIONS: &str = "
## `error_code`: what this service detects

Checks that fail before the service calls RDS have a code of this table, too.
";

const DISCOVERY: &str = "
## `code`: problems of the inventory

`GET /inventory/status` and `rds-ops inventory status` show these. They do not belong to an operation.
";

const WIRE: &str = "
## `error_code`: what AWS answers
";

const WARNINGS: &str = "
## `warnings`: operations that do what they were asked for

A preview (`dry_run`) and a result list these. They block nothing.
";

const STATUSES: &str = "
## Statuses of an instance

An operation is possible in the statuses that name it here. In any other status it fails with `status_not_allowed`, unless
the instance is in the requested state already. RDS is not called. For an operation on the [cluster of a member](operations-service.md#members-of-a-cluster), the status of the
cluster decides and not that of the member: `available`, or `stopped` for `start_instance`
(`cluster_status_not_allowed`). A status that needs a person, or is final, also ends a running operation
(`instance_needs_attention`). In a status that passes by itself, wait until the instance is `available`, and send the
operation again.
";

#[test]
fn the_page_of_errors_says_what_the_answers_say() {
    let answers = Code::ALL.iter().map(|&code| (status(code).as_u16(), guidance::for_code(code)));
    let head = "| HTTP | code | what happened | what to do | Retry? |\n|---|---|---|---|---|\n";
    let mut page = format!("{HEAD}{}{CODES}\n{head}", retries());
    for (http, Guidance { code, sentence, advice, retry }) in answers {
        page += &format!("| {http} | `{code}` | {sentence} | {advice} | {} |\n", words(retry));
    }
    let of_discovery = |it: &Guidance| {
        ["discovery_", "organization_"].iter().any(|prefix| it.code.starts_with(prefix))
    };
    let (discovery, operations): (Vec<_>, Vec<_>) =
        guidance::all_service_codes().copied().partition(of_discovery);
    page += &section(OPERATIONS, operations);
    page += &section(DISCOVERY, discovery);
    page +=
        &section(WIRE, guidance::all_rds_codes().chain([guidance::for_unknown_code()]).copied());
    page += &statuses();
    page += &format!("{WARNINGS}\n| code | what there is to know | what to do |\n|---|---|---|\n");
    for Guidance { code, sentence, advice, retry: _ } in
        Warning::ALL.iter().copied().map(Warning::guidance)
    {
        page += &format!("| `{code}` | {sentence} | {advice} |\n");
    }
    expect_file!["../../../../docs/user/ERRORS.md"].assert_eq(&page);
}

/// The values of `retry`, each with its words.
fn retries() -> String {
    let all = [Retry::Never, Retry::AfterStateChange, Retry::BackOff, Retry::ResolveFirst];
    let name = |retry| serde_json::to_value(views::retry(retry)).expect("a name is a text");
    let row = |retry| {
        format!("| `{}` | {} |\n", name(retry).as_str().expect("a name is a text"), words(retry))
    };
    all.into_iter().map(row).collect()
}

/// The statuses, each with the operations that are possible in it.
fn statuses() -> String {
    let possible = |status| {
        let names: Vec<String> =
            Operation::possible_in(status).iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" ") }
    };
    let row = |Guidance { code, sentence, advice, retry }: &Guidance| {
        format!("| `{code}` | {sentence} | {advice} | {} | {} |\n", words(*retry), possible(code))
    };
    let rows: String = guidance::all_statuses().map(row).collect();
    let head =
        "| status | what happened | what to do | Retry? | possible |\n|---|---|---|---|---|\n";
    let healthy =
        "| `available` | The DB instance is healthy. | Nothing has to be done. | at any time";
    format!("{STATUSES}\n{head}{healthy} | {} |\n{rows}", possible("available"))
}

/// One table; codes with the same words share a row.
fn section(head: &str, entries: impl IntoIterator<Item = Guidance>) -> String {
    let mut rows: Vec<(Vec<String>, Guidance)> = Vec::new();
    for entry in entries {
        let code = format!("`{}`", entry.code);
        match rows.last_mut() {
            Some((codes, last))
                if (last.sentence, last.advice) == (entry.sentence, entry.advice) =>
            {
                codes.push(code)
            }
            Some(_) | None => rows.push((vec![code], entry)),
        }
    }
    let rows = rows.into_iter().map(|(codes, Guidance { sentence, advice, retry, .. })| {
        format!("| {} | {sentence} | {advice} | {} |\n", codes.join(" "), words(retry))
    });
    format!(
        "{head}\n| code | what happened | what to do | Retry? |\n|---|---|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// Whether to send the same request again.
const fn words(retry: Retry) -> &'static str {
    match retry {
        Retry::Never => "no, fix the request first",
        Retry::AfterStateChange => "yes, after the cause has gone",
        Retry::BackOff => "yes, with backoff",
        Retry::ResolveFirst => "check the outcome first",
    }
}
