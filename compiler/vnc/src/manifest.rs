//! `vn.toml`: the entry file, the edition, and the defaults of a project.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vn_analysis::codes::{BAD_MANIFEST, OUTSIDE};
use vn_analysis::{Composition, EmitTarget, Wanted, nearest};
use vn_emit::Target;
use vn_syntax::{Diagnostic, FileId, Span, SyntaxTree, parse_expr};

use crate::host::normal;

/// The only edition so far.
const EDITION: i64 = 2026;

/// What `[project]` may hold.
const PROJECT: [&str; 3] = ["name", "edition", "entry"];

/// What a `vn.toml` says, each with its place.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The program, relative to the folder of the file.
    pub entry: Option<String>,
    /// `[params]`: values of parameters, in the order of the text.
    pub params: Vec<Param>,
    /// Components, as `--select` names them.
    pub select: Option<Vec<Wanted>>,
    /// `emit.targets`: for programs without an `emit`.
    pub targets: Vec<(String, Span)>,
    /// `emit.out`: where files are written, relative to the folder of the file.
    pub out: Option<(String, Span)>,
}

/// A value of a parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// The parameter.
    pub name: String,
    /// Where it is named.
    pub span: Span,
    /// The value, at its place in the file.
    pub value: SyntaxTree,
}

/// A `vn.toml` under way.
struct Reader<'t, 'f> {
    file: FileId,
    text: &'t str,
    faults: &'f mut Vec<Diagnostic>,
}

impl Manifest {
    /// Reads a `vn.toml`; what is wrong with it is in the faults.
    pub fn read(file: FileId, text: &str, faults: &mut Vec<Diagnostic>) -> Self {
        let mut manifest = Self::default();
        let mut reader = Reader { file, text, faults };
        match DeTable::parse(text) {
            Ok(table) => reader.root(table.get_ref(), &mut manifest),
            Err(error) => {
                let span = reader.span(error.span().unwrap_or(0..0));
                reader.fault(span, error.message().to_lowercase());
            }
        }
        manifest
    }

    /// The folder for files, relative to that of the manifest; one outside of the project only where
    /// that is allowed.
    pub fn folder_for_files(
        &self,
        allow_outside: bool,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<PathBuf> {
        let (out, span) = self.out.as_ref()?;
        let path = normal(Path::new(out));
        if allow_outside || !(path.is_absolute() || path.starts_with("..")) {
            return Some(path);
        }
        let message = format!("`{out}` leads out of the project");
        let fault = Diagnostic::error(OUTSIDE, *span, message);
        faults.push(fault.help("name a folder in the project, or pass `--allow-outside`"));
        None
    }

    /// Gives a program without an `emit` the project's targets.
    pub fn complete(&self, composition: &mut Composition) {
        if composition.emit.is_empty() {
            let target = |(name, span): &(String, Span)| EmitTarget {
                name: name.clone(),
                options: BTreeMap::new(),
                span: *span,
            };
            composition.emit = self.targets.iter().map(target).collect();
        }
    }
}

impl<'t> Reader<'t, '_> {
    fn root(&mut self, table: &DeTable<'t>, into: &mut Manifest) {
        for (key, value) in self.entries(table) {
            match key.0.as_str() {
                "project" => self.project(value, into),
                "params" => self.params(value, into),
                "emit" => self.emit(value, into),
                "select" => into.select = self.texts(value).map(wanted),
                inner if PROJECT.contains(&inner) => self.outside_of_project(&key),
                _ => self.unknown(&key, "", &["project", "params", "emit", "select"]),
            }
        }
    }

    /// A key that is known, under no heading.
    fn outside_of_project(&mut self, (key, span): &(String, Span)) {
        let message = format!("`{key}` stands outside of `[project]`");
        let fault = Diagnostic::error(BAD_MANIFEST, *span, message);
        self.faults
            .push(fault.help("write `[project]` on the line above"));
    }

    /// The program, which lies in the project.
    fn entry(&mut self, value: &Spanned<DeValue<'t>>) -> Option<String> {
        let (entry, span) = self.string(value)?;
        let path = normal(Path::new(&entry));
        if path.is_absolute() || path.starts_with("..") {
            self.fault(span, format!("`{entry}` leads out of the project"));
            return None;
        }
        Some(entry)
    }

    fn project(&mut self, value: &Spanned<DeValue<'t>>, into: &mut Manifest) {
        for (key, value) in self.table(value) {
            match key.0.as_str() {
                "name" => _ = self.string(value),
                "edition" => self.edition(value),
                "entry" => into.entry = self.entry(value),
                _ => self.unknown(&key, "project.", &PROJECT),
            }
        }
    }

    fn emit(&mut self, value: &Spanned<DeValue<'t>>, into: &mut Manifest) {
        for (key, value) in self.table(value) {
            match key.0.as_str() {
                "targets" => {
                    let targets = self.texts(value).unwrap_or_default();
                    into.targets = targets
                        .into_iter()
                        .filter(|one| self.is_target(one))
                        .collect();
                }
                "out" => into.out = self.string(value),
                _ => self.unknown(&key, "emit.", &["targets", "out"]),
            }
        }
    }

    fn is_target(&mut self, (name, span): &(String, Span)) -> bool {
        if name.parse::<Target>().is_ok() {
            return true;
        }
        let known: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
        let message = format!("no target `{name}`{}", hint(name, &known));
        let fault = Diagnostic::error(BAD_MANIFEST, *span, message);
        self.faults
            .push(match nearest(name, known.iter().copied()) {
                Some(near) => fault.guess(*span, format!("\"{near}\"")),
                None => fault.help(format!("the targets are {}", known.join(", "))),
            });
        false
    }

    fn edition(&mut self, value: &Spanned<DeValue<'t>>) {
        let span = self.span(value.span());
        let written = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if written != Some(EDITION) {
            self.fault(span, format!("the only edition is {EDITION}"));
        }
    }

    /// Numbers and truths stand for themselves, a text is read as the language reads a value.
    fn params(&mut self, value: &Spanned<DeValue<'t>>, into: &mut Manifest) {
        for ((name, span), value) in self.table(value) {
            let range = value.span();
            let range = match value.get_ref() {
                DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) => range,
                DeValue::String(_) => {
                    let quotes = self.quotes(&range);
                    range.start + quotes..range.end.saturating_sub(quotes)
                }
                DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                    let place = self.span(range);
                    self.fault(
                        place,
                        format!("`{name}` needs a number, `true`, `false` or a text"),
                    );
                    continue;
                }
            };
            let ahead = " ".repeat(range.start);
            let written = self.text.get(range).unwrap_or_default();
            let (value, found) = parse_expr(self.file, format!("{ahead}{written}"));
            self.faults.extend(found);
            into.params
                .extend(value.map(|value| Param { name, span, value }));
        }
    }

    fn quotes(&self, range: &Range<usize>) -> usize {
        let written = self.text.get(range.clone()).unwrap_or_default();
        if written.starts_with("\"\"\"") || written.starts_with("'''") {
            3
        } else {
            1
        }
    }

    fn entries<'v>(
        &self,
        table: &'v DeTable<'t>,
    ) -> Vec<((String, Span), &'v Spanned<DeValue<'t>>)> {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| ((key.get_ref().to_string(), self.span(key.span())), value))
            .collect();
        entries.sort_by_key(|((_, span), _)| *span);
        entries
    }

    fn table<'v>(
        &mut self,
        value: &'v Spanned<DeValue<'t>>,
    ) -> Vec<((String, Span), &'v Spanned<DeValue<'t>>)> {
        if let DeValue::Table(table) = value.get_ref() {
            return self.entries(table);
        }
        self.wrong(value, "a table");
        Vec::new()
    }

    fn string(&mut self, value: &Spanned<DeValue<'t>>) -> Option<(String, Span)> {
        if let DeValue::String(text) = value.get_ref() {
            return Some((text.to_string(), self.span(value.span())));
        }
        self.wrong(value, "a text in quotes");
        None
    }

    fn texts(&mut self, value: &Spanned<DeValue<'t>>) -> Option<Vec<(String, Span)>> {
        if let DeValue::Array(items) = value.get_ref() {
            return Some(items.iter().filter_map(|item| self.string(item)).collect());
        }
        self.wrong(value, "a list of texts, `[\"…\"]`");
        None
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'t>>, needed: &str) {
        let span = self.span(value.span());
        self.fault(span, format!("{needed} is needed here"));
    }

    fn unknown(&mut self, (key, span): &(String, Span), group: &str, known: &[&str]) {
        let place = if group.is_empty() {
            "vn.toml".to_owned()
        } else {
            format!("[{}]", group.trim_end_matches('.'))
        };
        let message = format!("`{place}` has no `{key}`{}", hint(key, known));
        let fault = Diagnostic::error(BAD_MANIFEST, *span, message);
        self.faults.push(match nearest(key, known.iter().copied()) {
            Some(near) => fault.guess(*span, near),
            None => fault.help(format!("it may have {}", known.join(", "))),
        });
    }

    fn fault(&mut self, span: Span, message: String) {
        self.faults
            .push(Diagnostic::error(BAD_MANIFEST, span, message));
    }

    fn span(&self, range: Range<usize>) -> Span {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            file: self.file,
            start: place(range.start),
            end: place(range.end),
        }
    }
}

fn wanted(texts: Vec<(String, Span)>) -> Vec<Wanted> {
    let wanted = |(name, span)| Wanted {
        name,
        span: Some(span),
    };
    texts.into_iter().map(wanted).collect()
}

fn hint(word: &str, known: &[&str]) -> String {
    nearest(word, known.iter().copied())
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
