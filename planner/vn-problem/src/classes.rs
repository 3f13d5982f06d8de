//! Rows that stand for several alike machines.
//!
//! INVARIANT: what a row of devices can hold and what one instance claims are those of one machine; all
//! else is of all its machines together: loads, throughput, money, power, bytes.

use crate::{Candidate, ComponentId, DeviceId, Load, Need, Problem};

impl Problem {
    /// How many machines the device of a candidate stands for.
    pub fn times(&self, row: &Candidate) -> u64 {
        self[row.device].count.max(1)
    }

    /// What the client's instances on a device ask together.
    pub fn demand_on(&self, client: ComponentId, device: DeviceId) -> Option<Load> {
        let each = self[client].demand.0;
        each.checked_mul(self[device].count.max(1)).map(Load)
    }

    /// What all client instances ask.
    pub fn demand_of(&self, client: ComponentId) -> Option<i128> {
        let on = self[client].on.iter();
        on.map(|&device| self.demand_on(client, device))
            .try_fold(0, |sum: i128, load| sum.checked_add(load?.0.into()))
    }

    /// What the instances on a device ask of their server if this much is asked of them: each rounds by
    /// itself. `None` if it does not fit.
    pub fn load_through(&self, need: &Need, device: DeviceId, consumer: Load) -> Option<Load> {
        let times = self[device].count.max(1);
        let each = need.load_from(Load(consumer.0.div_ceil(times)))?;
        each.0.checked_mul(times).map(Load)
    }
}
