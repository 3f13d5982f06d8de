//! `vnc doctor`.

use std::path::Path;

use serde_json::{Value, json};
use vn_solve::highs::{Fate, Finding, Highs, Looked, Place};

use super::{complain, say};
use crate::cli::Doctor;
use crate::engines;
use crate::exit::Exit;
use crate::render::escape::escape;

/// The value of `format`.
const FORMAT: &str = "vnc.doctor/1";

/// Says which engines there are.
pub fn run(args: &Doctor) -> Exit {
    let found = engines::found();
    let broken = engines::broken(found);
    if args.json {
        say(&format!("{:#}\n", document(found, broken.as_deref())));
    } else {
        say(&text(found));
        if let Some(message) = &broken {
            complain(&format!("error: {}\n", escape(message)));
        }
    }
    match broken {
        Some(_) => Exit::Wrong,
        None => Exit::Fine,
    }
}

fn text(found: &Finding) -> String {
    let mut text = format!("embedded  {}, always there\n", vn_solve::EMBEDDED);
    match found.chosen {
        Some(highs) => {
            let why = found.place().map_or("", why);
            text.push_str(&format!("highs     {}, {why}\n", highs.name()));
            if let Some(path) = highs.path() {
                text.push_str(&format!("          {}\n", shown(path)));
            }
        }
        None => text.push_str("highs     not found\n"),
    }
    text.push_str("\nlooked for HiGHS\n");
    for one in &found.looked {
        text.push_str(&format!(
            "  {}: {}\n    {}\n",
            called(one.place),
            shown(&one.name),
            fate(one)
        ));
    }
    if found.chosen.is_none() {
        text.push_str(&format!(
            "\nto get HiGHS\n  {}\n  {}\n",
            engines::INSTALL,
            engines::NAME_IT
        ));
    }
    text
}

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

/// Why a library from there is used.
fn why(place: Place) -> &'static str {
    match place {
        Place::BuiltIn => "part of this program",
        Place::Named => "because `VNC_HIGHS_LIB` names it",
        Place::Beside => "because it lies beside this program",
        Place::Loader => "because the system's loader knows it",
        Place::Homebrew => "because Homebrew installed it",
        Place::Environment => "from an environment",
    }
}

fn called(place: Place) -> &'static str {
    match place {
        Place::BuiltIn => "linked in",
        Place::Named => "VNC_HIGHS_LIB",
        Place::Beside => "beside this program",
        Place::Loader => "by the system's loader",
        Place::Homebrew => "Homebrew",
        Place::Environment => "an active environment",
    }
}

/// What became of a place, in words.
fn fate(one: &Looked) -> String {
    match &one.fate {
        Fate::Chosen => "used".to_owned(),
        Fate::Absent => "not there".to_owned(),
        Fate::Unfit(unfit) => format!("skipped: {}", escape(&unfit.to_string())),
        Fate::NotNeeded => "not looked at: another is used".to_owned(),
        Fate::NotAsked => format!(
            "skipped: an environment is used only if you say so:\n    export VNC_HIGHS_LIB={}",
            shown(&one.name)
        ),
        Fate::Unsafe(variable) => {
            format!("skipped: `{variable}` names the folder you work in, or one by no full path")
        }
    }
}

fn document(found: &Finding, broken: Option<&str>) -> Value {
    let highs = found.chosen.map(|highs| engine(highs, found.place()));
    let embedded = json!({ "name": "embedded", "version": vn_solve::EMBEDDED });
    let engines: Vec<Value> = [Some(embedded), highs].into_iter().flatten().collect();
    let looked: Vec<Value> = found.looked.iter().map(place).collect();
    json!({
        "format": FORMAT,
        "engines": engines,
        "looked": looked,
        "install": [engines::INSTALL, engines::NAME_IT],
        "error": broken,
    })
}

fn engine(highs: Highs, place: Option<Place>) -> Value {
    json!({
        "name": "highs",
        "version": highs.version(),
        "git_hash": highs.hash(),
        "path": highs.path(),
        "why": place.map(why),
    })
}

fn place(one: &Looked) -> Value {
    let used = one.fate == Fate::Chosen;
    json!({ "place": called(one.place), "name": one.name, "used": used, "fate": fate(one) })
}
