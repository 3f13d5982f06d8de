//! Syntax to demands.

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind as S};

use super::clause::Clause;
use super::demand::{
    CloneClause, EveryClause, Failure, FetchClause, Placement, QuorumClause, RatioClause,
    SpreadClause, SurviveClause, Together, TogetherClause,
};
use super::expr::{Arg, ArgValue, Expr, ExprKind, Path};
use super::place::Member;
use super::read::name;
use super::read_clause::{first_value, paths, selector};
use super::read_expr;
use super::read_need::{bound, need};
use crate::codes;
use crate::spelling;

type Faults = Vec<Diagnostic>;

/// A demand; nothing where it is incomplete (the syntax has said so) or refused.
pub fn clause(member: Member, node: NodeRef<'_>, faults: &mut Faults) -> Option<Clause> {
    let span = node.span();
    match member {
        Member::Needs => need(node, faults).map(|need| Clause::Needs(Box::new(need))),
        Member::Survive => survive(node, faults).map(Clause::Survive),
        Member::Clone => clone(node, faults).map(Clause::Clone),
        Member::Fetch => Some(Clause::Fetch(fetch(node, faults))),
        Member::Truth => Some(Clause::Truth(on(node, faults)?, span)),
        Member::Standby => Some(Clause::Standby(on(node, faults)?, span)),
        Member::Quorum => quorum(node, faults).map(Clause::Quorum),
        Member::Buffer => Some(Clause::Buffer(bound(node, faults)?, span)),
        Member::Spread => spread(node, faults).map(Clause::Spread),
        Member::OnEvery => every(node, faults).map(Clause::Every),
        Member::Colocate | Member::Separate | Member::OneOf => {
            Some(Clause::Together(together(member, node, faults)))
        }
        Member::Ratio => ratio(node, faults).map(Clause::Ratio),
        Member::Currently => Some(Clause::Currently(named(node, faults), span)),
        Member::Pin => placement(node, faults).map(Clause::Pin),
        Member::Forbid => placement(node, faults).map(Clause::Forbid),
        _ => None,
    }
}

fn on(node: NodeRef<'_>, faults: &mut Faults) -> Option<super::Selector> {
    Some(selector(node.child(S::Selector)?, faults))
}

/// The paths of a list, or the paths that stand there bare.
fn named(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Path> {
    match node.child(S::List) {
        Some(list) => paths(list, faults),
        None => bare(node, faults),
    }
}

fn bare(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Path> {
    node.children_of(S::Path)
        .map(|path| read_expr::path(path, faults))
        .collect()
}

/// A whole number; reports one that nothing could have so many of.
fn integer(node: NodeRef<'_>, faults: &mut Faults) -> Option<u64> {
    let text = node.text();
    let number = text.replace('_', "").parse().ok();
    if number.is_none() {
        let message = format!("`{text}` is too large");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, node.span(), message));
    }
    number
}

/// A whole number of at least 1.
fn count(node: NodeRef<'_>, faults: &mut Faults) -> Option<u64> {
    let number = integer(node, faults)?;
    if number == 0 {
        let message = "0 asks for nothing; it must be at least 1";
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, node.span(), message));
        return None;
    }
    Some(number)
}

fn survive(node: NodeRef<'_>, faults: &mut Faults) -> Option<SurviveClause> {
    let failure = match node.child(S::AnyFailure) {
        Some(any) => Failure::Any {
            count: count(any.child(S::Integer)?, faults)?,
            of: name(any.child(S::Name)?),
            per: any.child(S::Path).map(|path| read_expr::path(path, faults)),
        },
        None => event(&read_expr::expr(node.child(S::Call)?, faults), faults)?,
    };
    Some(SurviveClause {
        failure,
        lasting: bound(node, faults),
        span: node.span(),
        text: node.text().to_owned(),
    })
}

fn event(call: &Expr, faults: &mut Faults) -> Option<Failure> {
    const KNOWN: [&str; 2] = ["lost", "partition"];
    const HELP: &str = "write `lost(x)`, `partition(a, b)` or `any 1 device`";
    let ExprKind::Call(path, args) = &call.kind else {
        return None;
    };
    let word = path.to_string();
    if !KNOWN.contains(&word.as_str()) {
        let message = format!("no failure `{word}`{}", spelling::hint(&word, KNOWN));
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
        faults.push(fault.help(HELP));
        return None;
    }
    let failure = match (word.as_str(), names(args).as_deref()) {
        ("partition", Some([from, to])) => Some(Failure::Partition(from.clone(), to.clone())),
        ("lost", Some(lost)) if !lost.is_empty() => Some(Failure::Lost(lost.to_vec())),
        _ => None,
    };
    if failure.is_none() {
        let what = match word.as_str() {
            "lost" => "devices or sites",
            _ => "two devices or sites",
        };
        let message = format!("`{word}` needs {what}; `{call}` is none that can be survived");
        let fault = Diagnostic::error(codes::WRONG_TYPE, call.span, message);
        faults.push(fault.help(HELP));
    }
    failure
}

fn names(args: &[Arg]) -> Option<Vec<Path>> {
    let bare = |arg: &Arg| match (&arg.name, &arg.value) {
        (None, ArgValue::Expr(value)) => match &value.kind {
            ExprKind::Path(path) => Some(path.clone()),
            _ => None,
        },
        _ => None,
    };
    args.iter().map(bare).collect()
}

fn clone(node: NodeRef<'_>, faults: &mut Faults) -> Option<CloneClause> {
    Some(CloneClause {
        mode: name(node.child(S::Name)?),
        on: on(node, faults),
        when: first_value(node, faults),
        span: node.span(),
    })
}

fn fetch(node: NodeRef<'_>, faults: &mut Faults) -> FetchClause {
    let mut tiers: Vec<(super::Selector, Option<Expr>)> = Vec::new();
    for part in node.children() {
        match (part.kind(), tiers.last_mut()) {
            (S::Tier, _) => tiers.extend(on(part, faults).map(|tier| (tier, None))),
            (S::Within, Some((_, within))) => *within = bound(part, faults),
            _ => {}
        }
    }
    FetchClause {
        tiers,
        span: node.span(),
    }
}

fn quorum(node: NodeRef<'_>, faults: &mut Faults) -> Option<QuorumClause> {
    Some(QuorumClause {
        voters: count(node.child(S::Integer)?, faults)?,
        on: on(node, faults)?,
        span: node.span(),
    })
}

fn spread(node: NodeRef<'_>, faults: &mut Faults) -> Option<SpreadClause> {
    let written = node.child(S::Integer);
    let at_least = written.and_then(|written| count(written, faults));
    Some(SpreadClause {
        across: read_expr::path(node.child(S::Path)?, faults),
        at_least,
        span: node.span(),
    })
}

fn every(node: NodeRef<'_>, faults: &mut Faults) -> Option<EveryClause> {
    let except = node.child(S::List);
    Some(EveryClause {
        on: on(node, faults)?,
        in_use: node.child(S::KwInUse).is_some(),
        except_beside: except.map_or_else(Vec::new, |list| paths(list, faults)),
        span: node.span(),
    })
}

fn together(member: Member, node: NodeRef<'_>, faults: &mut Faults) -> TogetherClause {
    let rule = match (member, node.child(S::List)) {
        (Member::Separate, _) => Together::Separate,
        (Member::OneOf, _) => Together::OneOf,
        (_, Some(_)) => Together::Mutual,
        (_, None) => Together::With,
    };
    let across = node.child(S::Across).and_then(|part| part.child(S::Path));
    TogetherClause {
        rule,
        names: named(node, faults),
        across: across.map(|path| read_expr::path(path, faults)),
        span: node.span(),
    }
}

fn ratio(node: NodeRef<'_>, faults: &mut Faults) -> Option<RatioClause> {
    let mut numbers = node.children_of(S::Integer);
    let (per, at_least) = (numbers.next()?, numbers.next()?);
    let mut names = bare(node, faults).into_iter();
    Some(RatioClause {
        per: count(per, faults)?,
        of: names.next()?,
        at_least: count(at_least, faults)?,
        then: names.next()?,
        span: node.span(),
    })
}

fn placement(node: NodeRef<'_>, faults: &mut Faults) -> Option<Placement> {
    let Some(on) = on(node, faults) else {
        if let Some(variant) = node.child(S::Expr) {
            faults.push(forbidden_variant(node, variant.text()));
        }
        return None;
    };
    let subject = node.child(S::Path);
    Some(Placement {
        subject: subject.map(|path| read_expr::path(path, faults)),
        on,
        span: node.span(),
    })
}

/// `forbid full` is what a parent decides; a service lists what it may use.
fn forbidden_variant(node: NodeRef<'_>, variant: &str) -> Diagnostic {
    let message =
        format!("`forbid {variant}` means nothing here: variants are forbidden in `decide`");
    let fault = Diagnostic::error(codes::MISPLACED, node.span(), message);
    fault
        .help("write `decide { when … => forbid VARIANT }`, or list the others: `variants [light]`")
}
