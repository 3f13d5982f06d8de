//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use vn_analysis::Month;

use crate::lower::earlier::Replan;
use crate::session::Request;

/// Plans what runs on which machine, and writes the files that make it so.
#[derive(Debug, Parser)]
#[command(name = "vnc", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours (`NO_COLOR` is obeyed)
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plan a program and write its files
    Build(Build),
    /// Check a program without planning it
    Check(Check),
    /// Say what one plan says otherwise than another, and in which order to get there
    Diff(Diff),
    /// Bring programs into their one canonical form
    Fmt(Fmt),
    /// Say which engines plan, where they were found, and how to get the other
    Doctor(Doctor),
    /// Explain a message by its code
    Explain(Explain),
    /// Plan a program and show the plan, writing nothing
    Plan(Plan),
    /// Change what a program says, and nothing else of its text
    Set(Set),
    /// Show what may run where and which line says so, without planning
    Show(Show),
    /// Solve an instance: a planning problem by itself, as `vnc plan --instance` writes it
    Solve(Solve),
    /// Run the tests of a program against its plan
    Test(Test),
    /// Check a plan from itself alone, without a solver
    Verify(Verify),
}

/// The program and the user's choices.
#[derive(Clone, Debug, Args)]
pub struct Program {
    /// The program [default: the `entry` of the nearest vn.toml upwards, else plan.vn]
    pub file: Option<PathBuf>,
    /// Set a parameter of the program (`--set preference=high_performance`)
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
    /// Select components, and leave the others out (`--select app,graph,kv`)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub select: Option<Vec<String>>,
    /// Read files outside the project's folder where the program names them
    #[arg(long)]
    pub allow_outside: bool,
    /// Print one JSON document instead of text: short for `--message-format json`
    #[arg(long, conflicts_with = "message_format")]
    pub json: bool,
    /// What to print, and what to take for an error.
    #[command(flatten)]
    pub messages: Messages,
}

/// What to print, and what to take for an error.
#[derive(Clone, Debug, Default, Args)]
pub struct Messages {
    /// How to print messages
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    pub message_format: MessageFormat,
    /// Take warnings for errors (`-D warnings`)
    #[arg(short = 'D', long, value_enum, value_name = "WHAT")]
    pub deny: Vec<Denied>,
    /// Print errors only: neither warnings nor what went well
    #[arg(short, long)]
    pub quiet: bool,
}

/// How messages are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Reports with the lines that they are about, on standard error
    #[default]
    Human,
    /// One JSON document on standard output
    Json,
    /// One SARIF 2.1.0 log on standard output
    Sarif,
    /// Workflow commands for GitHub on standard output
    Github,
}

impl MessageFormat {
    /// Whether standard output is one document, which nothing else may be mixed with.
    pub fn is_document(self) -> bool {
        match self {
            Self::Human | Self::Github => false,
            Self::Json | Self::Sarif => true,
        }
    }
}

/// What `--deny` takes for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// Warnings
    Warnings,
}

impl Program {
    /// How messages are printed.
    pub fn format(&self) -> MessageFormat {
        if self.json {
            MessageFormat::Json
        } else {
            self.messages.message_format
        }
    }

    /// Whether to say in words, on standard output, what went well.
    pub fn is_told(&self) -> bool {
        !self.messages.quiet && !self.format().is_document()
    }

    /// The request behind the arguments; its entry is empty where the project has to say it.
    pub fn request(&self, search: Option<Search>) -> Request {
        let options = search.map_or_else(vn_solve::Options::default, Search::options);
        Request {
            entry: self.file.clone().unwrap_or_default(),
            set: self.set.clone(),
            select: self.select.clone(),
            allow_outside: self.allow_outside,
            today: today(),
            names: false,
            origins: false,
            by_classes: search.is_some_and(|search| search.by_classes),
            replan: Replan::default(),
            options,
        }
    }
}

/// The month by the machine's clock, or by `SOURCE_DATE_EPOCH` where a run is to be repeated.
#[expect(
    clippy::disallowed_methods,
    reason = "a price grows old by the calendar; nothing that is emitted depends on it"
)]
fn today() -> Option<Month> {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = match said {
        Some(said) => said.parse().ok()?,
        None => now.ok()?.as_secs(),
    };
    Some(Month::of_unix(seconds))
}

/// What runs today, and how much of it may change.
#[derive(Clone, Debug, Default, Args)]
pub struct Replanning {
    /// Plan anew from the plan that runs today: among equals the one with the fewest moves, and the
    /// order in which to make them
    #[arg(long, value_name = "PLAN.JSON")]
    pub from: Option<PathBuf>,
    /// Allow at most so many moves
    #[arg(long, value_name = "N")]
    pub max_moves: Option<u64>,
}

/// How long to search.
#[derive(Clone, Copy, Debug, Args)]
pub struct Search {
    /// Stop the search after so many nodes, whatever has been found [default: 300000]
    #[arg(long, value_name = "N")]
    pub node_limit: Option<u64>,
    /// Stop the search after so many seconds (the result may then differ from run to run)
    #[arg(long, value_name = "SECONDS")]
    pub time_limit: Option<u64>,
    /// Who helps the search on programs that it does not prove at once (`vnc doctor` lists them)
    #[arg(long, value_enum, default_value_t = Engine::Auto, value_name = "ENGINE")]
    pub solver: Engine,
    /// Plan alike sites as one, and alike devices that nobody else asks; always done with more than 512
    /// devices
    #[arg(long)]
    pub by_classes: bool,
}

/// Who helps the search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// HiGHS, if `VNC_HIGHS_LIB` names it or it is installed, where the search takes long
    #[default]
    Auto,
    /// What is part of this program
    Embedded,
    /// HiGHS, wherever it can help; an error if it is not found
    Highs,
}

impl Search {
    /// The limits behind the arguments.
    pub fn options(self) -> vn_solve::Options {
        let usual = vn_solve::Options::default();
        vn_solve::Options {
            nodes: self.node_limit.unwrap_or(usual.nodes),
            time: self.time_limit.map(Duration::from_secs),
            ..usual
        }
    }
}

/// `vnc build`.
#[derive(Debug, Args)]
pub struct Build {
    /// What to build.
    #[command(flatten)]
    pub program: Program,
    /// Where to write [default: `out` of vn.toml, else `out` beside the program]
    #[arg(short = 'o', long = "out", value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Overwrite generated files that were edited by hand
    #[arg(long)]
    pub force: bool,
    /// Write files even where a target cannot express a guarantee of the plan (see LOSS.md)
    #[arg(long)]
    pub allow_lossy: bool,
    /// Write nothing; exit with 2 when the output is not up to date
    #[arg(long)]
    pub check: bool,
    /// What runs today.
    #[command(flatten)]
    pub replanning: Replanning,
    /// How long to search.
    #[command(flatten)]
    pub search: Search,
}

/// `vnc check`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("fixing").args(["fix", "diff"]).multiple(true))]
pub struct Check {
    /// What to check.
    #[command(flatten)]
    pub program: Program,
    /// Make the changes that messages offer, where no other meaning can have been intended
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`, make guesses such as the nearest name too
    #[arg(long, requires = "fixing")]
    pub unsafe_fixes: bool,
    /// Print what `--fix` would change, and change nothing
    #[arg(long, visible_alias = "dry-run")]
    pub diff: bool,
}

/// `vnc doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// `vnc explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The code: `VN0503`, `vn503` or `503`
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// List all codes
    #[arg(long)]
    pub list: bool,
}

/// `vnc fmt`.
#[derive(Debug, Args)]
#[command(after_help = "\
There is one form and no options: blanks, line ends and separators change, nothing else does. A body \
or list that is written on one line stays on one line if it fits. A program with syntax errors is \
left as it is.")]
pub struct Fmt {
    /// Programs, folders with programs, or `-` for standard input to standard output [default: the
    /// `entry` of the nearest vn.toml upwards, else plan.vn]
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Write nothing; list the files that are in another form, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    pub diff: bool,
}

/// `vnc plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// What to plan.
    #[command(flatten)]
    pub program: Program,
    /// Plan nothing; write the planning problem as an instance for `vnc solve` (`-` for standard
    /// output)
    #[arg(long, value_name = "FILE")]
    pub instance: Option<PathBuf>,
    /// What runs today.
    #[command(flatten)]
    pub replanning: Replanning,
    /// How long to search.
    #[command(flatten)]
    pub search: Search,
}

/// `vnc set`.
#[derive(Debug, Args)]
#[command(
    override_usage = "vnc set [OPTIONS] [FILE] NAME=VALUE...",
    after_help = "\
NAME is
  a parameter           preference=custom    sets its default
  select                select=app,graph     the components that are wanted
  a field, by its path  kv.replicas=3  nuc.disk='nvme(2 TB)'  policy.reserve.cpu=15%
                        home.link.rtt='2 ms'  lab.context.preference=custom
  one of several        phones[2].memory='4 GiB'     by an override
A path may begin anywhere where its first name is the only one. A field that is not there is inserted \
in the style of its neighbours; NAME= without a value removes it with its line and its comment, and a \
parameter's default. Comments and layout stay. What would bring new errors is not written."
)]
pub struct Set {
    /// The program [default: the `entry` of the nearest vn.toml upwards, else plan.vn], and what it
    /// is to say
    #[arg(value_name = "NAME=VALUE")]
    pub words: Vec<String>,
    /// Remove a field, or a parameter's default (like `NAME=`)
    #[arg(long, value_name = "NAME")]
    pub unset: Vec<String>,
    /// Write nothing; show what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Write even what brings new errors
    #[arg(long)]
    pub force: bool,
    /// Print the edits as one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `vnc show`.
#[derive(Debug, Args)]
#[command(
    override_usage = "vnc show [OPTIONS] [FILE] [PATH]",
    after_help = "\
PATH is
  a component           graph, family_cloud.graph     graph@nuc  on a device or in a site
  a variant             graph:memgraph                graph@nuc:memgraph  on a device
  a node                family_cloud
  a device or several   nuc, phones[2], store.till, store[17]/till[3]
  a site                home, store[17]
  a parameter           budget
A single word is the program if it is a file, else what is to be shown."
)]
pub struct Show {
    /// What to show.
    #[command(flatten)]
    pub program: Program,
    /// What to show: a component, node, device, site or parameter
    #[arg(value_name = "PATH")]
    pub path: Option<String>,
}

/// `vnc solve`.
#[derive(Debug, Args)]
#[command(after_help = "\
An instance is a planning problem in integers, without names and without the language; a solution says \
what is open and who is asked first. docs/model.md describes both, field by field.")]
pub struct Solve {
    /// The instance, or `-` for standard input
    pub instance: PathBuf,
    /// Search nothing; check this solution of the instance (`-` for standard input)
    #[arg(long, value_name = "SOLUTION", conflicts_with_all = ["node_limit", "time_limit"])]
    pub check: Option<PathBuf>,
    /// How long to search.
    #[command(flatten)]
    pub search: Search,
    /// Print one JSON document instead of text: the solution
    #[arg(long)]
    pub json: bool,
}

/// `vnc test`.
#[derive(Debug, Args)]
pub struct Test {
    /// What to test.
    #[command(flatten)]
    pub program: Program,
    /// How long to search.
    #[command(flatten)]
    pub search: Search,
}

/// `vnc diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The old plan, or a folder that it was built into
    pub old: PathBuf,
    /// The new one
    #[arg(default_value = "out")]
    pub new: PathBuf,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// `vnc verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The plan
    #[arg(default_value = "out/plan.json")]
    pub plan: PathBuf,
    /// Compare it with this program as well: facts, requirements and what the decisions come to
    #[arg(long, value_name = "PROGRAM")]
    pub against: Option<PathBuf>,
    /// Set a parameter of that program (`--set preference=high_performance`)
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value, requires = "against")]
    pub set: Vec<(String, String)>,
    /// Select components of it, and leave the others out (`--select app,graph,kv`)
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        requires = "against"
    )]
    pub select: Option<Vec<String>>,
    /// Read files outside the project's folder where it names them
    #[arg(long, requires = "against")]
    pub allow_outside: bool,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if name.is_empty() || !name.chars().all(word) {
        return Err(format!("`{name}` is not the name of a parameter"));
    }
    if value.trim().is_empty() || value.contains(['\n', '\r']) {
        return Err(format!("`{name}` needs a value on one line"));
    }
    Ok((name.to_owned(), value.to_owned()))
}
