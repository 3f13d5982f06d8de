//! Names to places in the text.

use vn_analysis::{codes, nearest};
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
        /// What stands around the statement: `heal { ` and ` }`.
        around: (String, &'static str),
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
    /// On a line below this item of the file; nothing for the end of the file.
    Item(Option<Span>),
}

/// Finds the place of a setting.
pub(super) fn find(tree: &SyntaxTree, setting: &Setting) -> Result<Place, Box<Diagnostic>> {
    let names = segments(&setting.name);
    if let Some(place) = of_some(tree, setting, &names)? {
        return Ok(place);
    }
    match names.as_slice() {
        ["select"] => select(tree, setting),
        [name] => parameter(tree, setting, name),
        ["policy", block, rest @ ..] if !rest.is_empty() && !has_policy(tree) => {
            Ok(Place::Missing {
                gap: Gap::Item(None),
                around: (format!("policy {{ {block} {{ "), " } }"),
                head: format!("{} = ", rest.join(".")),
            })
        }
        [first, rest @ ..] => {
            let owner = owner(tree, setting, first)?;
            field(tree, setting, owner, rest)
        }
        [] => Err(unknown(setting, "name", &setting.name, &[])),
    }
}

/// The parts between dots; an index belongs to the part before it.
fn segments(name: &str) -> Vec<&str> {
    let mut inside = 0_i32;
    let split = |letter: char| {
        inside += match letter {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        letter == '.' && inside == 0
    };
    name.split(split).collect()
}

/// A field of some of several devices or sites, which an `override` says: `nuc[1].memory`.
fn of_some(
    tree: &SyntaxTree,
    setting: &Setting,
    names: &[&str],
) -> Result<Option<Place>, Box<Diagnostic>> {
    if names.iter().all(|name| !name.contains('[')) {
        return Ok(None);
    }
    let length = length_of_devices(tree, setting, names)?;
    let (path, rest) = names.split_at(length.min(names.len()));
    if rest.is_empty() {
        let message = format!("`{}` names no field", setting.name);
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message);
        return Err(Box::new(
            fault.help(format!("write `{}.memory`", setting.name)),
        ));
    }
    let path = path.join(".");
    let overrides = || tree.root().children_of(SyntaxKind::OverrideItem);
    let of_path = |item: &NodeRef<'_>| {
        item.child(SyntaxKind::Path)
            .is_some_and(|known| known.text() == path)
    };
    // Of two, the later one counts.
    if let Some(known) = overrides().filter(of_path).last() {
        return field(tree, setting, known, rest).map(Some);
    }
    Ok(Some(Place::Missing {
        gap: Gap::Item(overrides().last().map(NodeRef::span)),
        around: (format!("override {path} {{ "), " }"),
        head: format!("{} = ", rest.join(".")),
    }))
}

/// How many parts of a path name a site and a device, or one of them.
fn length_of_devices(
    tree: &SyntaxTree,
    setting: &Setting,
    names: &[&str],
) -> Result<usize, Box<Diagnostic>> {
    let bare = |at: usize| {
        let name = names.get(at).copied().unwrap_or_default();
        name.split('[').next().unwrap_or_default()
    };
    let mut all = Vec::new();
    below(tree.root(), &mut all);
    all.retain(|node| {
        let kind = node.kind();
        matches!(
            kind,
            SyntaxKind::Site | SyntaxKind::Device | SyntaxKind::Offer
        )
    });
    let Some(first) = all.iter().find(|node| name_of(**node) == Some(bare(0))) else {
        let known: Vec<&str> = all.iter().filter_map(|node| name_of(*node)).collect();
        return Err(unknown(setting, "device or site", bare(0), &known));
    };
    let inside = first
        .child(SyntaxKind::Body)
        .into_iter()
        .flat_map(NodeRef::children);
    let is_device =
        |node: NodeRef<'_>| matches!(node.kind(), SyntaxKind::Device | SyntaxKind::Offer);
    let mut devices = inside.filter(|node| is_device(*node));
    let has_own = devices.any(|node| name_of(node) == Some(bare(1)));
    Ok(if first.kind() == SyntaxKind::Site && has_own {
        2
    } else {
        1
    })
}

fn has_policy(tree: &SyntaxTree) -> bool {
    let mut all = Vec::new();
    below(tree.root(), &mut all);
    all.iter().any(|node| name_of(*node) == Some("policy"))
}

fn parameter(tree: &SyntaxTree, setting: &Setting, name: &str) -> Result<Place, Box<Diagnostic>> {
    let all: Vec<NodeRef<'_>> = tree.root().children_of(SyntaxKind::Param).collect();
    let names: Vec<&str> = all.iter().filter_map(|param| name_of(*param)).collect();
    let found = all.iter().find(|param| name_of(**param) == Some(name));
    let Some(param) = found else {
        return of_context(tree, setting, name)
            .unwrap_or_else(|| Err(no_parameter(tree, setting, name, &names)));
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
            around: (String::new(), ""),
            head: " = ".to_owned(),
        },
    })
}

/// What the builder's context says, where no parameter has the name: `preference`.
fn of_context(
    tree: &SyntaxTree,
    setting: &Setting,
    name: &str,
) -> Option<Result<Place, Box<Diagnostic>>> {
    let builder = tree.root().child(SyntaxKind::Builder)?;
    let contexts = body_of(builder)?.children_of(SyntaxKind::Context);
    let fields = contexts
        .filter_map(body_of)
        .flat_map(|body| body.children_of(SyntaxKind::Field));
    let mut of_that_name = fields.filter(|field| {
        let path = field.child(SyntaxKind::Path);
        path.is_some_and(|path| path.text() == name)
    });
    let is_meant = match of_that_name
        .next()
        .and_then(|field| field.children().last())
    {
        // `preference = preference` takes it from a parameter, which stands in another file.
        Some(value) => value.text() != name,
        None => name == "preference",
    };
    is_meant.then(|| field(tree, setting, builder, &["context", name]))
}

/// There is no parameter of a name; it may be that of a component or a device.
fn no_parameter(
    tree: &SyntaxTree,
    setting: &Setting,
    name: &str,
    known: &[&str],
) -> Box<Diagnostic> {
    let mut all = Vec::new();
    below(tree.root(), &mut all);
    let Some(owner) = all.iter().find(|node| name_of(**node) == Some(name)) else {
        return unknown(setting, "parameter", name, known);
    };
    let message = format!("`{name}` has fields, and no value of its own");
    let fields = body_of(*owner)
        .into_iter()
        .flat_map(|body| body.children_of(SyntaxKind::Field));
    let mut paths = fields.filter_map(|field| Some(field.child(SyntaxKind::Path)?.text()));
    let example = paths.next().unwrap_or("replicas");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message)
        .label(first_line(*owner), "declared here")
        .help(format!("set one of its fields: `{name}.{example}=…`"));
    Box::new(fault)
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
            around: (String::new(), ""),
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
            | SyntaxKind::Link
    )
}

/// Its name; the keyword of what has none.
pub(super) fn name_of(node: NodeRef<'_>) -> Option<&str> {
    match node.kind() {
        SyntaxKind::Context => Some("context"),
        SyntaxKind::Link => node.child(SyntaxKind::Path).is_none().then_some("link"),
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
        if let Some(place) = block(owner, first, rest) {
            return Ok(place);
        }
        let names: Vec<&str> = inside.iter().filter_map(|child| name_of(*child)).collect();
        if holds_no_fields(owner) || nearest(first, names.iter().copied()).is_some() {
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
        around: (String::new(), ""),
        head: format!("{name} = "),
    })
}

/// A block that is not there yet: `context`, the `link` of a site, a group of a policy.
fn block(owner: NodeRef<'_>, name: &str, rest: &[&str]) -> Option<Place> {
    let is_block = match owner.kind() {
        SyntaxKind::Builder | SyntaxKind::Node | SyntaxKind::Service | SyntaxKind::Client => {
            name == "context"
        }
        SyntaxKind::Site => name == "link",
        SyntaxKind::Policy => POLICY.contains(&name),
        _ => false,
    };
    is_block.then(|| Place::Missing {
        gap: body_of(owner).map_or(Gap::NoBody(owner.span()), |body| Gap::Body(body.span())),
        around: (format!("{name} {{ "), " }"),
        head: format!("{} = ", rest.join(".")),
    })
}

/// The groups of a policy.
const POLICY: [&str; 3] = ["reserve", "heal", "battery"];

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
    let hint = nearest(name, known.iter().copied());
    let question = hint.map_or(String::new(), |known| format!("; did you mean `{known}`?"));
    let message = format!("no {what} `{name}`{question}");
    let mut fault = Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message);
    if let Some(known) = hint {
        fault = fault.help(format!("write `{known}`"));
    }
    Box::new(fault)
}
