//! What a target cannot express.

use std::fmt;
use std::fmt::Write as _;

use crate::{Target, codes, text};

/// Something that the plan says and an emitted file does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// Which target loses it.
    pub target: Target,
    /// Id of the device whose files lack it.
    pub device: String,
    /// Whether something is lost that the plan promises: then emitting is an error unless the user
    /// allows it. Otherwise somebody else still sees to it, and the sentence says who.
    pub guarantee: bool,
    /// What is lost and why, lower case, no full stop.
    pub message: String,
}

impl Loss {
    /// The code of the message.
    pub const CODE: &'static str = codes::LOST;
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (target, device) = (self.target, &self.device);
        write!(
            f,
            "{} target `{target}`, `{device}`: {}",
            Self::CODE,
            self.message
        )
    }
}

/// `LOSS.md`; nothing when nothing is lost.
pub fn page(sources: &str, losses: &[Loss]) -> Option<Vec<u8>> {
    if losses.is_empty() {
        return None;
    }
    let mut page = format!("<!-- {} -->\n\n# What is lost\n", text::made_by(sources));
    for target in Target::ALL {
        let of_target = || losses.iter().filter(|loss| loss.target == *target);
        if of_target().next().is_none() {
            continue;
        }
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {target}\n\n");
        for loss in of_target() {
            let weight = if loss.guarantee { "**guarantee** " } else { "" };
            let line = text::one_line(&format!("`{}`: {}", loss.device, loss.message));
            let _ = writeln!(page, "- {weight}{line}");
        }
    }
    Some(page.into_bytes())
}
