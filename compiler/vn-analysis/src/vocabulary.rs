//! The names that rules may use: variants and fields of what stands below them.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::blueprint::{self, FIELDS, WHOLE};
use crate::codes;
use crate::declared::{Clause, Fields, Name, Rule, RuleAction};
use crate::draft::Draft;
use crate::tree::{Level, Tree};
use crate::typed;

/// Reports rules that name a variant or a field which nothing below them has.
pub fn check(drafts: &[Draft<'_>], faults: &mut Vec<Diagnostic>) {
    let mut rules: BTreeMap<Span, (&Rule, BTreeSet<&str>)> = BTreeMap::new();
    // What a kind that nobody has would have had is not known.
    let mut open: BTreeSet<Span> = BTreeSet::new();
    for draft in drafts {
        for statement in &draft.statements {
            let rule = statement.rule;
            if draft.blueprint.kind.is_none() && draft.component.declared.base.is_some() {
                open.insert(rule.span);
            }
            let entry = rules.entry(rule.span).or_insert((rule, BTreeSet::new()));
            let variants = draft.blueprint.variants.iter();
            entry
                .1
                .extend(variants.map(|variant| variant.name.as_str()));
        }
    }
    for (rule, variants) in rules.into_values() {
        for name in named(rule) {
            if !variants.contains(name.value.as_str()) && !open.contains(&rule.span) {
                faults.push(blueprint::no_variant(name, variants.iter().copied()));
            }
        }
        let known: Vec<&str> = FIELDS.iter().chain(WHOLE).copied().collect();
        typed::only(&set(rule), &known, "component", faults);
    }
}

fn named(rule: &Rule) -> Vec<&Name> {
    let names = rule.actions.iter().flat_map(|action| match action {
        RuleAction::Prefer(names) => names.iter().collect(),
        RuleAction::Forbid(name) => vec![name],
        RuleAction::ForbidWhere(_)
        | RuleAction::Pin(_)
        | RuleAction::ForbidOn(_)
        | RuleAction::Require(_)
        | RuleAction::Recommended(_)
        | RuleAction::Set(_) => Vec::new(),
    });
    names.collect()
}

fn set(rule: &Rule) -> Fields {
    let fields = rule.actions.iter().filter_map(|action| match action {
        RuleAction::Set(field) => Some(field.clone()),
        RuleAction::Prefer(_)
        | RuleAction::Forbid(_)
        | RuleAction::ForbidWhere(_)
        | RuleAction::Pin(_)
        | RuleAction::ForbidOn(_)
        | RuleAction::Require(_)
        | RuleAction::Recommended(_) => None,
    });
    Fields(fields.collect())
}

/// Reports `require` inside the tree that is not `require recommended`.
pub fn check_demands(tree: &Tree<'_>, faults: &mut Vec<Diagnostic>) {
    let builder = Level {
        declared: tree.builder,
    };
    let nodes = tree.nodes.iter().filter_map(|node| node.levels.last());
    let components = tree.components.iter().filter_map(|one| one.levels.last());
    for level in std::iter::once(&builder).chain(nodes).chain(components) {
        let clauses = &level.declared.body.clauses;
        let misplaced = clauses.iter().filter_map(|clause| match clause {
            Clause::Require(require) => Some(require),
            _ => None,
        });
        for require in misplaced {
            let message = format!(
                "`require {}` means nothing directly in `{}`",
                require.condition,
                level.declared.keyword.keyword()
            );
            let fault = Diagnostic::error(codes::MISPLACED, require.span, message);
            faults.push(fault.help(
                "a total is required at the top of the file; for the components here, write `requires …` in a service or `when … => require …` in `decide`",
            ));
        }
    }
}
