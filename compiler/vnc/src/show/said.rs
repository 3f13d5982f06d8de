//! What the text says beside values: statements, each with its place.

use std::collections::BTreeMap;

use serde::Serialize;
use vn_syntax::{FileId, NodeRef, Sources, Span, SyntaxKind, SyntaxTree, parse};

use crate::session::is_inside;

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// `needs kv within 10 ms`, on one line and without comments.
    pub text: String,
    /// `plan.vn:12`.
    pub at: String,
    /// `kind cache`, where it is said of all of that kind.
    pub through: Option<String>,
}

/// The trees of the user's files.
pub struct Texts<'s> {
    sources: &'s Sources,
    trees: BTreeMap<FileId, SyntaxTree>,
}

impl<'s> Texts<'s> {
    /// Reads the program and its modules.
    pub fn of(sources: &'s Sources) -> Self {
        let is_text = |(file, name): &(FileId, &str)| {
            let is_module = name
                .rsplit_once('.')
                .is_some_and(|(_, ending)| ending == "vn");
            *file == FileId(0) || (is_module && !is_inside(name))
        };
        let texts = sources
            .iter()
            .map(|(file, source)| (file, source.name.as_str()));
        let tree = |(file, _)| {
            let source = sources.get(file)?;
            Some((file, parse(file, source.text.to_string()).0))
        };
        Self {
            sources,
            trees: texts.filter(is_text).filter_map(tree).collect(),
        }
    }

    /// `plan.vn:12`; of the command line, the option.
    pub fn at(&self, span: Span) -> String {
        let Some(source) = self.sources.get(span.file) else {
            return String::new();
        };
        if source.name.starts_with("--") {
            return source.name.clone();
        }
        format!("{}:{}", source.name, source.line_column(span.start).0)
    }

    /// What stands outside of everything: links, the policy, what is minimised and required.
    pub fn of_program(&self) -> Vec<Said> {
        let roots = self.trees.values().map(SyntaxTree::root);
        roots.flat_map(|root| self.statements(root, None)).collect()
    }

    /// What stands in the body of what is declared under a name.
    pub fn of_declaration(&self, name: Span) -> Vec<Said> {
        let declared = self.chain(name).pop();
        declared.map_or_else(Vec::new, |node| self.inside(node, None))
    }

    /// What stands in a component and in its kind.
    pub fn of_component(&self, name: Span, kind: Option<&str>) -> Vec<Said> {
        let mut all = self.of_declaration(name);
        if let Some(kind) = kind {
            let declared = self.kind(kind, name.file);
            all.extend(
                declared
                    .into_iter()
                    .flat_map(|node| self.inside(node, Some(kind))),
            );
        }
        all
    }

    /// What stands in a variant of a component, else in that of its kind.
    pub fn of_variant(&self, name: Span, kind: Option<&str>, variant: &str) -> Vec<Said> {
        let own = self.chain(name).pop().and_then(|node| named(node, variant));
        if let Some(own) = own {
            return self.inside(own, None);
        }
        let kind = kind.and_then(|kind| Some((kind, self.kind(kind, name.file)?)));
        let theirs = kind.and_then(|(kind, node)| Some((kind, named(node, variant)?)));
        theirs.map_or_else(Vec::new, |(kind, node)| self.inside(node, Some(kind)))
    }

    /// The builder and the nodes around a component, by their paths, with what stands in each.
    pub fn around(&self, name: Span) -> Vec<(Vec<String>, Vec<Said>)> {
        let mut path: Vec<String> = Vec::new();
        let mut around = Vec::new();
        for node in self.chain(name) {
            match node.kind() {
                SyntaxKind::Builder => around.push((Vec::new(), self.inside(node, None))),
                SyntaxKind::Node => {
                    path.extend(name_of(node).map(str::to_owned));
                    around.push((path.clone(), self.inside(node, None)));
                }
                _ => {}
            }
        }
        around
    }

    /// The declarations around a name, the outermost first and its own last.
    fn chain(&self, name: Span) -> Vec<NodeRef<'_>> {
        let Some(tree) = self.trees.get(&name.file) else {
            return Vec::new();
        };
        let mut chain = Vec::new();
        let mut at = Some(tree.root());
        while let Some(node) = at {
            let holds = |child: &NodeRef<'_>| {
                let span = child.span();
                span.start <= name.start && name.end <= span.end
            };
            at = node.children().find(holds);
            if node.child(SyntaxKind::Name).is_some() {
                chain.push(node);
            }
        }
        chain
    }

    /// A kind of the user's: of the same file, else the only one of that name.
    fn kind(&self, path: &str, from: FileId) -> Option<NodeRef<'_>> {
        let name = path.rsplit('.').next()?;
        let all = self.trees.iter().flat_map(|(file, tree)| {
            let kinds = tree.root().children_of(SyntaxKind::Kind);
            kinds.map(move |kind| (*file, kind))
        });
        let mut found: Vec<(FileId, NodeRef<'_>)> = all
            .filter(|(_, kind)| name_of(*kind) == Some(name))
            .collect();
        if let Some((_, own)) = found.iter().find(|(file, _)| *file == from) {
            return Some(*own);
        }
        let only = found.pop().filter(|_| found.is_empty());
        only.map(|(_, kind)| kind)
    }

    fn inside(&self, node: NodeRef<'_>, kind: Option<&str>) -> Vec<Said> {
        let body = node.child(SyntaxKind::Body);
        body.map_or_else(Vec::new, |body| self.statements(body, kind))
    }

    fn statements(&self, body: NodeRef<'_>, kind: Option<&str>) -> Vec<Said> {
        let mut said = Vec::new();
        let told = body.children().filter(|child| is_told(child.kind()));
        told.for_each(|child| self.statement(child, "", kind, &mut said));
        said
    }

    /// Of a `policy` or a `decide`, each line by itself.
    fn statement(&self, node: NodeRef<'_>, ahead: &str, kind: Option<&str>, into: &mut Vec<Said>) {
        let word = match node.kind() {
            SyntaxKind::Policy => "policy ".to_owned(),
            SyntaxKind::Decide => "decide ".to_owned(),
            SyntaxKind::Block => format!("{}.", name_of(node).unwrap_or_default()),
            _ => {
                into.push(Said {
                    text: format!("{ahead}{}", on_one_line(node)),
                    at: self.at(node.span()),
                    through: kind.map(|kind| format!("kind {kind}")),
                });
                return;
            }
        };
        let ahead = format!("{ahead}{word}");
        let lines = node.child(SyntaxKind::Body).into_iter();
        let lines = lines.flat_map(NodeRef::children);
        lines.for_each(|line| self.statement(line, &ahead, kind, into));
    }
}

/// What is neither a value nor a declaration with an entry of its own.
fn is_told(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Buffer
            | SyntaxKind::Clone
            | SyntaxKind::Colocate
            | SyntaxKind::Currently
            | SyntaxKind::Decide
            | SyntaxKind::Fetch
            | SyntaxKind::Forbid
            | SyntaxKind::Link
            | SyntaxKind::Minimize
            | SyntaxKind::Needs
            | SyntaxKind::OnEvery
            | SyntaxKind::OneOf
            | SyntaxKind::OverrideItem
            | SyntaxKind::Pin
            | SyntaxKind::Policy
            | SyntaxKind::Prefer
            | SyntaxKind::Quorum
            | SyntaxKind::Ratio
            | SyntaxKind::Require
            | SyntaxKind::Requires
            | SyntaxKind::Select
            | SyntaxKind::Separate
            | SyntaxKind::Spread
            | SyntaxKind::Standby
            | SyntaxKind::Survive
            | SyntaxKind::Truth
            | SyntaxKind::Variants
    )
}

fn name_of(node: NodeRef<'_>) -> Option<&str> {
    node.child(SyntaxKind::Name).map(NodeRef::text)
}

/// The variant of a component or kind.
fn named<'t>(node: NodeRef<'t>, variant: &str) -> Option<NodeRef<'t>> {
    let body = node.child(SyntaxKind::Body)?;
    let mut all = body.children_of(SyntaxKind::Variant);
    all.find(|one| name_of(*one) == Some(variant))
}

/// Without comments, its lines joined.
fn on_one_line(node: NodeRef<'_>) -> String {
    let span = node.span();
    let mut text = node.text().to_owned();
    let mut comments = Vec::new();
    comments_in(node, &mut comments);
    for comment in comments.into_iter().rev() {
        let (from, to) = (comment.start - span.start, comment.end - span.start);
        text.replace_range(from as usize..to as usize, "");
    }
    let mut joined = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        joined.push_str(between(&joined, line));
        joined.push_str(&tight(line));
    }
    joined
}

/// What stands between the lines so far and the next one.
fn between(joined: &str, line: &str) -> &'static str {
    if joined.is_empty() || joined.ends_with(['(', '[']) || line.starts_with([')', ']']) {
        ""
    } else if joined.ends_with(['{', ',', ';']) || line.starts_with('}') || !is_in_body(joined) {
        " "
    } else {
        "; "
    }
}

/// With one blank where several stand, but for what is in quotes.
fn tight(line: &str) -> String {
    let mut in_quotes = false;
    let mut blank = false;
    let keep = |letter: &char| {
        in_quotes ^= *letter == '"';
        let again = blank && letter.is_whitespace() && !in_quotes;
        blank = letter.is_whitespace();
        !again
    };
    line.chars().filter(keep).collect()
}

/// Whether the innermost bracket that is open is one of a body.
fn is_in_body(text: &str) -> bool {
    let mut open = Vec::new();
    for letter in text.chars() {
        match letter {
            '{' | '(' | '[' => open.push(letter),
            '}' | ')' | ']' => _ = open.pop(),
            _ => {}
        }
    }
    open.last() == Some(&'{')
}

fn comments_in(node: NodeRef<'_>, into: &mut Vec<Span>) {
    for part in node.children_and_comments() {
        if part.kind() == SyntaxKind::Comment {
            into.push(part.span());
        } else {
            comments_in(part, into);
        }
    }
}
