//! What is in doubt: something in it was reported wrong, so what would follow from it is not said.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, FileId, Span, SyntaxTree};

use crate::blueprint::Variant;
use crate::codes;
use crate::declared::{Declaration, Member};
use crate::tree::Component;

/// Messages that may be nothing but the consequence of another: that nothing suits, that nothing is
/// left.
const FOLLOWS: [&str; 11] = [
    codes::NOT_PROVIDED,
    codes::NEVER_RUNS,
    codes::NOWHERE,
    codes::WRONG_ARCH,
    codes::BUDGET_IMPOSSIBLE,
    codes::NO_CONNECTION,
    codes::NEVER_APPLIES,
    codes::NO_SPARE,
    codes::TOO_FEW,
    codes::PLACEMENT_CONFLICT,
    codes::WRITES_LOST,
];

/// Where something is wrong.
#[derive(Clone, Debug, Default)]
pub struct Doubts {
    places: BTreeSet<(FileId, u32)>,
}

impl Doubts {
    /// What did not parse.
    pub fn unparsed<'t>(trees: impl Iterator<Item = &'t SyntaxTree>) -> Self {
        let mut doubts = Self::default();
        let broken = trees.flat_map(SyntaxTree::broken);
        broken.for_each(|node| doubts.note(node.span()));
        doubts
    }

    fn note(&mut self, span: Span) {
        self.places.insert((span.file, span.start));
    }

    /// Adds what was reported, but for what may follow from something else.
    pub fn add(&mut self, faults: &[Diagnostic]) {
        let causes = faults
            .iter()
            .filter(|fault| fault.is_error() && !follows(fault));
        let places = causes.filter_map(|fault| fault.labels.first());
        places.for_each(|label| self.note(label.span));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether something inside is wrong.
    pub fn inside(&self, span: Span) -> bool {
        self.count(span) > 0
    }

    fn count(&self, span: Span) -> usize {
        let range = (span.file, span.start)..=(span.file, span.end);
        if self.places.is_empty() {
            return 0;
        }
        self.places.range(range).count()
    }

    /// What of a component is in doubt: by what it says itself, by its kind, or by what its parents say
    /// for it.
    pub fn about(
        &self,
        component: &Component<'_>,
        kind: Option<&Declaration>,
        variants: &[Variant<'_>],
    ) -> Doubtful {
        if self.places.is_empty() {
            return Doubtful::default();
        }
        let mut flows = component.levels.iter().flat_map(|level| {
            let context = level.declared.body.context.0.iter();
            let rules = level.rules().map(|(_, rule)| rule.span);
            context.map(|field| field.value.span).chain(rules)
        });
        let beside = |whole: &Declaration| {
            let inner = whole.body.of(Member::Variant);
            let inner: usize = inner.map(|variant| self.count(variant.span)).sum();
            self.count(whole.span) > inner
        };
        let mut declared = std::iter::once(component.declared).chain(kind);
        let lines = |variant: &Variant<'_>| variant.lines.iter().any(|line| self.inside(*line));
        Doubtful {
            whole: declared.any(beside) || flows.any(|span| self.inside(span)),
            variants: variants.iter().map(lines).collect(),
        }
    }
}

/// What of a component is in doubt.
#[derive(Clone, Debug, Default)]
pub struct Doubtful {
    /// All of it.
    pub whole: bool,
    /// Each variant by itself.
    variants: Vec<bool>,
}

impl Doubtful {
    /// Whether anything is.
    pub fn is_any(&self) -> bool {
        self.whole || self.variants.contains(&true)
    }

    /// Whether a variant is.
    pub fn is_variant(&self, at: u32) -> bool {
        self.whole || self.variants.get(at as usize) == Some(&true)
    }
}

fn follows(fault: &Diagnostic) -> bool {
    FOLLOWS.contains(&fault.code)
}

/// Takes back what follows among the messages behind the first so many, where it is in doubt.
pub fn silence(is_doubtful: bool, since: usize, faults: &mut Vec<Diagnostic>) {
    if is_doubtful {
        silence_where(|_| true, since, faults);
    }
}

/// The same for those that speak of something in particular.
pub fn silence_where(
    is_doubtful: impl Fn(&Diagnostic) -> bool,
    since: usize,
    faults: &mut Vec<Diagnostic>,
) {
    let later = faults.split_off(since);
    let kept = later.into_iter();
    faults.extend(kept.filter(|fault| !follows(fault) || !is_doubtful(fault)));
}
