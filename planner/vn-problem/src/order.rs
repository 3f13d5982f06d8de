//! Consumers before servers: the order in which loads are defined.

use crate::{ComponentId, Problem};

impl Problem {
    /// All components, every consumer before the servers that it passes its load on to; `None` if loads
    /// go in a circle. A need with a rate of its own orders only where that closes no circle.
    ///
    /// Among components that nothing orders, the declared order.
    pub fn consumers_first(&self) -> Option<Vec<ComponentId>> {
        let mut waiting: Vec<ComponentId> = self.component_ids().collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let free = |any: bool| {
                let mut all = waiting.iter().copied();
                all.find(|&one| !self.waits(one, &waiting, any))
            };
            let next = free(true).or_else(|| free(false))?;
            waiting.retain(|&one| one != next);
            ordered.push(next);
        }
        Some(ordered)
    }

    /// Whether somebody who waits asks a server, through `any` need or through one that passes load on.
    fn waits(&self, server: ComponentId, waiting: &[ComponentId], any: bool) -> bool {
        self.needs.iter().any(|need| {
            let counts = any || need.load.passes_on();
            counts && need.server == server && waiting.contains(&need.consumer)
        })
    }
}
