//! A page of `docs/errors`: a title, what it means, why, a wrong program and its mended twin.

/// A page in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The whole text.
    pub text: &'a str,
    /// `VN0301`.
    pub code: &'a str,
    /// What stands behind the code in the first line.
    pub title: &'a str,
    /// What it means.
    pub summary: &'a str,
    /// Why the language refuses or warns.
    pub why: &'a str,
    /// Programs that give the code.
    pub wrong: Vec<Block<'a>>,
    /// Programs that do not.
    pub right: Vec<Block<'a>>,
}

/// A program on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What it must come to.
    pub kind: Kind,
    /// What stands behind `vnc check` to see it: `--select app`.
    pub flags: Vec<&'a str>,
    /// The program; several files are set apart by lines such as `//- other.vn`.
    pub text: &'a str,
}

/// What becomes of a program on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `vn`: fine, as far as the wrong ones of the page go.
    Fine,
    /// `vn error`: checking it is an error.
    Error,
    /// `vn warning`: checking it is a warning.
    Warning,
    /// `vn note`: checking it is a note.
    Note,
    /// `vn plan-error`: it checks clean, but planning it is an error.
    PlanError,
    /// `vn plan-warning`: its plan is worth a warning.
    PlanWarning,
    /// `vn build-error`: it can be planned, but its files cannot be written.
    BuildError,
    /// `text`: no program comes to it; the block shows what does.
    Shown,
}

impl Kind {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "vn" => Self::Fine,
            "vn error" => Self::Error,
            "vn warning" => Self::Warning,
            "vn note" => Self::Note,
            "vn plan-error" => Self::PlanError,
            "vn plan-warning" => Self::PlanWarning,
            "vn build-error" => Self::BuildError,
            "text" => Self::Shown,
            _ => return None,
        })
    }

    /// Whether it keeps a program from being built.
    pub const fn level(self) -> &'static str {
        match self {
            Self::Fine | Self::Note => "note",
            Self::Warning | Self::PlanWarning => "warning",
            Self::Error | Self::PlanError | Self::BuildError | Self::Shown => "error",
        }
    }
}

impl<'a> Page<'a> {
    /// Reads a page; nothing if it does not have the form of one.
    pub fn read(text: &'a str) -> Option<Self> {
        let (head, rest) = text.strip_prefix("# ")?.split_once('\n')?;
        let (code, title) = head.split_once(": ")?;
        let (summary, rest) = rest.split_once("\n## Why\n")?;
        let (why, rest) = rest.split_once("\n## Wrong\n")?;
        let (wrong, right) = rest.split_once("\n## Right\n")?;
        Some(Self {
            text,
            code,
            title,
            summary: summary.trim(),
            why: why.trim(),
            wrong: blocks(wrong)?,
            right: blocks(right)?,
        })
    }

    /// How bad it is: what its first wrong program comes to.
    pub fn level(&self) -> &'static str {
        self.wrong
            .first()
            .map_or("error", |block| block.kind.level())
    }
}

/// All fenced blocks; nothing if one has an unknown mark or is never closed.
fn blocks(mut text: &str) -> Option<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    while let Some((_, rest)) = text.split_once("```") {
        let (mark, rest) = rest.split_once('\n')?;
        let (program, rest) = rest.split_once("```")?;
        blocks.push(block(mark, program)?);
        text = rest;
    }
    Some(blocks)
}

fn block<'a>(mark: &'a str, text: &'a str) -> Option<Block<'a>> {
    let (kind, flags) = match mark.split_once(" flags=\"") {
        Some((kind, flags)) => (kind, flags.strip_suffix('"')?),
        None => (mark, ""),
    };
    Some(Block {
        kind: Kind::read(kind.trim())?,
        flags: flags.split_whitespace().collect(),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, Page};

    #[test]
    fn a_page_is_read_into_its_parts() {
        let text = "# VN0301: a unit\n\nIt is.\n\n## Why\n\nSo.\n\n## Wrong\n\n```vn error flags=\"--select a\"\nx\n```\n\n## Right\n\n```vn\ny\n```\n";
        let page = Page::read(text).unwrap();
        assert_eq!((page.code, page.title), ("VN0301", "a unit"));
        assert_eq!((page.summary, page.why), ("It is.", "So."));
        assert_eq!(page.wrong[0].kind, Kind::Error);
        assert_eq!(page.wrong[0].flags, ["--select", "a"]);
        assert_eq!(page.right[0].text, "y\n");
        assert_eq!(Page::read(&text.replace("vn error", "vn eror")), None);
        assert_eq!(Page::read(&text.replace("## Why", "## How")), None);
    }
}
