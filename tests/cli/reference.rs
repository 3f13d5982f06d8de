//! The pages of `docs/reference` are executable: every block is given to the real binary, and what the
//! page says of it is what comes out.
//!
//! ```` ```vn ````                     checks without errors and warnings
//! ```` ```vn error VN0301 ````        has errors of exactly these codes
//! ```` ```vn warning VN0205 ````      has no errors, and warnings of exactly these codes
//! ```` ```vn values ````              the next block lists `name = value` of every parameter
//! ```` ```vn plan ````                the next block is what `vnc plan` prints
//! ```` ```vn show PATH ````           the next block is what `vnc show FILE PATH` prints
//! ```` ```vn format ````              the next block is the program after `vnc fmt`
//!
//! `<!-- prelude` … `-->` stands unseen before every later block of its page that does not say `alone`;
//! lines such as `//- name.vn` begin further files. `INSTA_UPDATE=always` writes the expected blocks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::outcome::{Outcome, root, vnc_in};

/// A fenced block of a page.
struct Block {
    /// What stands behind the fence.
    info: String,
    /// Its lines.
    text: String,
    /// Lines of the page, fences left out.
    lines: std::ops::Range<usize>,
    /// What stands unseen before it.
    prelude: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut prelude = String::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if line.starts_with("<!-- prelude") {
            let until = lines.by_ref().map(|(_, line)| line);
            prelude = until
                .take_while(|line| *line != "-->")
                .fold(String::new(), |text, line| text + line + "\n");
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .collect();
            found.push(Block {
                info: info.to_owned(),
                text: body
                    .iter()
                    .fold(String::new(), |text, line| text + line + "\n"),
                lines: at + 1..at + 1 + body.len(),
                prelude: prelude.clone(),
            });
        }
    }
    found
}

/// A program in a folder of its own.
struct Program {
    folder: TempDir,
}

impl Program {
    fn of(block: &Block) -> Self {
        let folder = TempDir::new().unwrap();
        let alone = block.info.split(' ').any(|word| word == "alone");
        let mut name = "plan.vn".to_owned();
        let mut text = if alone {
            String::new()
        } else {
            block.prelude.clone()
        };
        let mut files = Vec::new();
        for line in block.text.lines() {
            if let Some(next) = line.strip_prefix("//- ") {
                files.push((std::mem::replace(&mut name, next.trim().to_owned()), text));
                text = String::new();
            } else {
                text += line;
                text += "\n";
            }
        }
        files.push((name, text));
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { folder }
    }

    fn run(&self, args: &[&str]) -> Outcome {
        vnc_in(self.folder.path(), args)
    }

    /// Codes of a severity, and whether the program passed.
    fn codes(&self, severity: &str) -> BTreeSet<String> {
        let outcome = self.run(&["check", "--json", "plan.vn"]);
        let document = outcome.json();
        let found = document["diagnostics"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        // A prelude holds more than each of its blocks uses.
        let of = found
            .iter()
            .filter(|one| one["severity"] == severity && one["code"] != "VN0418");
        of.map(|one| one["code"].as_str().unwrap_or("none").to_owned())
            .collect()
    }

    fn values(&self) -> String {
        let shown = self.run(&["show", "plan.vn"]).stdout;
        let of = |line: &str| Some(line.strip_prefix("  ")?.split_once(" (")?.0.to_owned());
        let lines = shown
            .lines()
            .skip_while(|line| *line != "parameters")
            .skip(1);
        lines.map_while(of).map(|line| line + "\n").collect()
    }
}

/// What a block claims: the codes of its errors and warnings, or the text of the next block.
fn held(block: &Block) -> Result<Option<String>, String> {
    let program = Program::of(block);
    let words: Vec<&str> = block
        .info
        .split(' ')
        .filter(|word| *word != "alone")
        .collect();
    let (kind, rest) = match words.as_slice() {
        ["vn"] => ("clean", &[][..]),
        ["vn", kind, rest @ ..] => (*kind, rest),
        _ => return Ok(None),
    };
    let wanted = |kind: &str, of: &str| -> BTreeSet<String> {
        let codes = if kind == of { rest } else { &[] };
        codes.iter().map(|code| (*code).to_owned()).collect()
    };
    let errors = program.codes("error");
    if errors != wanted(kind, "error") {
        return Err(format!("has the errors {errors:?}"));
    }
    let warnings = program.codes("warning");
    let free = ["error", "plan", "show", "values", "format"].contains(&kind);
    if !free && warnings != wanted(kind, "warning") {
        return Err(format!("has the warnings {warnings:?}"));
    }
    match kind {
        "clean" | "error" | "warning" => Ok(None),
        "values" => Ok(Some(program.values())),
        "plan" => Ok(Some(timeless(&program.run(&["plan", "plan.vn"]).stdout))),
        "show" => {
            let args = ["show", "plan.vn"].into_iter().chain(rest.iter().copied());
            Ok(Some(program.run(&args.collect::<Vec<_>>()).stdout))
        }
        "format" => {
            let path = program.folder.path().join("plan.vn");
            program.run(&["fmt", "plan.vn"]);
            Ok(Some(fs::read_to_string(path).unwrap()))
        }
        other => Err(format!("is of no kind `{other}`")),
    }
}

/// Without the line of the proof, which tells how long it took.
fn timeless(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("proof"));
    lines
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// The faults of a page; with `INSTA_UPDATE=always` its expected blocks are written anew.
fn faults(path: &Path) -> Vec<String> {
    let page = fs::read_to_string(path).unwrap();
    let blocks = blocks(&page);
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut faults = Vec::new();
    let name = path.file_name().unwrap().to_string_lossy();
    let mut changes = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let line = block.lines.start + 1;
        match held(block) {
            Err(fault) => faults.push(format!("{name}:{line}: the block {fault}\n{}", block.text)),
            Ok(None) => {}
            Ok(Some(found)) => match blocks.get(at + 1) {
                Some(next) if next.text == found => {}
                Some(next) => {
                    let (wanted, line) = (&next.text, next.lines.start + 1);
                    faults.push(format!(
                        "{name}:{line}: the page says\n{wanted}\nthe tool says\n{found}"
                    ));
                    changes.push((next.lines.clone(), found));
                }
                None => faults.push(format!("{name}:{line}: a block must follow")),
            },
        }
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") && !changes.is_empty() {
        for (range, text) in changes.into_iter().rev() {
            lines.splice(range, text.lines().map(str::to_owned));
        }
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    faults
}

fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs/reference")).unwrap();
    let mut pages: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn every_block_of_the_reference_holds() {
    let faults: Vec<String> = pages().iter().flat_map(|page| faults(page)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
