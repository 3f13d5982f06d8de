//! Syntax to clauses.

use vn_syntax::{Diagnostic, NodeRef, Spanned, SyntaxKind as S};

use super::body::Name;
use super::clause::{
    Clause, CloneClause, Failure, NeedClause, Placement, Require, Rule, RuleAction, Selector, Use,
};
use super::expr::{Expr, ExprKind, Path};
use super::place::{Member, unsupported};
use super::read::{self, name};
use super::read_expr;

type Faults = Vec<Diagnostic>;

/// A clause; nothing where it is incomplete (the syntax has said so) or refused.
pub fn clause(member: Member, node: NodeRef<'_>, faults: &mut Faults) -> Option<Clause> {
    let span = node.span();
    match member {
        Member::Edition => {
            let written = node.child(S::Integer)?.text();
            let edition = written.parse().ok();
            if edition.is_none() {
                faults.push(unsupported(span, &format!("edition {written}")));
            }
            Some(Clause::Edition(edition?, span))
        }
        Member::Use => use_item(node, faults).map(Clause::Use),
        Member::Variants => Some(Clause::Variants(names(node.child(S::List)?, faults))),
        Member::Select => Some(Clause::Select(paths(node.child(S::List)?, faults), span)),
        Member::Decide => Some(Clause::Decide(rules(node, faults))),
        Member::Needs => need(node, faults).map(|need| Clause::Needs(Box::new(need))),
        Member::Survive => failure(node, faults).map(|failure| Clause::Survive(failure, span)),
        Member::Clone => clone(node, faults).map(Clause::Clone),
        Member::Truth => Some(Clause::Truth(
            selector(node.child(S::Selector)?, faults),
            span,
        )),
        Member::Spread => Some(Clause::Spread {
            domain: read_expr::path(node.child(S::Path)?, faults),
            at_least: node
                .child(S::Integer)
                .and_then(|k| k.text().replace('_', "").parse().ok()),
            span,
        }),
        Member::Pin => placement(node, faults).map(Clause::Pin),
        Member::Forbid => placement(node, faults).map(Clause::Forbid),
        Member::Requires => first_value(node, faults).map(Clause::Requires),
        Member::Require => require(node, faults).map(Clause::Require),
        Member::Minimize => minimize(node, faults).map(Clause::Minimize),
        Member::Emit => Some(Clause::Emit(targets(node, faults))),
        Member::Given => Some(Clause::Given(values(node, faults))),
        Member::Expect => first_value(node, faults).map(Clause::Expect),
        Member::File
        | Member::Param
        | Member::Enum
        | Member::Hardware
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
        | Member::Test
        | Member::Field
        | Member::Block
        | Member::Context => None,
    }
}

/// Devices.
pub fn selector(node: NodeRef<'_>, faults: &mut Faults) -> Selector {
    let word = node
        .child(S::SelectorWord)
        .map(|word| word.text().to_owned());
    let targets = match (node.child(S::List), node.child(S::Path)) {
        (Some(list), _) => paths(list, faults),
        (None, Some(path)) => vec![read_expr::path(path, faults)],
        (None, None) => Vec::new(),
    };
    Selector {
        word,
        targets,
        span: node.span(),
    }
}

fn values(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Expr> {
    node.children_of(S::Expr)
        .map(|value| read_expr::expr(value, faults))
        .collect()
}

fn first_value(node: NodeRef<'_>, faults: &mut Faults) -> Option<Expr> {
    Some(read_expr::expr(node.child(S::Expr)?, faults))
}

fn paths(list: NodeRef<'_>, faults: &mut Faults) -> Vec<Path> {
    let items = read_expr::children(list, faults);
    items
        .into_iter()
        .filter_map(|item| as_path(item, faults))
        .collect()
}

fn as_path(item: Expr, faults: &mut Faults) -> Option<Path> {
    match item.kind {
        ExprKind::Path(path) => Some(path),
        ExprKind::Broken => None,
        _ => {
            faults.push(unsupported(item.span, &item.to_string()));
            None
        }
    }
}

fn names(list: NodeRef<'_>, faults: &mut Faults) -> Vec<Name> {
    let name = |path: Path| Spanned {
        value: path.to_string(),
        span: path.span,
    };
    paths(list, faults).into_iter().map(name).collect()
}

fn use_item(node: NodeRef<'_>, faults: &mut Faults) -> Option<Use> {
    if let Some(other) = node.child(S::String).or_else(|| node.child(S::Name)) {
        let what = node.text().lines().next().unwrap_or_default();
        faults.push(unsupported(other.span(), what));
        return None;
    }
    let path = node.child(S::UsePath)?;
    let parts: Vec<_> = path.children_of(S::Name).collect();
    let module = parts
        .iter()
        .map(|part| part.text())
        .collect::<Vec<_>>()
        .join(".");
    let span = parts.first()?.span().to(parts.last()?.span());
    let names = path
        .child(S::UseNames)
        .into_iter()
        .flat_map(|names| names.children_of(S::Name));
    Some(Use {
        module: Spanned {
            value: module,
            span,
        },
        names: names.map(name).collect(),
    })
}

fn rules(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Rule> {
    let statements = node.child(S::Body).into_iter().flat_map(NodeRef::children);
    statements
        .filter_map(|statement| rule(statement, faults))
        .collect()
}

fn rule(node: NodeRef<'_>, faults: &mut Faults) -> Option<Rule> {
    if node.kind() != S::Rule {
        if !node.kind().name().starts_with("bad_") {
            faults.push(unsupported(node.span(), node.text()));
        }
        return None;
    }
    let when = first_value(node, faults)?;
    let parts = node.children().filter(|part| is_action(part.kind()));
    Some(Rule {
        when,
        actions: parts.filter_map(|part| action(part, faults)).collect(),
    })
}

fn is_action(kind: S) -> bool {
    kind != S::Expr && !kind.name().starts_with("kw_")
}

fn action(node: NodeRef<'_>, faults: &mut Faults) -> Option<RuleAction> {
    let mut paths = node.children_of(S::Path);
    let variant = match (node.kind(), paths.next(), paths.next()) {
        (S::Prefer, Some(path), None) => Some(path),
        (S::Forbid, ..) if node.child(S::Selector).is_none() => {
            let value = node.child(S::Expr)?;
            value
                .children()
                .next()
                .filter(|first| first.text() == value.text())
        }
        _ => None,
    };
    let named = |node: NodeRef<'_>| match node.kind() {
        S::Path => Some(name(node)),
        _ => None,
    };
    let Some(variant) = variant.and_then(named) else {
        faults.push(unsupported(node.span(), node.text()));
        return None;
    };
    Some(if node.kind() == S::Prefer {
        RuleAction::Prefer(variant)
    } else {
        RuleAction::Forbid(variant)
    })
}

fn need(node: NodeRef<'_>, faults: &mut Faults) -> Option<NeedClause> {
    let mut parts = node
        .children()
        .filter(|part| !part.kind().name().starts_with("kw_"));
    let server = read_expr::path(parts.next()?, faults);
    let mut need = NeedClause {
        server,
        within: None,
        degraded: None,
        tiers: Vec::new(),
        optional: false,
        insecure: false,
        body: super::Body::default(),
        span: node.span(),
    };
    for part in parts {
        modifier(&mut need, part, faults);
    }
    Some(need)
}

fn modifier(need: &mut NeedClause, node: NodeRef<'_>, faults: &mut Faults) {
    match node.kind() {
        S::Within => need.within = bound(node, faults),
        S::Degraded => need.degraded = bound(node, faults),
        S::NeedPrefer => {
            let tiers = node
                .children_of(S::Tier)
                .filter_map(|tier| tier.child(S::Selector));
            need.tiers = tiers.map(|tier| selector(tier, faults)).collect();
        }
        S::Optional => need.optional = true,
        S::Insecure => need.insecure = true,
        S::Body => need.body = read::body(Member::Needs, node, faults),
        S::BadModifier => {}
        S::Integer | S::Path => {
            faults.push(unsupported(
                node.span(),
                &format!("needs … * {}", node.text()),
            ));
        }
        _ => faults.push(unsupported(node.span(), node.text())),
    }
}

fn bound(node: NodeRef<'_>, faults: &mut Faults) -> Option<Expr> {
    Some(read_expr::expr(
        node.child(S::NeedBound)?.children().next()?,
        faults,
    ))
}

fn failure(node: NodeRef<'_>, faults: &mut Faults) -> Option<Failure> {
    let refuse = |faults: &mut Faults| faults.push(unsupported(node.span(), node.text()));
    if node.child(S::NeedBound).is_some() {
        refuse(faults);
        return None;
    }
    if let Some(any) = node.child(S::AnyFailure) {
        let is_one = any.child(S::Integer).is_some_and(|n| n.text() == "1");
        let is_device = any.child(S::Name).is_some_and(|n| n.text() == "device");
        if is_one && is_device && any.child(S::Path).is_none() {
            return Some(Failure::AnyDevice);
        }
        refuse(faults);
        return None;
    }
    let call = read_expr::expr(node.child(S::Call)?, faults);
    let lost = lost(&call);
    if lost.is_none() {
        refuse(faults);
    }
    lost.map(Failure::Lost)
}

/// The devices of `lost(x)`; nothing for any other event.
pub fn lost(event: &Expr) -> Option<Vec<Path>> {
    use super::expr::{Arg, ArgValue};
    let ExprKind::Call(path, args) = &event.kind else {
        return None;
    };
    let device = |arg: &Arg| match arg {
        Arg {
            name: None,
            value:
                ArgValue::Expr(Expr {
                    kind: ExprKind::Path(path),
                    ..
                }),
        } => Some(path.clone()),
        _ => None,
    };
    let devices: Option<Vec<Path>> = args.iter().map(device).collect();
    devices.filter(|devices| path.single() == Some("lost") && devices.len() == 1)
}

fn clone(node: NodeRef<'_>, faults: &mut Faults) -> Option<CloneClause> {
    Some(CloneClause {
        mode: name(node.child(S::Name)?),
        on: node.child(S::Selector).map(|on| selector(on, faults)),
        when: first_value(node, faults),
        span: node.span(),
    })
}

fn placement(node: NodeRef<'_>, faults: &mut Faults) -> Option<Placement> {
    let Some(on) = node.child(S::Selector) else {
        if node.child(S::Expr).is_some() {
            faults.push(unsupported(node.span(), node.text()));
        }
        return None;
    };
    let subject = node
        .child(S::Path)
        .map(|path| read_expr::path(path, faults));
    Some(Placement {
        subject,
        on: selector(on, faults),
        span: node.span(),
    })
}

fn require(node: NodeRef<'_>, faults: &mut Faults) -> Option<Require> {
    let Some(condition) = first_value(node, faults) else {
        faults.push(unsupported(node.span(), node.text()));
        return None;
    };
    let message = node.child(S::String).map(read_expr::string);
    Some(Require {
        condition,
        message,
        span: node.span(),
    })
}

fn minimize(node: NodeRef<'_>, faults: &mut Faults) -> Option<Expr> {
    if let Some(lexicographic) = node.child(S::Lexicographic) {
        faults.push(unsupported(lexicographic.span(), "minimize lexicographic"));
        return None;
    }
    first_value(node, faults)
}

fn targets(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Name> {
    let mut found = Vec::new();
    for target in node.children_of(S::EmitTarget) {
        match target.child(S::Name) {
            Some(named) => found.push(name(named)),
            None => faults.push(unsupported(target.span(), target.text())),
        }
    }
    found
}
