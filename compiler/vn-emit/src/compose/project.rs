//! The part of the Compose file format that we write.

use std::collections::BTreeMap;

use serde::Serialize;
use vn_plan::Resources;

/// One Compose file.
#[derive(Serialize)]
pub struct Project {
    pub name: String,
    pub services: BTreeMap<String, Service>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub volumes: BTreeMap<String, Volume>,
}

/// A named volume with the engine's defaults.
#[derive(Serialize)]
pub struct Volume {
    pub labels: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
pub struct Service {
    pub image: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Mount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<HealthCheck>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub depends_on: BTreeMap<String, Condition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<&'static str>,
    pub pull_policy: &'static str,
    pub restart: &'static str,
    pub labels: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deploy: Option<Deploy>,
}

/// What another service must have come to before this one starts.
#[derive(Serialize)]
pub struct Condition {
    condition: &'static str,
}

impl Condition {
    /// It has run to its end, well.
    pub const DONE: Self = Self {
        condition: "service_completed_successfully",
    };
}

/// Long syntax: in the short one a colon in a path would mean something.
#[derive(Serialize)]
pub struct Mount {
    r#type: &'static str,
    source: String,
    target: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    read_only: bool,
}

impl Mount {
    /// A path that must outlive the container.
    pub fn volume(service: &str, path: &str) -> Self {
        Self {
            r#type: "volume",
            source: format!("{service}-data"),
            target: literal(path),
            read_only: false,
        }
    }

    /// A file of ours.
    pub fn file(from: &str, to: &str) -> Self {
        Self {
            r#type: "bind",
            source: from.to_owned(),
            target: to.to_owned(),
            read_only: true,
        }
    }
}

#[derive(Serialize)]
pub struct HealthCheck {
    test: Vec<String>,
    interval: &'static str,
    timeout: &'static str,
    retries: u32,
    start_period: &'static str,
}

impl HealthCheck {
    pub fn command(words: &[String]) -> Self {
        let words = words.iter().map(|word| literal(word));
        Self {
            test: std::iter::once("CMD".to_owned()).chain(words).collect(),
            interval: "10s",
            timeout: "5s",
            retries: 3,
            start_period: "60s",
        }
    }
}

#[derive(Serialize)]
pub struct Deploy {
    resources: Limits,
}

#[derive(Serialize)]
struct Limits {
    limits: Amounts,
    reservations: Reservations,
}

#[derive(Serialize, Clone)]
struct Amounts {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpus: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
}

#[derive(Serialize)]
struct Reservations {
    #[serde(flatten)]
    amounts: Amounts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    devices: Vec<Gpu>,
}

#[derive(Serialize)]
struct Gpu {
    count: u32,
    capabilities: [&'static str; 1],
}

impl Deploy {
    /// What the plan claims is both promised and enforced.
    pub fn of(claims: &Resources, gpu: bool) -> Option<Self> {
        let amounts = Amounts {
            cpus: (claims.cpu_mcores > 0).then(|| cores(claims.cpu_mcores)),
            memory: (claims.memory_bytes > 0).then(|| format!("{}b", claims.memory_bytes)),
        };
        let nothing = amounts.cpus.is_none() && amounts.memory.is_none() && !gpu;
        (!nothing).then(|| Self::new(amounts, gpu))
    }

    /// Memory only.
    pub fn memory(bytes: u64) -> Option<Self> {
        let claims = Resources {
            memory_bytes: bytes,
            ..Resources::default()
        };
        Self::of(&claims, false)
    }

    fn new(amounts: Amounts, gpu: bool) -> Self {
        let devices = if gpu {
            vec![Gpu {
                count: 1,
                capabilities: ["gpu"],
            }]
        } else {
            Vec::new()
        };
        Self {
            resources: Limits {
                limits: amounts.clone(),
                reservations: Reservations { amounts, devices },
            },
        }
    }
}

fn cores(mcores: u64) -> String {
    format!("{}.{:03}", mcores / 1000, mcores % 1000)
}

/// Compose puts variables in place of `$NAME`; doubled, a dollar sign is one.
pub fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

impl Project {
    /// The file, with a comment as its first line.
    pub fn text(&self, comment: &str) -> Result<String, String> {
        // Block scalars would fold long texts; quoted they are one line whatever is in them.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let yaml = serde_saphyr::to_string_with_options(self, options);
        let yaml = yaml.map_err(|error| format!("not expressible in YAML: {error}"))?;
        Ok(format!("# {comment}\n\n{yaml}"))
    }
}
