//! The plan itself, and its schema.

use vn_plan::Plan;

use crate::Target;
use crate::artifacts::{Emitted, File};

pub fn emit(plan: &Plan) -> Emitted {
    let file = |path: &str, text: String| File {
        path: path.to_owned(),
        target: Some(Target::Json),
        device: None,
        bytes: text.into_bytes(),
    };
    Emitted {
        files: vec![
            file("plan.json", vn_plan::to_json(plan)),
            file("plan.schema.json", vn_plan::schema()),
        ],
        ..Emitted::default()
    }
}
