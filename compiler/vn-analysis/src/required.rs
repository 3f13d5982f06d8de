//! `requires kv`: a condition that is a lone name is likely to be meant for a service.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::declared::{Expr, ExprKind};

/// Says what asks for a service, where nothing else is known to say.
pub fn advise(condition: &Expr, faults: &mut [Diagnostic]) {
    let ExprKind::Path(path) = &condition.kind else {
        return;
    };
    for fault in faults {
        if fault.code == codes::UNKNOWN_NAME && fault.edits.is_empty() && fault.help.is_none() {
            let help = format!(
                "`requires` asks what a device has; a service is asked for with `needs {path}`"
            );
            fault.help = Some(help);
        }
    }
}
