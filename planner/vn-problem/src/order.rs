//! Consumers before servers: the order in which loads are defined.

use crate::{ComponentId, Problem};

impl Problem {
    /// All components, every consumer before its servers; `None` if needs form a circle.
    ///
    /// Among components that nothing orders, the declared order.
    pub fn consumers_first(&self) -> Option<Vec<ComponentId>> {
        let mut waiting: Vec<ComponentId> = self.component_ids().collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let next = waiting
                .iter()
                .copied()
                .find(|&one| !self.waits(one, &waiting))?;
            waiting.retain(|&one| one != next);
            ordered.push(next);
        }
        Some(ordered)
    }

    fn waits(&self, server: ComponentId, waiting: &[ComponentId]) -> bool {
        self.needs
            .iter()
            .any(|need| need.server == server && waiting.contains(&need.consumer))
    }
}
