//! How long and how deep a request may be.

use serde_json::{Value, json};

use crate::harness::{Api, reboot_of, submission};

#[tokio::test]
async fn a_deeply_nested_body_is_refused_in_clear_words_and_audited() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for depth in [33, 129, 10_000] {
            let api = Api::demo();
            let nested = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            for body in
                [nested.clone(), open.repeat(depth), format!(r#"{{"parameters":{nested}}}"#)]
            {
                let answer = api.send(submission(body, &[])).await;
                assert_eq!(answer.brief(), (400, "invalid_request".into()));
                assert_eq!(
                    answer.json()["details"][0]["message"],
                    json!("is nested deeper than 32 levels")
                );
            }
            assert!(api.trail().iter().all(|(event, _)| event == "refused"));
        }
    }
    let mut deepest = reboot_of("dev-postgres-01");
    deepest["parameters"]["tags"] = (0..29).fold(json!(1), |inner, _| json!([inner]));
    let answer = Api::demo().post(&deepest).await;
    assert_eq!(answer.json()["details"][0]["pointer"], json!("/parameters/tags"));
}

#[tokio::test]
async fn a_body_of_64_kib_is_read_and_a_longer_one_is_not() {
    let body = |length: usize| {
        let text = reboot_of("prod-orders-01").to_string();
        format!("{text}{}", " ".repeat(length - text.len()))
    };
    assert_eq!(Api::demo().send(submission(body(64 * 1024), &[])).await.status, 403);
    let answer = Api::demo().send(submission(body(64 * 1024 + 1), &[])).await;
    assert_eq!(answer.brief(), (413, "payload_too_large".into()));
}

#[tokio::test]
async fn at_most_a_hundred_problems_are_reported() {
    let api = Api::demo();
    let mut body = reboot_of("dev-postgres-01");
    for number in 0..5_000 {
        body[format!("f{number}")] = json!(1);
    }
    let answer = api.post(&body).await;
    let details = answer.json()["details"].as_array().unwrap().clone();
    assert_eq!((answer.status.as_u16(), details.len()), (400, 101));
    assert_eq!(details.last().unwrap()["message"], json!("has 4900 more problems"));
    let entry: Value = json!(api.world.store.entries()[0]);
    assert!(entry.to_string().len() < 100_000, "{}", entry.to_string().len());
}
