//! Whole events in the shapes that API Gateway documents, with made up accounts and names.

use serde_json::Value;

macro_rules! fixtures {
    ($($name:literal),+ $(,)?) => {
        /// Every event by its name.
        pub(crate) fn all() -> Vec<(&'static str, Value)> {
            vec![$(($name, serde_json::from_str(include_str!(concat!("../events/", $name, ".json"))).unwrap())),+]
        }
    };
}

fixtures!(
    "rest-iam",
    "rest-iam-user",
    "rest-iam-sso",
    "rest-iam-identity-pool",
    "rest-cognito",
    "rest-lambda",
    "rest-api-key",
    "rest-console-test",
    "rest-no-authorizer",
    "http-iam",
    "http-iam-identity-pool",
    "http-jwt",
    "http-jwt-cognito",
    "http-jwt-odd",
    "http-lambda",
    "http-no-authorizer",
    "http-payload-1-jwt",
);

pub(crate) fn event(name: &str) -> Value {
    all().into_iter().find(|(other, _)| *other == name).unwrap().1
}
