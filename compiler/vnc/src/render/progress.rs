//! A sign of life on a terminal while the search runs.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use vn_solve::{Control, Progress};

/// Shows nodes and the incumbent on standard error; draws nothing where that is no terminal.
#[derive(Debug)]
pub struct Spinner {
    bar: ProgressBar,
    nodes: u64,
    found: bool,
}

impl Spinner {
    /// Starts to turn, unless nobody would see it.
    pub fn start(visible: bool) -> Self {
        let bar = if visible {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} planning {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self {
            bar,
            nodes: 0,
            found: false,
        }
    }
}

impl Control for Spinner {
    fn report(&mut self, progress: Progress) {
        match progress {
            Progress::Nodes { nodes, .. } => self.nodes = nodes,
            Progress::Incumbent { .. } => self.found = true,
            Progress::Bound { .. } => {}
        }
        let state = if self.found {
            "improving a plan"
        } else {
            "looking for a plan"
        };
        self.bar
            .set_message(format!("— {state}, {} nodes", self.nodes));
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
