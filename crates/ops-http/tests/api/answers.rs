//! The whole JSON of one answer of every kind: each route, each status of an operation, each kind
//! of refusal, with its members in their order. The texts are in `answers/`; with `UPDATE_EXPECT=1`
//! in the environment these tests write them anew.

mod errors;
mod operations;
mod reads;

use std::fmt::Debug;
use std::path::PathBuf;

use expect_test::expect_file;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::harness::Answer;

/// The answer has this status, its body is the one in the file of this name, and a client that
/// reads it as a `T` loses nothing of it.
#[track_caller]
fn assert_whole<T>(answer: &Answer, status: u16, name: &str)
where
    T: Debug + DeserializeOwned + PartialEq + Serialize,
{
    assert_eq!(answer.status, status, "{name}: {}", answer.text);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/api/answers")
        .join(format!("{name}.json"));
    expect_file![path].assert_eq(&format!("{}\n", answer.pretty()));
    let read: T = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), answer.text, "{name}");
}
