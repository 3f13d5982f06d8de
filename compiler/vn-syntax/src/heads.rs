//! Heads whose bodies begin on the next line, as other languages write them.

use crate::item::Item;
use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::{Diagnostic, FileId, Span, codes};

/// What is wrong with the items of a file; a head and the body below it are one fault.
pub(crate) fn found(file: FileId, text: &str, items: &[Item]) -> Vec<Diagnostic> {
    let each = items.iter().map(|item| item.found(file).collect());
    let mut all: Vec<Vec<Diagnostic>> = each.collect();
    for (at, pair) in items.windows(2).enumerate() {
        let ([head, body], Some([of_head, of_body])) = (pair, all.get_mut(at..at + 2)) else {
            continue;
        };
        if of_head.is_empty() || of_body.is_empty() {
            continue;
        }
        let Some(apart) = Apart::of(file, text, (head, body)) else {
            continue;
        };
        let start = |fault: &Diagnostic| fault.labels.first().map(|label| label.span.start);
        let lacks_body = |fault: &Diagnostic| start(fault) >= Some(apart.between.start);
        if of_head.last().is_some_and(lacks_body) {
            of_head.pop();
            of_body.retain(|fault| start(fault) != Some(apart.brace.start));
            of_body.insert(0, apart.fault(text));
        }
    }
    all.into_iter().flatten().collect()
}

/// A head, and the brace of its body on another line.
struct Apart {
    head: Span,
    between: Span,
    brace: Span,
}

impl Apart {
    fn of(file: FileId, text: &str, (head, body): (&Item, &Item)) -> Option<Self> {
        let tokens = |item: &Item| -> Vec<Token> {
            let text = text.get(item.start as usize..item.end as usize);
            let all = Tokens::from(text.unwrap_or_default(), 0);
            all.filter(Token::counts).collect()
        };
        let place = |item: &Item, from: usize, to: usize| Span {
            file,
            start: item.start + u32::try_from(from).unwrap_or(0),
            end: item.start + u32::try_from(to).unwrap_or(0),
        };
        let words = tokens(head);
        let (first, last) = (words.first()?, words.last()?);
        let brace = *tokens(body).first()?;
        let head = place(head, first.start, last.end);
        let brace = (brace.kind == TokenKind::Open(Bracket::Brace))
            .then(|| place(body, brace.start, brace.end))?;
        let between = Span {
            start: head.end,
            end: brace.start,
            ..head
        };
        Some(Self {
            head,
            between,
            brace,
        })
    }

    fn fault(&self, text: &str) -> Diagnostic {
        let message = "a body begins on the line of what it belongs to";
        let fault = Diagnostic::error(codes::SYNTAX, self.brace, message)
            .here("this `{` stands alone")
            .label(self.head, "this has no body");
        let between = text.get(self.between.start as usize..self.between.end as usize);
        if between.is_some_and(|between| between.trim().is_empty()) {
            fault.fix(self.between, " ")
        } else {
            fault.help("move it up")
        }
    }
}
