//! Values that were parsed by themselves, moved to their places in the file.

use crate::declared::{Arg, ArgValue, Expr, ExprKind, Path};
use vn_syntax::Span;

/// Moves a value `by` bytes.
pub fn moved(value: &mut Expr, by: u32) {
    shift(&mut value.span, by);
    match &mut value.kind {
        ExprKind::Quantity(..) | ExprKind::Text(_) | ExprKind::Broken => {}
        ExprKind::Path(path) => path_moved(path, by),
        ExprKind::List(items) => items.iter_mut().for_each(|item| moved(item, by)),
        ExprKind::Range(low, high) => {
            moved(low, by);
            if let Some(high) = high {
                moved(high, by);
            }
        }
        ExprKind::Call(path, args) => {
            path_moved(path, by);
            for arg in args {
                arg_moved(arg, by);
            }
        }
        ExprKind::Not(inner) | ExprKind::Negate(inner) => moved(inner, by),
        ExprKind::Binary(_, left, right) => {
            moved(left, by);
            moved(right, by);
        }
        ExprKind::Match(subject, arms) => {
            moved(subject, by);
            for (name, arm) in arms {
                shift(&mut name.span, by);
                moved(arm, by);
            }
        }
    }
}

fn path_moved(path: &mut Path, by: u32) {
    shift(&mut path.span, by);
    for segment in &mut path.segments {
        if let Some(index) = &mut segment.index {
            moved(index, by);
        }
    }
}

fn arg_moved(arg: &mut Arg, by: u32) {
    if let Some(name) = &mut arg.name {
        shift(&mut name.span, by);
    }
    match &mut arg.value {
        ArgValue::Expr(value) => moved(value, by),
        ArgValue::Route(from, to) => {
            path_moved(from, by);
            path_moved(to, by);
        }
    }
}

fn shift(span: &mut Span, by: u32) {
    span.start = span.start.saturating_add(by);
    span.end = span.end.saturating_add(by);
}
