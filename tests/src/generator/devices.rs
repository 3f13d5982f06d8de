//! Machines, the sites they stand in and the round trips between them.

use vn_problem::{Device, DeviceId, Micros};

use super::{NOWHERE, Random, Theme};

/// What the generator knows of the machines and a problem does not say.
pub struct Map {
    /// The site of each device.
    pub site: Vec<u32>,
    /// Round trip by device and device.
    pub rtt: Vec<Vec<Micros>>,
}

impl Map {
    /// All devices.
    pub fn devices(&self) -> Vec<DeviceId> {
        (0..).map(DeviceId).take(self.site.len()).collect()
    }

    /// The devices of a site.
    pub fn of_site(&self, site: u32) -> Vec<DeviceId> {
        let devices = self.devices().into_iter();
        devices
            .filter(|device| self.site[device.index()] == site)
            .collect()
    }
}

/// Two to four devices in one or two sites.
pub fn map(random: &mut Random, theme: Theme) -> Map {
    let count = match theme {
        Theme::Anything => random.pick(&[2, 3, 3, 4]),
        Theme::Failover => random.pick(&[4, 4, 5]),
        Theme::Standby => 5,
    };
    let sites = random.pick(&[1, 2, 2]);
    let mut site: Vec<u32> = (0..count).map(|_| random.pick(&[0, sites - 1])).collect();
    if theme == Theme::Standby && random.percent(85) {
        site = vec![0, 0, 0, 0, 1];
    }
    let local = Micros(random.pick(&[200, 1_000]));
    let far = Micros(random.pick(&[5_000, 20_000]));
    let mut rtt = vec![vec![Micros(0); count]; count];
    for a in 0..count {
        for b in 0..a {
            let odd = random.percent(30);
            let between = match (site[a] == site[b], odd) {
                (true, false) => local,
                (false, false) => far,
                (_, true) => Micros(random.pick(&[500, 3_000, 9_000])),
            };
            rtt[a][b] = between;
            rtt[b][a] = between;
        }
    }
    Map { site, rtt }
}

/// Two resources; now and then a battery.
pub fn rows(random: &mut Random, map: &Map, theme: Theme) -> Vec<Device> {
    let (battery, least) = match theme {
        Theme::Anything => (30, 3),
        Theme::Failover | Theme::Standby => (3, 4),
    };
    let row = |_| Device {
        capacity: vec![random.between(least, 8), random.between(least, 8) << 30],
        max_duty: random
            .percent(battery)
            .then(|| random.pick(&[200_000, 300_000, 500_000, 666_666])),
        count: 1,
        cause: NOWHERE,
    };
    let mut devices: Vec<Device> = map.site.iter().map(row).collect();
    // Without a choice of their own, so that the problems of all seeds stay what they were.
    for device in &mut devices {
        let room = device.capacity.iter().sum::<u64>();
        device.count = 1 + 2 * u64::from((room ^ (room >> 30)) % 7 == 3);
    }
    devices
}
