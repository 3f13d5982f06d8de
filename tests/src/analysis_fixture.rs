//! Programs with their expectations beside the mistake (`//~ VN0301`, `//~^ VN0301` for the line
//! above), analysed against the real standard library.

#![allow(dead_code, reason = "each test that includes this uses a part of it")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use vn_analysis::{Analysis, Input, InventoryFile, Library, Setting, Wanted, analyse, inventories};
use vn_syntax::{Diagnostic, Severity, Source, Sources, Span, SyntaxTree, parse, parse_expr};
use vnc::host::Memory;
use vnc::session::{self, Request};

/// A program and all that was found in it.
#[derive(Debug)]
pub struct Checked {
    /// The texts.
    pub sources: Sources,
    /// The result.
    pub analysis: Analysis,
    /// Messages of the syntax and of the analysis.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a program with the whole standard library and some `--set name=value`.
pub fn check_with(text: &str, set: &[&str], select: Option<&[String]>) -> Checked {
    check_all(text, &[], set, select)
}

/// The same with inventories, by name.
pub fn check_all(
    text: &str,
    files: &[(&str, &str)],
    set: &[&str],
    select: Option<&[String]>,
) -> Checked {
    let mut sources = Sources::default();
    let (entry, mut diagnostics) = parse(sources.add("plan.vn", text), text);
    let library = vn_stdlib::FILES.iter().map(|file| {
        let known = sources.add(file.path, file.text);
        Arc::new(Library::new(file.module, known, file.text))
    });
    let library: Vec<Arc<Library>> = library.collect();
    let mut settings: Vec<(&str, Span, SyntaxTree)> = Vec::new();
    for set in set {
        let (name, value) = set.split_once('=').expect("NAME=VALUE");
        let file = sources.add("--set", *set);
        let ahead = " ".repeat(set.len() - value.len());
        let (tree, found) = parse_expr(file, format!("{ahead}{value}"));
        diagnostics.extend(found);
        let name = name.trim();
        let end = u32::try_from(name.len()).expect("a short name");
        let span = Span {
            file,
            start: 0,
            end,
        };
        settings.extend(tree.map(|tree| (name, span, tree)));
    }
    let settings: Vec<Setting<'_>> = settings
        .iter()
        .map(|(name, span, value)| Setting {
            name,
            span: *span,
            value,
        })
        .collect();
    let asked = inventories(&entry);
    let named = |name: &str| asked.iter().find(|asked| asked.value == name);
    let inventories: Vec<InventoryFile<'_>> = files
        .iter()
        .filter_map(|&(name, text)| {
            let at = named(name)?.span;
            Some(InventoryFile {
                at,
                name,
                file: sources.add(name, text),
                text,
            })
        })
        .collect();
    let wanted = |name: &String| Wanted {
        name: name.clone(),
        span: None,
    };
    let select: Option<Vec<Wanted>> = select.map(|names| names.iter().map(wanted).collect());
    let input = Input {
        entry: &entry,
        library: &library,
        modules: &[],
        links: &[],
        settings: &settings,
        inventories: &inventories,
        today: None,
        select: select.as_deref(),
        names: true,
        origins: true,
    };
    let analysis = analyse(&input);
    diagnostics.extend(analysis.diagnostics.iter().cloned());
    Checked {
        sources,
        analysis,
        diagnostics,
    }
}

/// Analyses a program and says where its messages differ from what is expected beside them; the
/// report of its messages otherwise.
pub fn check(text: &str) -> String {
    let checked = check_with(text, &[], None);
    let expected = expectations(text);
    let found: BTreeSet<(usize, &str)> = checked
        .diagnostics
        .iter()
        .filter_map(|fault| checked.place(fault))
        .collect();
    let report = checked.report();
    assert_eq!(
        found, expected,
        "found and expected (line, code) differ\n{report}"
    );
    format!("SOURCE\n{}\nREPORT\n{report}", text.trim_end())
}

/// The files of a text in which `//- path.vn` begins a file.
pub fn files(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("//- ").skip(1);
    parts.filter_map(|part| part.split_once('\n')).collect()
}

/// As [`check`], for several files, the first of which is the program; by the whole of `vnc check`.
pub fn check_files(text: &str) -> String {
    let files = files(text);
    let host = Memory(
        files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect(),
    );
    let request = Request {
        entry: PathBuf::from(files.first().expect("a program").0),
        ..Request::default()
    };
    let session = session::check(&host, &request).expect("the program can be read");
    let checked = Checked {
        sources: session.sources,
        analysis: session.analysis,
        diagnostics: session.diagnostics,
    };
    let mut expected = BTreeSet::new();
    for (path, text) in &files {
        let places = expectations(text).into_iter();
        expected.extend(places.map(|(line, code)| ((*path).to_owned(), line, code)));
    }
    let found = checked.diagnostics.iter().filter_map(|fault| {
        let span = fault.labels.first()?.span;
        let source = checked.sources.get(span.file)?;
        Some((source.name.clone(), line(source, span), fault.code))
    });
    let found: BTreeSet<(String, usize, &str)> = found.collect();
    let report = checked.report();
    assert_eq!(
        found, expected,
        "found and expected (file, line, code) differ\n{report}"
    );
    format!("SOURCE\n{}\nREPORT\n{report}", text.trim_end())
}

fn expectations(text: &str) -> BTreeSet<(usize, &str)> {
    let mut expected = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        for wanted in line.split("//~").skip(1) {
            let up = wanted.chars().take_while(|letter| *letter == '^').count();
            let code = wanted.trim_start_matches('^').trim();
            expected.insert((number - up, code));
        }
    }
    expected
}

impl Checked {
    fn place(&self, fault: &Diagnostic) -> Option<(usize, &'static str)> {
        let span = fault.labels.first()?.span;
        let source = self.sources.get(span.file)?;
        (source.name == "plan.vn").then(|| (line(source, span), fault.code))
    }

    /// All messages as plain text.
    pub fn report(&self) -> String {
        let mut report = String::new();
        for fault in &self.diagnostics {
            self.render(fault, &mut report);
        }
        report
    }

    fn render(&self, fault: &Diagnostic, report: &mut String) {
        let severity = match fault.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        _ = writeln!(report, "{severity}[{}]: {}", fault.code, fault.message);
        for label in &fault.labels {
            let Some(source) = self.sources.get(label.span.file) else {
                continue;
            };
            let text = self
                .sources
                .slice(label.span)
                .lines()
                .next()
                .unwrap_or_default();
            let at = format!("{}:{}", source.name, line(source, label.span));
            let words = if label.text.is_empty() { "" } else { " — " };
            _ = writeln!(report, "  --> {at}: `{text}`{words}{}", label.text);
        }
        for fact in &fault.notes {
            _ = writeln!(report, "  note: {fact}");
        }
        if let Some(help) = &fault.help {
            _ = writeln!(report, "  help: {help}");
        }
        for edit in &fault.edits {
            _ = writeln!(
                report,
                "  edit: `{}` → `{}`",
                self.sources.slice(edit.span),
                edit.text
            );
        }
    }
}

fn line(source: &Source, span: Span) -> usize {
    let before = source.text.get(..span.start as usize).unwrap_or_default();
    1 + before.matches('\n').count()
}

/// The import of those kinds of the library that a tree instantiates.
pub fn imports(tree: &str, kinds: &[&str]) -> String {
    let used = kinds
        .iter()
        .filter(|kind| tree.contains(&format!(": {kind}")));
    let used: Vec<&str> = used.copied().collect();
    if used.is_empty() {
        return String::new();
    }
    format!("use std.services.{{{}}}", used.join(", "))
}
