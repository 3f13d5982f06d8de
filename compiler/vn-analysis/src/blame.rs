//! A fault in a text of the library is the user's, if a value that the user gave leads to it.

use vn_syntax::{Diagnostic, Span};

use crate::declared::{Arg, ArgValue, Expr, ExprKind};
use crate::scope::Scope;

/// Moves faults about an expression to the value of another file that it rests on, if there is one.
pub fn to_the_giver(expr: &Expr, scope: &Scope<'_>, faults: &mut [Diagnostic]) {
    let strange = |fault: &Diagnostic| fault.labels.iter().all(|l| l.span.file == expr.span.file);
    if !faults.iter().any(strange) {
        return;
    }
    let Some((name, place)) = given(expr, scope) else {
        return;
    };
    for fault in faults.iter_mut().filter(|fault| strange(fault)) {
        let here = std::mem::take(&mut fault.labels);
        let mut moved = Diagnostic::error(fault.code, place, String::new())
            .here(format!("`{name}` is given here"));
        for label in here {
            let text = if label.text.is_empty() {
                "and used here".to_owned()
            } else {
                label.text
            };
            moved = moved.label(label.span, text);
        }
        fault.labels = moved.labels;
    }
}

/// The first name of an expression that stands for a value given in another file.
fn given(expr: &Expr, scope: &Scope<'_>) -> Option<(String, Span)> {
    let among = |exprs: &[&Expr]| exprs.iter().find_map(|inner| given(inner, scope));
    match &expr.kind {
        ExprKind::Path(path) => {
            let name = path.dotted();
            let place = scope.giver(&name)?;
            (place.file != expr.span.file).then_some((name.into_owned(), place))
        }
        ExprKind::List(items) => among(&items.iter().collect::<Vec<_>>()),
        ExprKind::Range(low, high) => {
            given(low, scope).or_else(|| high.as_ref().and_then(|high| given(high, scope)))
        }
        ExprKind::Call(_, args) => args.iter().find_map(|arg| argument(arg, scope)),
        ExprKind::Not(inner) | ExprKind::Negate(inner) => given(inner, scope),
        ExprKind::Binary(_, left, right) => among(&[left, right]),
        ExprKind::Match(subject, arms) => {
            given(subject, scope).or_else(|| arms.iter().find_map(|(_, arm)| given(arm, scope)))
        }
        ExprKind::Quantity(..) | ExprKind::Text(_) | ExprKind::Broken => None,
    }
}

fn argument(arg: &Arg, scope: &Scope<'_>) -> Option<(String, Span)> {
    match &arg.value {
        ArgValue::Expr(value) => given(value, scope),
        ArgValue::Route(..) => None,
    }
}
