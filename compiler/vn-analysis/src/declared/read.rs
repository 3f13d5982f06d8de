//! Syntax to declarations: what is not understood is refused, nothing is passed over in silence.

use std::sync::Arc;

use vn_syntax::{Diagnostic, NodeRef, Span, Spanned, SyntaxKind as S, SyntaxTree};

use super::body::{Base, Body, Declaration, Name, Param, TypeAtom, TypeExpr};
use super::expr::Path;
use super::fields::Field;
use super::place::{self, Member};
use super::{read_clause, read_expr, read_measure};
use crate::codes;

/// What a file brings in and declares, without its devices, kinds and builders.
pub fn heads(tree: &SyntaxTree) -> Body {
    const HEADS: [S; 7] = [
        S::UseItem,
        S::Param,
        S::EnumItem,
        S::UnitItem,
        S::RateItem,
        S::Metric,
        S::Capability,
    ];
    let items = tree.root().children();
    let heads = items.filter(|item| HEADS.contains(&item.kind()));
    statements(Member::File, heads, &mut Vec::new())
}

/// Anything with a name and a body.
pub fn declaration(
    keyword: Member,
    node: NodeRef<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Declaration> {
    let name = match keyword {
        Member::Test | Member::Inventory => {
            let title = node.child(S::String)?;
            Spanned {
                value: read_expr::string(title),
                span: title.span(),
            }
        }
        Member::Link => Spanned {
            value: String::new(),
            span: node.span(),
        },
        Member::Override => {
            let path = node.child(S::Path)?;
            name(path)
        }
        Member::Policy => policy_name(node),
        _ => name(node.child(S::Name)?),
    };
    Some(Declaration {
        keyword,
        name,
        base: base(keyword, node, faults),
        count: node
            .child(S::Count)
            .and_then(|count| Some(read_expr::expr(count.children().next()?, faults))),
        on: node
            .child(S::Selector)
            .map(|on| read_clause::selector(on, faults)),
        ends: ends(keyword, node, faults),
        body: node
            .child(S::Body)
            .map_or_else(Body::default, |inner| body(keyword, inner, faults)),
        span: node.span(),
    })
}

/// A node that holds a name.
pub fn name(node: NodeRef<'_>) -> Name {
    Spanned {
        value: node.text().to_owned(),
        span: node.span(),
    }
}

/// The statements of a body.
pub fn body(place: Member, node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Body {
    let parts = node.children();
    statements(
        place,
        parts.filter(|part| !is_punctuation(part.kind())),
        faults,
    )
}

/// What statements in a place say.
pub fn statements<'t>(
    place: Member,
    nodes: impl Iterator<Item = NodeRef<'t>>,
    faults: &mut Vec<Diagnostic>,
) -> Body {
    let mut body = Body::default();
    for statement in nodes {
        if let Some(member) = place::admitted(place, statement, faults) {
            put(&mut body, member, statement, faults);
        }
    }
    body
}

/// Keywords and closing brackets that recovery may leave among the statements.
pub fn is_punctuation(kind: S) -> bool {
    kind.is_keyword() || kind.name().contains("brace")
}

fn put(body: &mut Body, member: Member, node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) {
    match member {
        Member::Param => body.params.extend(param(node, faults)),
        Member::Enum => body.enums.extend(enum_item(node)),
        Member::Unit => body.units.extend(read_measure::unit(node, faults)),
        Member::Rate => body.rates.extend(read_measure::rate(node, faults)),
        Member::Metric => body.metrics.extend(read_measure::metric(node, faults)),
        Member::Capability => body
            .capabilities
            .extend(read_measure::capability(node, faults)),
        Member::Field => field("", node, body, faults),
        Member::Block => block("", node, body, faults),
        Member::Context => {
            let inner = node
                .child(S::Body)
                .map(|inner| self::body(member, inner, faults));
            for field in inner.unwrap_or_default().fields.0 {
                if let Some(first) = body.context.get(&field.name) {
                    faults.push(twice(&field.name, field.span, first.span));
                }
                body.context.set(field);
            }
        }
        Member::Hardware
        | Member::Kind
        | Member::Region
        | Member::Site
        | Member::Device
        | Member::Offer
        | Member::Link
        | Member::Override
        | Member::Inventory
        | Member::Builder
        | Member::Node
        | Member::Service
        | Member::Client
        | Member::Variant
        | Member::Policy
        | Member::Test => {
            let declared = declaration(member, node, faults);
            body.inner.extend(declared.map(Arc::new));
        }
        Member::File
        | Member::Edition
        | Member::Use
        | Member::Select
        | Member::Variants
        | Member::Decide
        | Member::Needs
        | Member::Survive
        | Member::Clone
        | Member::Truth
        | Member::Spread
        | Member::Pin
        | Member::Forbid
        | Member::Requires
        | Member::Require
        | Member::Minimize
        | Member::Emit
        | Member::Given
        | Member::Expect
        | Member::Standby
        | Member::Quorum
        | Member::Buffer
        | Member::Fetch
        | Member::OnEvery
        | Member::Colocate
        | Member::Separate
        | Member::OneOf
        | Member::Ratio
        | Member::Currently => body
            .clauses
            .extend(read_clause::clause(member, node, faults)),
    }
}

/// The name of a policy says what it is for, no more.
fn policy_name(node: NodeRef<'_>) -> Name {
    node.child(S::Name).map_or_else(
        || Spanned {
            value: "policy".to_owned(),
            span: node.span(),
        },
        name,
    )
}

fn base(keyword: Member, node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Base> {
    if keyword == Member::Link {
        return None;
    }
    if let Some(call) = node.child(S::Call) {
        let path = read_expr::path(call.child(S::Path)?, faults);
        return Some(Base {
            path,
            args: read_expr::args(call.child(S::Args), faults),
        });
    }
    if let (Member::Node, Some(args)) = (keyword, node.child(S::Args)) {
        return Some(Base {
            path: read_expr::path(node.child(S::Name)?, faults),
            args: read_expr::args(Some(args), faults),
        });
    }
    let path = read_expr::path(node.child(S::Path)?, faults);
    Some(Base {
        path,
        args: Vec::new(),
    })
}

fn ends(keyword: Member, node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<(Path, Path)> {
    let mut paths = node.children_of(S::Path);
    match (keyword, paths.next(), paths.next()) {
        (Member::Link, Some(from), Some(to)) => {
            Some((read_expr::path(from, faults), read_expr::path(to, faults)))
        }
        _ => None,
    }
}

fn field(prefix: &str, node: NodeRef<'_>, body: &mut Body, faults: &mut Vec<Diagnostic>) {
    let mut parts = node.children();
    let (Some(target), Some(value)) = (parts.next(), parts.next()) else {
        return;
    };
    let path = read_expr::path(target, faults);
    let name = format!("{prefix}{path}");
    match value.child(S::Body) {
        Some(inner) if value.kind() == S::Record => {
            fields_of(&format!("{name}."), inner, body, faults);
        }
        _ => {
            let value = read_expr::expr(value, faults);
            set(
                body,
                Field {
                    name,
                    span: target.span(),
                    value: value.into(),
                },
                faults,
            );
        }
    }
}

/// What one `name = value` sets: a record sets several.
pub fn fields(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Field> {
    let mut body = Body::default();
    field("", node, &mut body, faults);
    body.fields.0
}

fn set(body: &mut Body, field: Field, faults: &mut Vec<Diagnostic>) {
    if let Some(first) = body.fields.get(&field.name) {
        faults.push(twice(&field.name, field.span, first.span));
    }
    body.fields.set(field);
}

/// The message for a second declaration.
pub fn twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        codes::DECLARED_TWICE,
        second,
        format!("`{name}` is declared twice"),
    )
    .here("again here")
    .label(first, "first here")
}

fn block(prefix: &str, node: NodeRef<'_>, body: &mut Body, faults: &mut Vec<Diagnostic>) {
    let (Some(name), Some(inner)) = (node.child(S::Name), node.child(S::Body)) else {
        return;
    };
    fields_of(&format!("{prefix}{}.", name.text()), inner, body, faults);
}

fn fields_of(prefix: &str, node: NodeRef<'_>, body: &mut Body, faults: &mut Vec<Diagnostic>) {
    for part in node.children().filter(|part| !is_punctuation(part.kind())) {
        match place::admitted(Member::Block, part, faults) {
            Some(Member::Block) => block(prefix, part, body, faults),
            Some(_) => field(prefix, part, body, faults),
            None => {}
        }
    }
}

fn param(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Param> {
    let mut values = node
        .children_of(S::Expr)
        .map(|value| read_expr::expr(value, &mut *faults));
    let default = values.next();
    drop(values);
    let kind = type_expr(node.child(S::TypeExpr)?, faults);
    Some(Param {
        name: name(node.child(S::Name)?),
        kind,
        default,
    })
}

fn enum_item(node: NodeRef<'_>) -> Option<(Name, Vec<Name>)> {
    let mut names = node.children_of(S::Name).map(name);
    Some((names.next()?, names.collect()))
}

/// A type.
pub fn type_expr(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> TypeExpr {
    let mut factors = Vec::new();
    let mut end = node.span().start;
    for atom in node.children_of(S::TypeAtom) {
        let (from, to) = (
            end - node.span().start,
            atom.span().start - node.span().start,
        );
        let between = node
            .text()
            .get(from as usize..to as usize)
            .unwrap_or_default();
        factors.push((between.contains('/'), type_atom(atom, faults)));
        end = atom.span().end;
    }
    TypeExpr {
        factors,
        span: node.span(),
    }
}

fn type_atom(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> TypeAtom {
    if let Some(inner) = node.child(S::TypeExpr) {
        return TypeAtom::List(Box::new(type_expr(inner, faults)));
    }
    let args = node.children().filter(|part| part.kind() != S::Name);
    let args = args.map(|arg| read_expr::expr(arg, &mut *faults)).collect();
    let name: Vec<&str> = node.children_of(S::Name).map(NodeRef::text).collect();
    TypeAtom::Named(name.join("."), args)
}
