//! `vnc set`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vn_syntax::{Diagnostic, Edit, FileId, Sources, parse};

use super::{Colours, complain, say};
use crate::cli::Set;
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::project;
use crate::render::{diagnostics, json};
use crate::rewrite::{self, Setting};
use crate::session::{self, Checked, Request};
use crate::source;

/// Changes what a program says, and as little of its text as that takes.
pub fn run(args: &Set, host: &dyn Host, colours: Colours) -> Exit {
    let (path, settings) = match understood(args, host) {
        Ok(understood) => understood,
        Err(message) => return fail(args, &message, Exit::Usage),
    };
    let text = match host.read(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", path.display());
            return fail(args, &message, Exit::Usage);
        }
    };
    let run = Run {
        args,
        host,
        colours,
        path: &path,
        text: &text,
    };
    run.run(settings).unwrap_or_else(|exit| exit)
}

/// The program, and names with their values; no value is one to remove.
type Understood = (PathBuf, Vec<(String, Option<String>)>);

fn understood(args: &Set, host: &dyn Host) -> Result<Understood, String> {
    let (path, words) = match args.words.split_first() {
        Some((first, rest)) if !first.contains('=') => (PathBuf::from(first), rest),
        Some(_) | None => (project::default_entry(host), args.words.as_slice()),
    };
    let mut settings = Vec::new();
    for word in words {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| format!("`{word}` is not NAME=VALUE"))?;
        let value = (!value.trim().is_empty()).then(|| value.to_owned());
        settings.push((named(name)?, value));
    }
    for name in &args.unset {
        settings.push((named(name)?, None));
    }
    if settings.is_empty() {
        return Err("nothing to set; write NAME=VALUE".to_owned());
    }
    Ok((path, settings))
}

fn named(name: &str) -> Result<String, String> {
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_word = |part: &str| {
        !part.is_empty()
            && part.chars().all(sound)
            && !part.starts_with(|c: char| c.is_ascii_digit())
    };
    let index = |c: char| sound(c) || "., ".contains(c);
    let is_index = |part: &str| !part.is_empty() && part.chars().all(index);
    // What stands in brackets goes by the rules of an index, the rest by those of names.
    let bare = name
        .split('[')
        .enumerate()
        .try_fold(String::new(), |bare, (at, part)| {
            if at == 0 {
                return Some(part.to_owned());
            }
            let (index, behind) = part.split_once(']')?;
            let sound = is_index(index) && (behind.is_empty() || behind.starts_with('.'));
            sound.then(|| bare + behind)
        });
    if bare.is_some_and(|bare| bare.split('.').all(is_word)) {
        Ok(name.to_owned())
    } else {
        Err(format!(
            "`{name}` is not a name, or names with dots between them"
        ))
    }
}

/// A run on one text.
struct Run<'a> {
    args: &'a Set,
    host: &'a dyn Host,
    colours: Colours,
    path: &'a Path,
    text: &'a str,
}

impl Run<'_> {
    fn run(&self, settings: Vec<(String, Option<String>)>) -> Result<Exit, Exit> {
        let mut sources = Sources::default();
        let file = sources.add(self.name(), self.text);
        let (tree, found) = parse(file, self.text);
        if found.iter().any(Diagnostic::is_error) {
            return Err(self.refuse(&found, &sources));
        }
        let settings: Vec<Setting> = settings
            .into_iter()
            .map(|(name, value)| setting(&mut sources, name, value))
            .collect();
        let edits = rewrite::edits(&tree, &settings).map_err(|faults| {
            let elsewhere = |fault| self.elsewhere(fault, &settings);
            let faults: Vec<Diagnostic> = faults.into_iter().map(elsewhere).collect();
            self.refuse(&faults, &sources)
        })?;
        let text = rewrite::edited(self.text, &edits);
        if !edits.is_empty() && !self.args.force {
            self.check(&text)?;
        }
        self.finish(&edits, &text)
    }

    /// Says where a parameter or a device stands that another file of the program declares.
    fn elsewhere(&self, fault: Diagnostic, settings: &[Setting]) -> Diagnostic {
        let source = fault.labels.first().map(|label| label.span.file);
        let setting = settings.iter().find(|one| Some(one.source) == source);
        let (Some(setting), Ok(checked)) = (setting, self.checked(self.text)) else {
            return fault;
        };
        let help = self
            .parameter_elsewhere(&checked, setting)
            .or_else(|| self.device_elsewhere(&checked, setting));
        match help {
            Some(help) => fault.help(help),
            None => fault,
        }
    }

    fn parameter_elsewhere(&self, checked: &Checked, setting: &Setting) -> Option<String> {
        let param = setting.name.rsplit('.').next().unwrap_or_default();
        let mut others = checked.sources.iter().filter(|(_, other)| {
            let is_own = self.host.read(Path::new(&other.name)).is_ok();
            is_own && other.name != self.name()
        });
        let (_, home) = others.find(|(file, other)| {
            let (tree, _) = parse(*file, other.text.as_ref());
            rewrite::declares(&tree, param)
        })?;
        let value = setting.value.as_deref().unwrap_or_default();
        let home = &home.name;
        Some(format!(
            "the parameter stands in `{home}`: `vnc set {home} {param}={value}`"
        ))
    }

    fn device_elsewhere(&self, checked: &Checked, setting: &Setting) -> Option<String> {
        let name = |part: &str| part.split('[').next().unwrap_or_default().to_owned();
        let parts: Vec<String> = setting.name.split('.').map(name).collect();
        let (field, owners) = parts.split_last()?;
        let is_meant = |name: &str| owners.iter().any(|owner| owner == name);
        let model = &checked.analysis.model;
        let device = model
            .classes
            .iter()
            .find(|device| is_meant(&device.class))?;
        let home = &checked.sources.get(device.span.file)?.name;
        if *home == self.name() {
            return None;
        }
        let class = &device.class;
        let here = format!("the device `{class}` stands in `{home}`");
        if Path::new(home).extension() != Some(OsStr::new("vn")) {
            return Some(format!("{here}: change its `{field}` there"));
        }
        let value = setting.value.as_deref().unwrap_or_default();
        let setting = &setting.name;
        Some(format!("{here}: `vnc set {home} \"{setting}={value}\"`"))
    }

    fn name(&self) -> String {
        self.path.to_string_lossy().replace('\\', "/")
    }

    /// Refuses a text with errors that the one before it has not.
    fn check(&self, text: &str) -> Result<(), Exit> {
        let before = self.checked(self.text)?;
        let after = self.checked(text)?;
        let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for error in before.diagnostics.iter().filter(|d| d.is_error()) {
            *known.entry((error.code, &error.message)).or_default() += 1;
        }
        let mut new = Vec::new();
        for error in after.diagnostics.iter().filter(|d| d.is_error()) {
            match known.get_mut(&(error.code, error.message.as_str())) {
                Some(count) if *count > 0 => *count -= 1,
                Some(_) | None => new.push(error.clone()),
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        Err(self.refuse(&new, &after.sources))
    }

    fn checked(&self, text: &str) -> Result<Checked, Exit> {
        let host = Overlay {
            below: self.host,
            path: self.path,
            text,
        };
        let request = Request {
            entry: self.path.to_path_buf(),
            ..Request::default()
        };
        session::check(&host, &request).map_err(|error| {
            let message = format!("cannot read `{}`: {error}", self.path.display());
            fail(self.args, &message, Exit::Usage)
        })
    }

    /// The places of the edits are those in the text as it was.
    fn document(&self, diagnostics: &Value, edits: &[Edit], written: bool) {
        let mut sources = Sources::default();
        sources.add(self.name(), self.text);
        let edits = json::edits(edits, &sources);
        let document = json!({
            "format": json::FORMAT,
            "diagnostics": diagnostics,
            "edits": edits,
            "written": written,
        });
        say(&format!("{document:#}\n"));
    }

    fn refuse(&self, found: &[Diagnostic], sources: &Sources) -> Exit {
        if self.args.json {
            self.document(&json!(json::diagnostics(found, sources)), &[], false);
        } else {
            complain(&diagnostics::render(found, sources, self.colours.stderr));
            let count = diagnostics::count(found);
            complain(&format!("{}: {count}; nothing was written\n", self.name()));
        }
        Exit::Wrong
    }

    /// Writes, or shows what would be written.
    fn finish(&self, edits: &[Edit], text: &str) -> Result<Exit, Exit> {
        let writes = !self.args.dry_run && !edits.is_empty();
        if writes {
            source::replace(self.path, text).map_err(|error| {
                let message = format!("cannot write `{}`: {error}", self.path.display());
                fail(self.args, &message, Exit::Usage)
            })?;
        }
        if self.args.json {
            self.document(&json!([]), edits, writes);
        } else if self.args.dry_run {
            say(&source::difference(&self.name(), self.text, text));
        } else if edits.is_empty() {
            say(&format!("{}: says so already\n", self.name()));
        } else {
            let count = figure::count(edits.len(), "change");
            say(&format!("{}: {count}\n", self.name()));
        }
        Ok(Exit::Fine)
    }
}

fn setting(sources: &mut Sources, name: String, value: Option<String>) -> Setting {
    let text = format!("{name}={}", value.as_deref().unwrap_or_default());
    let source: FileId = sources.add("the command line", text);
    Setting {
        name,
        value,
        source,
    }
}

fn fail(args: &Set, message: &str, exit: Exit) -> Exit {
    if args.json {
        say(&format!(
            "{:#}\n",
            json!({ "format": json::FORMAT, "diagnostics": [], "error": message })
        ));
    } else {
        complain(&format!("error: {message}\n"));
    }
    exit
}

/// A host on which one file has another text.
struct Overlay<'a> {
    below: &'a dyn Host,
    path: &'a Path,
    text: &'a str,
}

impl Host for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        if path == self.path {
            return Ok(self.text.to_owned());
        }
        self.below.read(path)
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.below.resolve(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.below.names(folder)
    }
}
