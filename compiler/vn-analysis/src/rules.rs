//! `decide`: which variants a parent prefers or forbids for its children.

use vn_syntax::Diagnostic;

use crate::blueprint::Variant;
use crate::composition::{Provenance, Reason};
use crate::declared::{Rule, RuleAction};
use crate::eval::holds;
use crate::scope::Scope;

/// The quality order on a device, and what is forbidden there.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Positions of the variants, best first.
    pub order: Vec<usize>,
    /// Reasons against a variant, by position.
    pub forbidden: Vec<(usize, Reason)>,
    /// Which rules changed the order.
    pub provenance: Vec<Provenance>,
}

impl Verdict {
    /// Place of a variant in the quality order.
    pub fn rank(&self, variant: usize) -> u32 {
        let at = self.order.iter().position(|other| *other == variant);
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
    }
}

/// Applies the rules, outermost first: the nearest and latest preference ends up in front.
pub fn verdict(
    rules: &[(&Rule, String)],
    variants: &[Variant<'_>],
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Verdict {
    let mut verdict = Verdict {
        order: (0..variants.len()).collect(),
        ..Verdict::default()
    };
    for (rule, whose) in rules {
        if !holds(&rule.when, scope, faults) {
            continue;
        }
        for action in &rule.actions {
            apply(action, rule, whose, variants, &mut verdict);
        }
    }
    verdict
}

fn apply(
    action: &RuleAction,
    rule: &Rule,
    whose: &str,
    variants: &[Variant<'_>],
    verdict: &mut Verdict,
) {
    let (RuleAction::Prefer(name) | RuleAction::Forbid(name)) = action;
    let Some(at) = variants
        .iter()
        .position(|variant| variant.name == name.value)
    else {
        return;
    };
    match action {
        RuleAction::Prefer(_) => {
            verdict.order.retain(|other| *other != at);
            verdict.order.insert(0, at);
            verdict.provenance.push(Provenance {
                what: "rank".to_owned(),
                span: name.span,
                through: Some(whose.to_owned()),
                value: String::new(),
                overrode: Vec::new(),
            });
        }
        RuleAction::Forbid(_) => {
            let text = format!("`when {} => forbid {}` of {whose}", rule.when, name.value);
            verdict.forbidden.push((
                at,
                Reason {
                    text,
                    span: name.span,
                },
            ));
        }
    }
}
