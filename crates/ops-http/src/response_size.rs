//! Answers that fit into what the host can send.

use serde::Serialize;

/// How long an answer may be. Only lists are long, and exports of the audit trail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResponseLimit {
    /// The host takes an answer as a whole: a page or an export ends before its text, as a JSON
    /// string, has more than this many bytes, and the answer says where the rest begins. One item
    /// alone is answered however long it is.
    Whole {
        /// The most bytes.
        bytes: usize,
    },
    /// The host sends an answer while it is written, however long it is.
    Streamed,
}

impl ResponseLimit {
    /// The most bytes of a text, as a JSON string, if there is a limit.
    pub(crate) const fn most(self) -> usize {
        match self {
            Self::Whole { bytes } => bytes,
            Self::Streamed => usize::MAX,
        }
    }

    /// How many items to ask the store for instead, if a page of so many does not fit. Only the
    /// store can make the cursor behind the last of them.
    pub(crate) fn fewer(self, page: &impl Serialize, items: usize) -> Option<usize> {
        match self {
            Self::Whole { bytes } if items > 1 && text_length(page) > bytes => Some(items / 2),
            Self::Whole { .. } | Self::Streamed => None,
        }
    }
}

fn text_length(page: &impl Serialize) -> usize {
    let text = serde_json::to_string(page).expect("texts are the keys of every member");
    length_in_json(&text)
}

/// The length of the text as a JSON string, which is how a Lambda function answers.
pub(crate) fn length_in_json(text: &str) -> usize {
    let length = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(length).sum()
}
