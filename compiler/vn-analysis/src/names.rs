//! Names of components in demands.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Slot, SlotIx};
use crate::declared::Path;
use crate::spelling;
use crate::tree::Tree;
use crate::wishes::Ground;

/// Names of components to selected slots.
#[derive(Clone, Copy, Debug)]
pub struct Names<'t, 'a> {
    /// All components.
    pub tree: &'t Tree<'a>,
    /// The component of each slot.
    pub kept: &'t [usize],
}

impl Names<'_, '_> {
    /// The selected components that a path names; reports a name that nothing has.
    pub fn slots(&self, path: &Path, from: &[String], faults: &mut Vec<Diagnostic>) -> Vec<SlotIx> {
        match self.tree.resolve(path, from) {
            Ok(found) => self.kept_of(&found),
            Err(fault) => {
                faults.push(*fault);
                Vec::new()
            }
        }
    }

    fn kept_of(&self, found: &[usize]) -> Vec<SlotIx> {
        let slots = (0..).map(SlotIx).zip(self.kept);
        slots
            .filter(|(_, at)| found.contains(at))
            .map(|(ix, _)| ix)
            .collect()
    }

    /// A component, or one of its variants: `brain.small`.
    pub fn counted(
        &self,
        path: &Path,
        from: &[String],
        ground: &Ground<'_>,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<(SlotIx, Option<u32>)> {
        let words: Vec<&str> = path
            .segments
            .iter()
            .map(|part| part.name.as_str())
            .collect();
        if let Some((variant, component)) = words.split_last()
            && self.tree.find(&words, from).is_err()
            && let Ok(found) = self.tree.find(component, from)
            && !component.is_empty()
        {
            let ix = *self.kept_of(&found).first()?;
            let slot = ground.slots.get(ix.0 as usize)?;
            let at = slot.variants.iter().position(|known| known == variant);
            let Some(at) = at.and_then(|at| u32::try_from(at).ok()) else {
                let fault = no_variant(slot, (variant, path));
                faults.push(fault.label(slot.span, "declared here"));
                return None;
            };
            return Some((ix, Some(at)));
        }
        let found = self.tree.resolve(path, from);
        match found {
            Ok(found) if found.len() > 1 => {
                let message = format!("`{path}` is a node; a component is counted");
                faults.push(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message));
                None
            }
            Ok(found) => Some((*self.kept_of(&found).first()?, None)),
            Err(fault) => {
                faults.push(*fault);
                None
            }
        }
    }
}

/// The message for a variant that a component does not have, at the end of a path.
pub fn no_variant(slot: &Slot, (variant, path): (&str, &Path)) -> Diagnostic {
    let written = path.to_string();
    let before = written.strip_suffix(variant).unwrap_or_default();
    let what = format!("`{}` has no variant", slot.name);
    let known = slot.variants.iter().map(String::as_str);
    spelling::unknown((&what, before), (variant, path.span), known)
}
