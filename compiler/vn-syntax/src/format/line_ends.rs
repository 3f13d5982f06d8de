//! Ends of lines as the text mostly has them.

/// The text with `\r\n` where most lines of the original end so.
pub(super) fn restored(original: &str, text: String) -> String {
    let all = original.matches('\n').count();
    let windows = original.matches("\r\n").count();
    if windows * 2 > all {
        return text.replace('\n', "\r\n");
    }
    text
}
