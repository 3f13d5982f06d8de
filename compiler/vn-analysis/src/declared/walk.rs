//! The names that an expression mentions.

use super::{ArgValue, Expr, ExprKind, Path};

impl Expr {
    /// Every path in it, in the order of the text.
    pub fn paths(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    /// Whether it asks for what a device has.
    pub fn speaks_of_device(&self) -> bool {
        self.paths().iter().any(|path| path.head() == "device")
    }

    /// Whether it mentions a name.
    pub fn mentions(&self, name: &str) -> bool {
        self.paths().iter().any(|path| path.single() == Some(name))
    }

    fn collect<'e>(&'e self, found: &mut Vec<&'e Path>) {
        match &self.kind {
            ExprKind::Path(path) => found.push(path),
            ExprKind::Quantity(..) | ExprKind::Text(_) | ExprKind::Broken => {}
            ExprKind::List(items) => items.iter().for_each(|item| item.collect(found)),
            ExprKind::Range(low, high) => {
                low.collect(found);
                if let Some(high) = high {
                    high.collect(found);
                }
            }
            ExprKind::Call(_, args) => {
                for arg in args {
                    match &arg.value {
                        ArgValue::Expr(value) => value.collect(found),
                        ArgValue::Route(from, to) => found.extend([from, to]),
                    }
                }
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.collect(found),
            ExprKind::Binary(_, left, right) => {
                left.collect(found);
                right.collect(found);
            }
            ExprKind::Match(subject, arms) => {
                subject.collect(found);
                for (_, arm) in arms {
                    arm.collect(found);
                }
            }
        }
    }
}
