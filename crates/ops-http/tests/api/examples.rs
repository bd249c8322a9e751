//! The examples of the API description are requests that the service takes.

use serde_json::Value;

use crate::harness::Api;

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

const DOCUMENT: &str = include_str!("../../openapi.json");

#[tokio::test]
async fn every_example_of_the_description_is_taken() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let body = &document["paths"]["/operations"]["post"]["requestBody"]["content"];
    let examples = body["application/json"]["examples"].as_object().unwrap();
    let mut operations = std::collections::BTreeSet::new();
    for (name, example) in examples {
        let request = &example["value"];
        let answer = Api::demo().post_with(request, &ASYNC).await;
        assert!(answer.status.is_success(), "{name}: {}", answer.text);
        operations.insert(request["operation"].as_str().unwrap().to_owned());
    }
    assert_eq!(operations.len(), ops_domain::operation::Operation::NAMES.len());
}

#[tokio::test]
async fn the_description_is_served_as_it_is_checked_in() {
    let answer =
        Api::demo().send(crate::harness::anonymous(http::Method::GET, "/openapi.json")).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, DOCUMENT));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}
