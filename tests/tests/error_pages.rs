//! The pages of `docs/errors` hold what they say: one page per code, a wrong program that gives
//! exactly its code, and its mended twin that does not.
//!
//! `INSTA_UPDATE=always cargo test -p vn-tests --test error_pages` blesses the reports and the index.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use vn_solve::Silent;
use vn_syntax::{Diagnostic, Severity, Sources};
use vnc::cli::{Cli, Command};
use vnc::codes::{self, Block, Kind, Page};
use vnc::emission::emission;
use vnc::host::Memory;
use vnc::render::diagnostics::render;
use vnc::session::{self, Planned, Request};

/// Codes that no program comes to, only a plan or an input that nobody writes by hand.
const NO_PROGRAM: &[&str] = &["VN0108", "VN0603", "VN0604", "VN0606"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(code: &'static str) -> Page<'static> {
    let (_, text) = codes::pages().find(|(name, _)| *name == code).unwrap();
    Page::read(text).unwrap_or_else(|| {
        panic!(
            "docs/errors/{code}.md is not of the form `# {code}: title`, what it means, `## Why`, \
             `## Wrong` with a fenced block marked `vn error`, `vn warning`, `vn note`, \
             `vn plan-error`, `vn plan-warning` or `vn build-error`, `## Right` with one marked `vn`"
        )
    })
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let registered: BTreeSet<&str> = codes::all().iter().map(|(code, _)| *code).collect();
    let written: BTreeSet<&str> = codes::pages().map(|(name, _)| name).collect();
    let missing: Vec<_> = registered.difference(&written).collect();
    let stray: Vec<_> = written.difference(&registered).collect();
    assert!(
        missing.is_empty(),
        "write docs/errors/CODE.md for {missing:?} (see docs/errors/VN0301.md for the form)"
    );
    assert!(
        stray.is_empty(),
        "docs/errors has pages for {stray:?}, which no table of codes has: add a row to the \
         `codes.rs` of the crate that reports it, or remove the page"
    );
}

#[test]
fn every_code_is_written_once_and_in_a_table() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in ["compiler", "planner", "stdlib", "grammar"] {
        literals(&root().join(folder), &mut places);
    }
    let registered: Vec<&str> = codes::all().iter().map(|(code, _)| *code).collect();
    for (code, places) in &places {
        assert!(
            places.len() == 1 && places.iter().all(|p| p.ends_with("codes.rs")),
            "{code} is written at {places:?}: write it once, in the `codes.rs` of its crate, and \
             use the constant elsewhere"
        );
        assert_eq!(
            registered.iter().filter(|known| *known == code).count(),
            1,
            "{code} must stand once in the table of {places:?}"
        );
    }
    let literal: Vec<&str> = places.keys().map(String::as_str).collect();
    assert_eq!(literal, registered);
}

/// All `"VN0123"` in the sources below a folder, without what is only compiled for tests.
fn literals(folder: &Path, places: &mut BTreeMap<String, Vec<String>>) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() && !path.ends_with("tests") {
            literals(&path, places);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let shown = path.strip_prefix(root()).unwrap().display().to_string();
            for (at, _) in text.match_indices("\"VN") {
                let word = &text[at + 1..];
                let code = word.split('"').next().unwrap();
                if code.len() == 6 && code[2..].bytes().all(|b| b.is_ascii_digit()) {
                    places
                        .entry(code.to_owned())
                        .or_default()
                        .push(shown.clone());
                }
            }
        }
    }
}

#[test]
fn every_page_has_the_form_of_one() {
    for (code, title) in codes::all() {
        let page = page(code);
        assert_eq!(
            (page.code, page.title),
            (code, title),
            "the first line of docs/errors/{code}.md must be `# {code}: {title}`"
        );
        assert!(
            !page.summary.is_empty(),
            "docs/errors/{code}.md says nothing under its title"
        );
        assert!(
            !page.why.is_empty(),
            "docs/errors/{code}.md says nothing under `## Why`"
        );
        assert!(
            !page.wrong.is_empty(),
            "docs/errors/{code}.md shows nothing under `## Wrong`"
        );
        assert!(
            !page.right.is_empty(),
            "docs/errors/{code}.md shows nothing under `## Right`"
        );
        let shown = page.wrong.iter().any(|block| block.kind == Kind::Shown);
        assert_eq!(
            shown,
            NO_PROGRAM.contains(&code),
            "docs/errors/{code}.md: a `text` block is for codes that no program comes to"
        );
    }
}

/// What a program of a page comes to: findings, the texts, and whether it came to an end.
struct Met {
    found: Vec<Diagnostic>,
    sources: Sources,
}

impl Met {
    fn codes(&self, of: Severity) -> BTreeSet<&'static str> {
        let found = self.found.iter().filter(|d| d.severity == of);
        found.map(|d| d.code).collect()
    }

    fn report(&self) -> String {
        let mut hush = self.found.clone();
        hush.sort_by_key(|d| d.severity);
        render(&hush, &self.sources, false)
    }
}

/// How far a program is taken.
fn meet(block: &Block<'_>, how_far: Kind) -> Met {
    let (host, entry) = files(block.text);
    let request = request(&entry, &block.flags);
    let checked = session::check(&host, &request).unwrap();
    let mut met = Met {
        found: checked.diagnostics,
        sources: checked.sources,
    };
    let planned = match how_far {
        Kind::Fine | Kind::Error | Kind::Warning | Kind::Note | Kind::Shown => return met,
        Kind::PlanError | Kind::PlanWarning | Kind::BuildError => {
            let Some(composition) = checked.composition else {
                return met;
            };
            let composition = match session::laid_out(&composition, &request) {
                Ok(composition) => composition,
                Err(found) => {
                    met.found.extend(found);
                    return met;
                }
            };
            let planned = session::plan(&composition, &met.sources, &request, &mut Silent);
            (composition, planned)
        }
    };
    match planned {
        (composition, Planned::Plan { plan, advice, .. }) => {
            met.found.extend(advice);
            if how_far == Kind::BuildError {
                met.found.extend(
                    emission(&plan, &composition, false)
                        .err()
                        .unwrap_or_default(),
                );
            }
        }
        (_, Planned::Nothing(found) | Planned::Beyond(found)) => met.found.extend(found),
        (_, Planned::Moves(why) | Planned::Undecided(why)) => panic!("undecided: {why}"),
        (_, Planned::Defect(why)) => panic!("{}", why.join("\n")),
    }
    met
}

/// The files of a block: `//- other.vn` begins another; the first is the program.
fn files(text: &str) -> (Memory, PathBuf) {
    let text = if text.starts_with("//- ") {
        text.to_owned()
    } else {
        format!("//- plan.vn\n{text}")
    };
    let mut parts = text.split("//- ").skip(1).map(|part| {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        (PathBuf::from(name.trim()), text.to_owned())
    });
    let first = parts.next().unwrap();
    let entry = first.0.clone();
    (Memory(std::iter::once(first).chain(parts).collect()), entry)
}

fn request(entry: &Path, flags: &[&str]) -> Request {
    let words = ["vnc", "build", entry.to_str().unwrap()];
    let cli = Cli::try_parse_from(words.iter().chain(flags)).unwrap_or_else(|e| panic!("{e}"));
    match cli.command {
        Command::Build(args) => args.program.request(Some(args.search)),
        other => panic!("{other:?} does not build"),
    }
}

#[test]
fn wrong_programs_give_exactly_their_code() {
    let mut complaints = String::new();
    for (code, _) in codes::all() {
        for block in page(code).wrong {
            let met = match block.kind {
                Kind::Shown => continue,
                kind => meet(&block, kind),
            };
            if !gives_exactly(&met, code, block.kind) {
                _ = writeln!(
                    complaints,
                    "docs/errors/{code}.md: the program under `## Wrong` must give {code} ({:?}) \
                     and nothing as bad beside it, but it gives\n{}",
                    block.kind,
                    met.report()
                );
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

fn gives_exactly(met: &Met, code: &'static str, kind: Kind) -> bool {
    let only = BTreeSet::from([code]);
    let none = BTreeSet::new();
    let (errors, warnings) = (met.codes(Severity::Error), met.codes(Severity::Warning));
    match kind {
        Kind::Error | Kind::PlanError | Kind::BuildError => errors == only,
        Kind::Warning | Kind::PlanWarning => errors == none && warnings == only,
        Kind::Note => errors == none && warnings == none && met.codes(Severity::Note) == only,
        Kind::Fine | Kind::Shown => false,
    }
}

#[test]
fn right_programs_are_right() {
    let mut complaints = String::new();
    for (code, _) in codes::all() {
        let page = page(code);
        let how_far = page.wrong.first().map_or(Kind::Fine, |block| block.kind);
        for block in page.right {
            let met = meet(&block, how_far);
            // What one line declares, nothing uses.
            let mut doubts = met.codes(Severity::Warning);
            doubts.remove("VN0205");
            let fine = block.kind == Kind::Fine
                && met.codes(Severity::Error).is_empty()
                && doubts.is_empty()
                && met.found.iter().all(|found| found.code != code);
            if !fine {
                _ = writeln!(
                    complaints,
                    "docs/errors/{code}.md: the program under `## Right`, marked `vn`, must be \
                     fine, but it gives\n{}",
                    met.report()
                );
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn reports_of_wrong_programs_read_like_this() {
    for (code, _) in codes::all() {
        let page = page(code);
        let mut text = String::new();
        for block in page.wrong.iter().filter(|block| block.kind != Kind::Shown) {
            let met = meet(block, block.kind);
            _ = write!(
                text,
                "SOURCE\n{}\nREPORT\n{}",
                block.text.trim_end(),
                met.report()
            );
        }
        let text = text
            .lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n");
        insta::assert_snapshot!(code, text);
    }
}

#[test]
fn the_index_lists_all_pages() {
    let path = root().join("docs/errors/README.md");
    let index = codes::index();
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        fs::write(&path, &index).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        index,
        "bless docs/errors/README.md: INSTA_UPDATE=always cargo test -p vn-tests --test error_pages"
    );
}
