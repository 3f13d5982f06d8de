//! Where a library may lie, in which order it is looked for, and what became of each place.
//!
//! Never in the project's folder, and never in an environment (conda, venv) that happens to be active:
//! what runs there is for the user to say, by `VNC_HIGHS_LIB`.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::{Highs, Unfit, raw};

/// The variable that names the library.
const VARIABLE: &str = "VNC_HIGHS_LIB";

/// The variables by which the loader is told where else to look.
const LOADER: [&str; 3] = [
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
];

/// What the library is called.
const NAMES: &[&str] = if cfg!(target_os = "macos") {
    &["libhighs.1.dylib", "libhighs.dylib"]
} else if cfg!(windows) {
    &["highs.dll"]
} else {
    &["libhighs.so.1", "libhighs.so"]
};

/// Where Homebrew keeps libraries, by system.
const HOMEBREW: &[&str] = if cfg!(target_os = "macos") {
    &["/opt/homebrew/lib", "/usr/local/lib"]
} else if cfg!(target_os = "linux") {
    &["/home/linuxbrew/.linuxbrew/lib"]
} else {
    &[]
};

/// A kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Linked into the program.
    BuiltIn,
    /// Where `VNC_HIGHS_LIB` says.
    Named,
    /// In the folder of the program.
    Beside,
    /// Where the system's loader finds a library of that name.
    Loader,
    /// Where Homebrew keeps libraries.
    Homebrew,
    /// In an environment that is active.
    Environment,
}

/// What became of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The library there is used.
    Chosen,
    /// There is none.
    Absent,
    /// There is one, and it does not fit.
    Unfit(Unfit),
    /// There is one, and another is used.
    NotNeeded,
    /// Only what the user names is used.
    NotAsked,
    /// The loader was told to look in the folder where the user works, or in one without a full path.
    Unsafe(&'static str),
}

/// A place, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Which kind.
    pub place: Place,
    /// The library's path or name.
    pub name: PathBuf,
    /// What became of it.
    pub fate: Fate,
}

/// What looking came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The library that is used, if any.
    pub chosen: Option<Highs>,
    /// Every place in the order of looking.
    pub looked: Vec<Looked>,
}

impl Finding {
    /// What the user named, and why it cannot be used: nothing else may be taken for it.
    pub fn broken_word(&self) -> Option<(&Path, &Unfit)> {
        self.looked.iter().find_map(|one| match &one.fate {
            Fate::Unfit(unfit) if one.place == Place::Named => Some((one.name.as_path(), unfit)),
            Fate::Unfit(_)
            | Fate::Chosen
            | Fate::Absent
            | Fate::NotNeeded
            | Fate::NotAsked
            | Fate::Unsafe(_) => None,
        })
    }

    /// Where the library that is used was found.
    pub fn place(&self) -> Option<Place> {
        let mut looked = self.looked.iter();
        let chosen = looked.find(|one| one.fate == Fate::Chosen);
        chosen.map(|one| one.place)
    }
}

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// What the user named; then nothing else is looked at.
    pub named: Option<PathBuf>,
    /// The folder of the program.
    pub beside: Option<PathBuf>,
    /// Whether to ask the system's loader, or the variable that makes that unsafe.
    pub loader: Option<Result<(), &'static str>>,
    /// Folders of Homebrew.
    pub homebrew: Vec<PathBuf>,
    /// Folders of active environments: they are only told of.
    pub environments: Vec<PathBuf>,
}

impl Places {
    /// The places that matter to this process.
    pub fn of_process() -> Self {
        let named = env::var_os(VARIABLE).filter(|name| !name.is_empty());
        let program = env::current_exe().and_then(|path| path.canonicalize());
        let beside = program
            .ok()
            .and_then(|path| path.parent().map(Path::to_owned));
        let here = env::current_dir().ok();
        Self {
            named: named.map(PathBuf::from),
            beside: beside.filter(|folder| Some(folder) != here.as_ref()),
            loader: Some(loader(here.as_deref())),
            homebrew: HOMEBREW.iter().map(PathBuf::from).collect(),
            environments: environments(),
        }
    }
}

/// Whether the loader may be asked: not if it would look where the user's files are.
fn loader(here: Option<&Path>) -> Result<(), &'static str> {
    for variable in LOADER {
        let Some(folders) = env::var_os(variable).filter(|folders| !folders.is_empty()) else {
            continue;
        };
        let inside = |folder: &Path| here.is_some_and(|here| folder.starts_with(here));
        if env::split_paths(&folders).any(|folder| !folder.is_absolute() || inside(&folder)) {
            return Err(variable);
        }
    }
    Ok(())
}

/// Where libraries lie in the environments that are active.
fn environments() -> Vec<PathBuf> {
    let root = |variable: &str| {
        let root = env::var_os(variable).filter(|root| !root.is_empty());
        root.map(PathBuf::from)
    };
    let conda = root("CONDA_PREFIX").map(|root| root.join("lib"));
    let python = root("VIRTUAL_ENV").map(|root| root.join("lib"));
    let versions = python.into_iter().flat_map(|lib| inside(&lib));
    let wheels = versions.map(|version| version.join("site-packages/highspy"));
    conda.into_iter().chain(wheels).collect()
}

/// What a folder holds, in order.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Looks for a library and takes the first that fits.
pub fn find(places: &Places) -> Finding {
    let mut finding = Finding::default();
    if let Some(path) = &places.named {
        finding.take(Place::Named, path, || open_file(path));
        return finding;
    }
    #[cfg(feature = "highs-static")]
    finding.take(Place::BuiltIn, Path::new("built in"), || {
        raw::built_in().and_then(Highs::of)
    });
    if let Some(folder) = &places.beside {
        finding.look_into(Place::Beside, folder);
    }
    match places.loader {
        Some(Ok(())) => {
            for name in NAMES {
                finding.take(Place::Loader, Path::new(name), || open(OsStr::new(name)));
            }
        }
        Some(Err(variable)) => finding.looked.push(Looked {
            place: Place::Loader,
            name: NAMES.first().map(PathBuf::from).unwrap_or_default(),
            fate: Fate::Unsafe(variable),
        }),
        None => {}
    }
    for folder in &places.homebrew {
        finding.look_into(Place::Homebrew, folder);
    }
    for folder in &places.environments {
        finding.looked.extend(present(folder).map(|name| Looked {
            place: Place::Environment,
            name,
            fate: Fate::NotAsked,
        }));
    }
    finding
}

/// The libraries that are in a folder.
fn present(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let paths = NAMES.iter().map(|name| folder.join(name));
    paths.filter(|path| path.is_file())
}

impl Finding {
    fn look_into(&mut self, place: Place, folder: &Path) {
        let mut found = present(folder).peekable();
        if found.peek().is_none() {
            self.looked.push(Looked {
                place,
                name: folder.to_owned(),
                fate: Fate::Absent,
            });
        }
        for path in found {
            self.take(place, &path, || open_file(&path));
        }
    }

    fn take(&mut self, place: Place, name: &Path, open: impl FnOnce() -> Result<Highs, Unfit>) {
        let fate = if self.chosen.is_some() {
            // What the loader would find is not known without loading it.
            Fate::NotNeeded
        } else {
            match open() {
                Ok(highs) => {
                    self.chosen = Some(highs);
                    Fate::Chosen
                }
                Err(Unfit::Loader(words)) if place == Place::Loader && is_absence(name, &words) => {
                    Fate::Absent
                }
                Err(unfit) => Fate::Unfit(unfit),
            }
        };
        self.looked.push(Looked {
            place,
            name: name.to_owned(),
            fate,
        });
    }
}

/// Whether the loader says that there is no such library, rather than that it is broken.
fn is_absence(name: &Path, words: &str) -> bool {
    let names_it = cfg!(windows) || words.contains(&*name.to_string_lossy());
    names_it && (words.contains("o such file") || words.contains("could not be found"))
}

/// Opens a file by its full path, so that the loader looks nowhere else.
fn open_file(path: &Path) -> Result<Highs, Unfit> {
    let path = path.canonicalize().map_err(|_| Unfit::Missing)?;
    if path.is_dir() {
        return Err(Unfit::Folder);
    }
    open(path.as_os_str())
}

fn open(name: &OsStr) -> Result<Highs, Unfit> {
    raw::open(name).and_then(Highs::of)
}
