//! What is kept between two questions is never seen: after any edits a session answers what one that
//! knows nothing yet answers.

#![allow(clippy::indexing_slicing, reason = "a test")]

use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};

use vn_tests::generator::Random;
use vn_tests::large;
use vnc::host::Host;
use vnc::session::{self, Request, Session};

/// One text that changes, as in an editor.
struct Editor(RefCell<String>);

impl Host for Editor {
    fn read(&self, path: &Path) -> io::Result<String> {
        if path == Path::new("plan.vn") {
            return Ok(self.0.borrow().clone());
        }
        Err(io::Error::from(io::ErrorKind::NotFound))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn names(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// Lines that move what stands behind them, and mean something to it or nothing.
const LINES: [&str; 6] = [
    "// a remark, and ünicode",
    "param spare_part: Count = 3",
    "",
    "service {",
    "}",
    "  memory = 3 parsecs",
];

/// A text after an edit: a line more, a line less, two lines changed over, or a letter less.
fn edited(random: &mut Random, text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let places: Vec<usize> = (0..lines.len()).collect();
    let (at, other) = (random.pick(&places), random.pick(&places));
    match random.below(5) {
        0 => lines.insert(at, random.pick(&LINES)),
        1 => lines.insert(at, lines[other]),
        2 => drop(lines.remove(at)),
        3 => lines.swap(at, other),
        _ => {
            let line = lines[at];
            let last = line.char_indices().next_back().map_or(0, |(last, _)| last);
            lines[at] = &line[..last];
        }
    }
    lines.join("\n") + "\n"
}

fn lived(text: &str, seed: u64, edits: usize) {
    let request = Request {
        entry: PathBuf::from("plan.vn"),
        names: true,
        origins: true,
        ..Request::default()
    };
    let mut random = Random::new(seed);
    let host = Editor(RefCell::new(text.to_owned()));
    let mut session = Session::new(&host);
    for turn in 0..edits {
        let now = host.0.borrow().clone();
        // Every third edit is taken back, as people do.
        let next = if turn % 3 == 2 {
            text.to_owned()
        } else {
            edited(&mut random, &now)
        };
        host.0.replace(next);
        let kept = session.check(&request).expect("the text is there");
        let fresh = session::check(&host, &request).expect("the text is there");
        let now = host.0.borrow();
        assert_eq!(kept.diagnostics, fresh.diagnostics, "seed {seed}:\n{now}");
        assert_eq!(kept.analysis, fresh.analysis, "seed {seed}:\n{now}");
        assert_eq!(kept.composition, fresh.composition, "seed {seed}:\n{now}");
    }
}

#[test]
fn the_home_lab_is_edited() {
    let text = include_str!("../../examples/home-lab/plan.vn");
    (0..12).for_each(|seed| lived(text, seed, 25));
}

#[test]
fn the_retail_chain_is_edited() {
    let text = include_str!("../../examples/retail/plan.vn");
    (100..106).for_each(|seed| lived(text, seed, 20));
}

#[test]
fn a_large_program_is_edited() {
    lived(&large::program(700), 200, 20);
}
