//! Names to places in the text.

use vn_analysis::codes;
use vn_syntax::{Diagnostic, Edit, NodeRef, Span, SyntaxKind, SyntaxTree};

use super::{Setting, remove};

/// Where a value stands, or would.
pub(super) enum Place {
    /// It is written.
    Written {
        /// The value alone.
        value: Span,
        /// What removes it; nothing where it cannot be missing.
        whole: Option<Edit>,
    },
    /// It is not.
    Missing {
        /// Where it would stand.
        gap: Gap,
        /// What stands before the value.
        head: String,
    },
}

/// Where something new can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// In this body.
    Body(Span),
    /// Behind this statement, which has no body yet.
    NoBody(Span),
    /// Right behind this text.
    Behind(Span),
}

/// Finds the place of a setting.
pub(super) fn find(tree: &SyntaxTree, setting: &Setting) -> Result<Place, Box<Diagnostic>> {
    let names: Vec<&str> = setting.name.split('.').collect();
    match names.as_slice() {
        ["select"] => select(tree, setting),
        [name] => parameter(tree, setting, name),
        [first, rest @ ..] => {
            let owner = owner(tree, setting, first)?;
            field(tree, setting, owner, rest)
        }
        [] => Err(unknown(setting, "name", &setting.name, &[])),
    }
}

fn parameter(tree: &SyntaxTree, setting: &Setting, name: &str) -> Result<Place, Box<Diagnostic>> {
    let all: Vec<NodeRef<'_>> = tree.root().children_of(SyntaxKind::Param).collect();
    let names: Vec<&str> = all.iter().filter_map(|param| name_of(*param)).collect();
    let found = all.iter().find(|param| name_of(**param) == Some(name));
    let Some(param) = found else {
        return Err(unknown(setting, "parameter", name, &names));
    };
    let kind = param
        .child(SyntaxKind::TypeExpr)
        .map_or(param.span(), NodeRef::span);
    Ok(match param.child(SyntaxKind::Expr) {
        Some(value) => Place::Written {
            value: value.span(),
            whole: Some(Edit {
                span: Span {
                    start: kind.end,
                    ..value.span()
                },
                text: String::new(),
                safe: false,
            }),
        },
        None => Place::Missing {
            gap: Gap::Behind(kind),
            head: " = ".to_owned(),
        },
    })
}

fn select(tree: &SyntaxTree, setting: &Setting) -> Result<Place, Box<Diagnostic>> {
    let builder = tree.root().child(SyntaxKind::Builder);
    let Some(body) = builder.and_then(body_of) else {
        let message = "`select` belongs to a `builder`, and there is none";
        return Err(Box::new(Diagnostic::error(
            codes::UNKNOWN_NAME,
            setting.span(),
            message,
        )));
    };
    let Some(select) = body.child(SyntaxKind::Select) else {
        return Ok(Place::Missing {
            gap: Gap::Body(body.span()),
            head: "select ".to_owned(),
        });
    };
    let list = select.child(SyntaxKind::List).unwrap_or(select);
    Ok(Place::Written {
        value: list.span(),
        whole: Some(remove::statement(tree, body, select)),
    })
}

/// The declaration that a path begins with: on the top, or the only one of that name below.
fn owner<'t>(
    tree: &'t SyntaxTree,
    setting: &Setting,
    name: &str,
) -> Result<NodeRef<'t>, Box<Diagnostic>> {
    let top = tree
        .root()
        .children()
        .find(|item| name_of(*item) == Some(name));
    if let Some(item) = top.filter(|item| is_owner(*item)) {
        return Ok(item);
    }
    let mut all = Vec::new();
    below(tree.root(), &mut all);
    let named: Vec<NodeRef<'t>> = all
        .iter()
        .copied()
        .filter(|n| name_of(*n) == Some(name))
        .collect();
    match named.as_slice() {
        [only] => Ok(*only),
        [] => {
            let known: Vec<&str> = all.iter().filter_map(|node| name_of(*node)).collect();
            Err(unknown(setting, "component, device or block", name, &known))
        }
        [first, second, ..] => {
            let message = format!("more than one thing is called `{name}`");
            let fault = Diagnostic::error(codes::AMBIGUOUS, setting.span(), message)
                .label(first_line(*first), "one")
                .label(first_line(*second), "another")
                .help("write the whole path, from the builder or the site on");
            Err(Box::new(fault))
        }
    }
}

/// The first line of a statement.
fn first_line(node: NodeRef<'_>) -> Span {
    let line = node.text().lines().next().unwrap_or_default().trim_end();
    let length = u32::try_from(line.len()).unwrap_or(0);
    let start = node.span().start;
    Span {
        end: start + length,
        ..node.span()
    }
}

fn below<'t>(node: NodeRef<'t>, into: &mut Vec<NodeRef<'t>>) {
    for child in node.children() {
        if is_owner(child) {
            into.push(child);
        }
        if is_owner(child) || matches!(child.kind(), SyntaxKind::Body) {
            below(child, into);
        }
    }
}

/// What has fields, or things with fields.
fn is_owner(node: NodeRef<'_>) -> bool {
    matches!(
        node.kind(),
        SyntaxKind::Region
            | SyntaxKind::Site
            | SyntaxKind::Device
            | SyntaxKind::Offer
            | SyntaxKind::Hardware
            | SyntaxKind::Kind
            | SyntaxKind::Target
            | SyntaxKind::Builder
            | SyntaxKind::Node
            | SyntaxKind::Service
            | SyntaxKind::Client
            | SyntaxKind::Variant
            | SyntaxKind::Block
            | SyntaxKind::Policy
            | SyntaxKind::Context
    )
}

/// Its name; the keyword of what has none.
fn name_of(node: NodeRef<'_>) -> Option<&str> {
    match node.kind() {
        SyntaxKind::Context => Some("context"),
        SyntaxKind::Policy => Some(node.child(SyntaxKind::Name).map_or("policy", NodeRef::text)),
        _ => node.child(SyntaxKind::Name).map(NodeRef::text),
    }
}

fn body_of(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    node.child(SyntaxKind::Body)
}

/// The field below a declaration that the rest of a path names.
fn field<'t>(
    tree: &'t SyntaxTree,
    setting: &Setting,
    owner: NodeRef<'t>,
    path: &[&str],
) -> Result<Place, Box<Diagnostic>> {
    let name = path.join(".");
    let fields = body_of(owner)
        .into_iter()
        .flat_map(|b| b.children_of(SyntaxKind::Field));
    let of_that_name = |field: &NodeRef<'_>| {
        field
            .child(SyntaxKind::Path)
            .is_some_and(|path| path.text() == name)
    };
    // Of two, the later one counts.
    if let Some((body, field)) = body_of(owner).zip(fields.filter(of_that_name).last()) {
        let value = field.children().last().unwrap_or(field);
        return Ok(Place::Written {
            value: value.span(),
            whole: Some(remove::statement(tree, body, field)),
        });
    }
    if let Some(value) = argument(owner, &name) {
        let whole = None;
        return Ok(Place::Written { value, whole });
    }
    if let [first, rest @ ..] = path
        && !rest.is_empty()
    {
        let inside: Vec<NodeRef<'t>> = body_of(owner)
            .into_iter()
            .flat_map(NodeRef::children)
            .filter(|child| is_owner(*child))
            .collect();
        if let Some(child) = inside.iter().find(|child| name_of(**child) == Some(*first)) {
            return field(tree, setting, *child, rest);
        }
        let names: Vec<&str> = inside.iter().filter_map(|child| name_of(*child)).collect();
        if holds_no_fields(owner) || nearest(first, &names).is_some() {
            return Err(unknown(
                setting,
                "component, device or block",
                first,
                &names,
            ));
        }
    }
    Ok(Place::Missing {
        gap: body_of(owner).map_or(Gap::NoBody(owner.span()), |body| Gap::Body(body.span())),
        head: format!("{name} = "),
    })
}

/// A value in the head: `graph_db(nodes = 400_000)`.
fn argument(owner: NodeRef<'_>, name: &str) -> Option<Span> {
    let args = owner.child(SyntaxKind::Call)?.child(SyntaxKind::Args)?;
    let mut named = args
        .children_of(SyntaxKind::Arg)
        .filter_map(|arg| arg.child(SyntaxKind::NamedArg));
    let found = named.find(|arg| name_of(*arg) == Some(name))?;
    found.child(SyntaxKind::Expr).map(NodeRef::span)
}

/// Whether paths through it lead to other things only.
fn holds_no_fields(owner: NodeRef<'_>) -> bool {
    matches!(
        owner.kind(),
        SyntaxKind::Region
            | SyntaxKind::Site
            | SyntaxKind::Builder
            | SyntaxKind::Node
            | SyntaxKind::Policy
    )
}

fn unknown(setting: &Setting, what: &str, name: &str, known: &[&str]) -> Box<Diagnostic> {
    let hint = nearest(name, known);
    let question = hint.map_or(String::new(), |known| format!("; did you mean `{known}`?"));
    let message = format!("no {what} `{name}`{question}");
    let mut fault = Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message);
    if let Some(known) = hint {
        fault = fault.help(format!("write `{known}`"));
    }
    Box::new(fault)
}

/// The known name that a misspelt one was probably meant to be.
fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let limit = 1 + name.chars().count() / 4;
    let near = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), *known));
    near.filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known)
}
