//! Panics in the log, where the fields of the spans around them say whose request or operation it
//! was.

use std::panic::PanicHookInfo;

/// From now on a panic is a line of the log, instead of a text on standard error that is no JSON.
pub fn go_to_the_log() {
    std::panic::set_hook(Box::new(log));
}

/// Logs where a panic is. Its text is left out: that of an `unwrap` or `expect` shows the value
/// that it met, which may be a header or a body. The place in the code is what a developer needs.
pub fn log(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    tracing::error!(location, exception_name = "panic", "the code met a defect");
}
