//! `vnc explain`.

use super::{outcome, vnc};

#[test]
fn a_page_is_printed_as_it_was_written_into_a_pipe() {
    let page = std::fs::read_to_string(outcome::root().join("docs/errors/VN0503.md")).unwrap();
    for word in ["VN0503", "vn0503", "503", "vn503", "0503"] {
        let met = vnc(&["explain", word]);
        assert_eq!(
            (met.code, met.stdout.as_str()),
            (0, page.as_str()),
            "{word}"
        );
    }
}

#[test]
fn an_unknown_code_gets_its_nearest() {
    let met = vnc(&["explain", "VN0699"]);
    assert_eq!(met.code, 64);
    let (code, title) = vnc::codes::all()
        .into_iter()
        .rfind(|(code, _)| code.starts_with("VN06"))
        .unwrap();
    assert_eq!(
        met.stderr,
        format!(
            "error: no message has the code `VN0699`; did you mean {code} ({title})?\n  \
             help: `vnc explain --list` lists all codes\n"
        )
    );
    for word in ["", "VN", "99999999999", "\u{1b}[31m", "\u{dc}"] {
        let met = vnc(&["explain", word]);
        assert_eq!(met.code, 64);
        assert!(!met.stderr.contains('\u{1b}'));
    }
}

#[test]
fn all_codes_are_listed() {
    let met = vnc(&["explain", "--list"]);
    assert!(
        met.stdout
            .starts_with("VN0101  something else was expected here\n")
    );
    assert_eq!(met.stdout.lines().count(), vnc::codes::all().len());
}
