//! Every code of every message, with its title and its page: the one registry.
//!
//! INVARIANT: a code is registered in exactly one crate, and has exactly one page in `docs/errors`
//! (`tests/tests/error_pages.rs`).

mod page;

pub use page::{Block, Kind, Page};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        $(#[doc = $title] pub const $name: &str = $code;)*

        /// The codes of this crate: what planning reports.
        const PLANNING: &[(&str, &str)] = &[$(($code, $title)),*];
    };
}

codes! {
    NO_PLAN = "VN0503", "no plan exists";
    RARELY_ON = "VN0511", "an instance on a device that is often off";
    LITTLE_SLACK = "VN0512", "a device that is almost full";
    NOT_PROVEN = "VN0513", "a plan that is not proven optimal";
}

/// Name and text of each page, by name.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Code and title of every message, by code.
pub fn all() -> Vec<(&'static str, &'static str)> {
    let tables = [
        vn_syntax::codes::SYNTAX_CODES,
        vn_analysis::codes::ALL,
        PLANNING,
        vn_emit::codes::ALL,
    ];
    let mut all: Vec<_> = tables.into_iter().flatten().copied().collect();
    all.sort_unstable();
    all
}

/// The page of a code, as it was written.
pub fn page(code: &str) -> Option<Page<'static>> {
    let (_, text) = PAGES.iter().find(|(name, _)| *name == code)?;
    Page::read(text)
}

/// Names of all pages, in order, whether they can be read or not.
pub fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().copied()
}

/// Where the page can be read in a browser, if the project says where it lives.
pub fn address(code: &str) -> Option<String> {
    let home = env!("CARGO_PKG_REPOSITORY");
    (!home.is_empty()).then(|| format!("{home}/blob/main/docs/errors/{code}.md"))
}

/// What the hundreds of a code stand for.
const FAMILIES: &[(&str, &str)] = &[
    ("VN01", "Syntax"),
    ("VN02", "Names"),
    ("VN03", "Types and units"),
    ("VN04", "The tree and its context"),
    ("VN05", "Planning"),
    ("VN06", "Writing files"),
    ("VN09", "The compiler itself"),
];

/// `docs/errors/README.md`.
pub fn index() -> String {
    let mut text = "# Every message\n\n\
        A page per code: what it means, why, a wrong program and its mended twin. `vnc explain CODE`\n\
        prints one; the programs on the pages are tests. This list is made from the pages.\n"
        .to_owned();
    for (family, name) in FAMILIES {
        let rows: Vec<String> = all()
            .into_iter()
            .filter(|(code, _)| code.starts_with(family))
            .map(row)
            .collect();
        if !rows.is_empty() {
            text.push_str(&format!(
                "\n## {name}\n\n| code | | what |\n|---|---|---|\n{}",
                rows.concat()
            ));
        }
    }
    text
}

fn row((code, title): (&str, &str)) -> String {
    let level = page(code).map_or("error", |page| page.level());
    format!("| [{code}]({code}.md) | {level} | {title} |\n")
}

/// The title of a code.
pub fn title(code: &str) -> Option<&'static str> {
    let all = all();
    all.into_iter()
        .find(|(known, _)| *known == code)
        .map(|(_, title)| title)
}
