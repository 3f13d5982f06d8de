//! A page of `docs/errors` on a terminal.

/// Headings stand out, programs are indented, everything else is as it was written.
pub fn render(page: &str, colour: bool) -> String {
    let mut text = String::new();
    let mut program = false;
    for line in page.lines() {
        if line.starts_with("```") {
            program = !program;
        } else if program {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        } else {
            text.push_str(&prose(line, colour));
            text.push('\n');
        }
    }
    text
}

fn prose(line: &str, colour: bool) -> String {
    let bold = |line: &str| {
        if colour {
            format!("\u{1b}[1m{line}\u{1b}[0m")
        } else {
            line.to_owned()
        }
    };
    match line.strip_prefix("# ").or(line.strip_prefix("## ")) {
        Some(heading) => bold(heading),
        None => line.to_owned(),
    }
}
