//! Ends of lines as the text mostly has them.

use std::borrow::Cow;

/// The text with `\r\n` where most lines of the original end so.
pub(super) fn restored(original: &str, text: String) -> String {
    let all = original.matches('\n').count();
    let windows = original.matches("\r\n").count();
    let text = if windows * 2 > all {
        Cow::Owned(text.replace('\n', "\r\n"))
    } else {
        Cow::Borrowed(text.as_str())
    };
    text.into_owned()
}
