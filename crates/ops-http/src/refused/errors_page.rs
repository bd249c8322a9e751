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

Every refusal has a stable `code`. When RDS refused, or an operation could not be carried out, or it ran and failed, the
answer is **200** with `\"success\": false` and also has an `error_code`. A code that begins with a capital is AWS's own:
AWS answered with it. A code in lower case is this service's. This page is generated from the tables of the answers.

`retry` in an answer says whether to send the same request again:

| `retry` | Retry? |
|---|---|
";

const CODES: &str = "
## `code`: answers of the service
";

const OPERATIONS: &str = "
## `error_code`: operations that did not succeed, though RDS did not refuse them

What this service refuses before RDS is asked has a code of this table, too.
";

const WIRE: &str = "
## `error_code`: what AWS answers

Codes are compared exactly. Messages are not compared.
";

const WARNINGS: &str = "
## `warnings`: operations that do what they were asked for

A preview (`dry_run`) and a result list these. They refuse nothing.
";

const STATUSES: &str = "
## Statuses of an instance

An operation is possible in the statuses that name it here. In every other status it is refused before RDS is asked
(`status_not_allowed`). An operation on the cluster of a member (see [operations-service.md](operations-service.md))
needs the cluster to be `available`, whatever the status of the member is (`cluster_status_not_allowed`). A status that
only a person ends, or that nothing ends, also ends a running operation (`instance_needs_attention`).
";

#[test]
fn the_page_of_errors_says_what_the_answers_say() {
    let answers = Code::ALL.iter().map(|&code| (status(code).as_u16(), guidance::for_code(code)));
    let head = "| HTTP | code | what happened | what to do | Retry? |\n|---|---|---|---|---|\n";
    let mut page = format!("{HEAD}{}{CODES}\n{head}", retries());
    for (http, Guidance { code, sentence, advice, retry }) in answers {
        page += &format!("| {http} | `{code}` | {sentence} | {advice} | {} |\n", words(retry));
    }
    page += &section(OPERATIONS, guidance::all_service_codes().copied());
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
        Retry::AfterStateChange => "after the status changes",
        Retry::BackOff => "yes, with backoff",
        Retry::ResolveFirst => "check the outcome first",
    }
}
