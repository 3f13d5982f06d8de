//! Which rules were of use: what never applies, and what another line always beats.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::Rule;
use crate::doubt::Doubts;
use crate::scope::Scope;

/// What became of the rules while components met devices.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    rules: BTreeMap<Span, Seen>,
    said: BTreeMap<Span, Beaten>,
    twice: BTreeMap<Span, (String, Span)>,
}

#[derive(Clone, Debug)]
struct Seen {
    condition: String,
    place: Span,
    applied: bool,
    /// The condition asks nothing that a user could set otherwise.
    fixed: bool,
}

#[derive(Clone, Debug)]
struct Beaten {
    name: String,
    counts: bool,
    by: Span,
    /// The rule that beats it; none where the component itself does.
    rule: Option<Span>,
}

impl Uses {
    /// Adds what became of them among later components.
    pub fn add(&mut self, later: Self) {
        for (rule, seen) in later.rules {
            let applied = seen.applied;
            self.rules.entry(rule).or_insert(seen).applied |= applied;
        }
        for (place, beaten) in later.said {
            let counts = beaten.counts;
            self.said.entry(place).or_insert(beaten).counts |= counts;
        }
        self.twice.extend(later.twice);
    }

    /// A rule was asked about.
    pub fn seen(&mut self, rule: &Rule, applies: bool, scope: &Scope<'_>) {
        let seen = self.rules.entry(rule.span).or_insert_with(|| Seen {
            condition: rule.when.to_string(),
            place: rule.when.span,
            applied: false,
            fixed: is_fixed(rule, scope),
        });
        seen.applied |= applies;
    }

    /// What a rule says at this place is in effect.
    pub fn counts(&mut self, what: &str, place: Span) {
        self.beaten(what, place, (place, None)).counts = true;
    }

    /// The component's own statement beats it.
    pub fn beaten_by_own(&mut self, what: &str, place: Span, by: Span) {
        self.beaten(what, place, (by, None));
    }

    /// A nearer rule beats it: the line, and its rule.
    pub fn beaten_by_rule(&mut self, what: &str, place: Span, (by, rule): (Span, Span)) {
        self.beaten(what, place, (by, Some(rule)));
    }

    fn beaten(&mut self, what: &str, place: Span, (by, rule): (Span, Option<Span>)) -> &mut Beaten {
        self.said.entry(place).or_insert_with(|| Beaten {
            name: what.to_owned(),
            counts: false,
            by,
            rule,
        })
    }

    /// Two rules of one block set the same on one device.
    pub fn twice(&mut self, earlier: Span, what: &str, later: Span) {
        self.twice.insert(earlier, (what.to_owned(), later));
    }

    /// What to tell the user.
    pub fn lints(&self, doubts: &Doubts) -> Vec<Diagnostic> {
        let never = self
            .rules
            .values()
            .filter(|rule| rule.fixed && !rule.applied && !doubts.inside(rule.place));
        let never = never.map(never_applies);
        let twice = self.twice.iter().map(|(earlier, (what, later))| {
            let message = format!(
                "a later rule of the same block sets `{what}` too, and holds where both apply"
            );
            Diagnostic::warning(codes::OVERRIDDEN, *earlier, message)
                .label(*later, "this one is used")
        });
        let beaten = self.said.iter().filter(|(place, one)| {
            !one.counts && self.always(one) && !self.twice.contains_key(place)
        });
        let beaten = beaten.map(|(place, one)| {
            let message = format!(
                "no device ever uses this `{}`: a nearer line sets it",
                one.name
            );
            Diagnostic::warning(codes::OVERRIDDEN, *place, message)
                .label(one.by, "this one is used")
        });
        never.chain(twice).chain(beaten).collect()
    }

    /// Whether what beats a field does so whatever the user sets.
    fn always(&self, beaten: &Beaten) -> bool {
        beaten
            .rule
            .is_none_or(|rule| self.rules.get(&rule).is_some_and(|rule| rule.fixed))
    }
}

fn never_applies(rule: &Seen) -> Diagnostic {
    let message = format!("`{}` holds on no device", rule.condition);
    let fault = Diagnostic::warning(codes::NEVER_APPLIES, rule.place, message);
    fault.here("this rule never applies")
}

/// Whether a condition mentions neither a parameter nor the context.
fn is_fixed(rule: &Rule, scope: &Scope<'_>) -> bool {
    let paths = rule.when.paths();
    let mut others = paths.iter().filter(|path| path.head() != "device");
    others.all(|path| scope.find(path.head(), path.span.file).is_none())
}
