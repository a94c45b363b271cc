//! GNU Smalltalk's form: `Twin subclass: Pump [ | press | press: bar [ … ] ]`, `Pump extend [ … ]`, `Pump class >> new [ … ]`,
//! `Eval [ … ]`; anything else is a top-level statement.

use super::assembly::{Assembly, Side};
use super::body::enclosed_method;
use super::composition::composition;
use super::definition::classify;
use super::format::matching;
use super::grammar::Rule;
use super::nesting::Problem;
use super::outline::{Outline, begins_method};
use super::parts::layout;
use super::reader::Reader;
use super::scan::{Lexeme, Token};
use crate::ast::{Class, ClassKind, Composition, Expression, Kind, Literal, Name, Pragma, Slot, Statement, Unit};
use crate::messages::Message;
use crate::source::Span;
use std::ops::Range;

/// Parses a file in bracketed form.
pub(super) fn parse(reader: &mut Reader<'_>, outline: &Outline) -> Unit {
    let mut assembly = Assembly::default();
    let mut chunks = outline.chunks.iter().peekable();
    while let Some(chunk) = chunks.next() {
        if chunk.broken {
            continue;
        }
        // A body may begin on a line of its own.
        let mut range = chunk.lexemes.clone();
        while let Some(next) = chunks.next_if(|next| !next.broken) {
            range.end = next.lexemes.end;
        }
        items(reader, &mut assembly, &outline.lexemes[range]);
    }
    assembly.finish(reader.diagnostics)
}

/// Reads the items that some lexemes are.
pub(super) fn items(reader: &mut Reader<'_>, assembly: &mut Assembly, lexemes: &[Lexeme]) {
    Items { reader, assembly, lexemes }.all();
}

/// The items of a file or of a class, whose brackets are balanced.
struct Items<'a, 'r> {
    reader: &'a mut Reader<'r>,
    assembly: &'a mut Assembly,
    lexemes: &'a [Lexeme],
}

/// The class whose body is read.
struct Subject<'s> {
    name: &'s Name,
    side: Side,
    /// The definition, unless the body extends a class.
    class: Option<&'s mut Class>,
    /// `Count := 0.`
    initializers: &'s mut Vec<Statement>,
}

impl<'a> Items<'a, '_> {
    fn is_word(&self, index: usize, word: &str) -> bool {
        self.lexemes.get(index).is_some_and(|lexeme| lexeme.token == Token::Word && lexeme.text(self.reader.text) == word)
    }

    fn is(&self, index: usize, token: Token) -> bool {
        self.lexemes.get(index).is_some_and(|lexeme| lexeme.token == token)
    }

    fn opens_block(&self, index: usize) -> bool {
        self.lexemes.get(index).is_some_and(|lexeme| lexeme.text(self.reader.text) == "[")
    }

    /// The index of the bracket that closes a block, of balanced lexemes.
    fn close(&self, open: usize) -> usize {
        matching(self.lexemes, open).unwrap_or(self.lexemes.len() - 1)
    }

    /// The text between two brackets.
    fn inside(&self, open: usize, close: usize) -> Range<usize> {
        let start = self.lexemes[open].end;
        start..self.lexemes[close].start.max(start)
    }

    fn name(&self, index: usize) -> Name {
        let lexeme = self.lexemes[index];
        let hash = usize::from(lexeme.token == Token::Symbol);
        Name { text: lexeme.text(self.reader.text)[hash..].to_string(), span: self.span(lexeme.start + hash, lexeme.end) }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.reader.file, start: start as u32, end: end as u32 }
    }

    /// Everything in a file.
    fn all(&mut self) {
        let mut index = 0;
        while index < self.lexemes.len() {
            index = self.item(index);
        }
    }

    /// Reads the item at an index and answers the index behind it.
    fn item(&mut self, index: usize) -> usize {
        let extends = if self.is_word(index + 1, "class") { index + 2 } else { index + 1 };
        if self.is_word(index, "Eval") && self.opens_block(index + 1) {
            let close = self.close(index + 1);
            let range = self.inside(index + 1, close);
            self.statements(range);
            return close + 1;
        }
        let part = self.lexemes.get(index + 1).map(|part| part.text(self.reader.text)).unwrap_or_default();
        if (part == "subclass:" || (part == "named:" && self.is_word(index, "Trait")))
            && (self.is(index + 2, Token::Word) || self.is(index + 2, Token::Symbol))
            && self.opens_block(index + 3)
        {
            let close = self.close(index + 3);
            self.class(index, close);
            return close + 1;
        }
        if self.is(index, Token::Word) && self.is_word(extends, "extend") && self.opens_block(extends + 1) {
            let close = self.close(extends + 1);
            let side = if extends == index + 2 { Side::Class } else { Side::Instance };
            self.extension(index, side, extends + 1, close);
            return close + 1;
        }
        if begins_method(&self.lexemes[index..], self.reader.text)
            && let Some(open) = (index..self.lexemes.len()).find(|at| matches!(self.lexemes[*at].token, Token::Open(_)))
            && self.opens_block(open)
        {
            let close = self.close(open);
            self.method(None, index, open, close);
            return close + 1;
        }
        let end = self.statement_end(index);
        self.statements(self.lexemes[index].start..self.lexemes[end - 1].end);
        end
    }

    /// The index behind the full stop that ends a statement.
    fn statement_end(&self, index: usize) -> usize {
        let mut depth = 0usize;
        let stop = self.lexemes[index..].iter().position(|lexeme| {
            match lexeme.token {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && lexeme.token == Token::Stop
        });
        stop.map_or(self.lexemes.len(), |stop| index + stop + 1)
    }

    fn statements(&mut self, range: Range<usize>) {
        let start = range.start;
        let Some(node) = self.reader.parse(Rule::top_level, range) else { return };
        let mut temporaries = Vec::new();
        for node in node.into_inner() {
            match node.as_rule() {
                Rule::temporaries => temporaries.extend(self.reader.tree(start).variables(node).unwrap_or_default()),
                Rule::top_statement => {
                    if let Some(declared) = self.reader.tree(start).top_statement(node, std::mem::take(&mut temporaries)) {
                        let top = classify(self.reader, declared);
                        self.assembly.top(top);
                    }
                }
                _ => {}
            }
        }
    }

    /// `Twin subclass: Pump [ … ]`, `Trait named: TSize [ … ]`
    fn class(&mut self, index: usize, close: usize) {
        let superclass = self.name(index);
        let name = self.name(index + 2);
        let is_trait = self.lexemes[index + 1].text(self.reader.text) == "named:";
        let kind = if is_trait { ClassKind::Trait } else { ClassKind::Class };
        let superclass = (superclass.text != "nil" && !is_trait).then_some(superclass);
        let span = self.span(self.lexemes[index].start, self.lexemes[close].end);
        let mut class = Class::new(name.clone(), kind, superclass, span);
        let mut initializers = Vec::new();
        let mut subject = Subject { name: &name, side: Side::Instance, class: Some(&mut class), initializers: &mut initializers };
        self.body(&mut subject, index + 3, close);
        self.assembly.class(class);
        self.assembly.initialize(&name, initializers);
    }

    /// `Pump extend [ … ]`, `Pump class extend [ … ]`
    fn extension(&mut self, index: usize, side: Side, open: usize, close: usize) {
        let name = self.name(index);
        let mut initializers = Vec::new();
        let mut subject = Subject { name: &name, side, class: None, initializers: &mut initializers };
        self.body(&mut subject, open, close);
        self.assembly.initialize(&name, initializers);
    }

    /// The elements of a class between two brackets.
    fn body(&mut self, subject: &mut Subject<'_>, open: usize, close: usize) {
        let end = self.lexemes[close].start;
        let mut at = self.lexemes[open].end;
        let mut index = open + 1;
        loop {
            while self.lexemes[index].end <= at {
                index += 1;
            }
            if index >= close {
                return;
            }
            at = self.element(subject, index, close, at.max(self.lexemes[index].start), end);
        }
    }

    /// Reads the element of a class at a place, and answers the place behind it.
    fn element(&mut self, subject: &mut Subject<'_>, index: usize, close: usize, at: usize, end: usize) -> usize {
        let text = &self.reader.text[at..end];
        if text.starts_with('|')
            && let Some(length) = declaration_length(text)
        {
            self.slots(subject, at..at + length);
            return at + length;
        }
        if text.starts_with('<') && (self.is(index + 1, Token::Keyword) || self.is_unary_pragma(index)) {
            let closing = self.lexemes[index + 1..close].iter().find_map(|lexeme| {
                (lexeme.token == Token::Operator).then(|| lexeme.text(self.reader.text).find('>').map(|at| lexeme.start + at + 1))?
            });
            let behind = closing.unwrap_or(end);
            self.pragma(subject, at..behind);
            return behind;
        }
        if self.is(index, Token::Stop) {
            return self.lexemes[index].end;
        }
        if self.is(index, Token::Word) && (self.is(index + 1, Token::Assign) || self.is(index + 1, Token::Stop)) {
            let last = (self.statement_end(index) - 1).min(close - 1);
            self.class_variable(subject, at..self.lexemes[last].end);
            return self.lexemes[last].end;
        }
        if self.is(index, Token::Word) && self.is_word(index + 1, "class") && self.opens_block(index + 2) {
            let behind = self.close(index + 2);
            let mut class_side =
                Subject { name: subject.name, side: Side::Class, class: subject.class.as_deref_mut(), initializers: subject.initializers };
            self.body(&mut class_side, index + 2, behind);
            return self.lexemes[behind].end;
        }
        let open = (index..close).find(|at| matches!(self.lexemes[*at].token, Token::Open(_) | Token::Stop | Token::Assign));
        match open.filter(|open| self.opens_block(*open)) {
            Some(open) if open > index => {
                let behind = self.close(open);
                self.method(Some(subject), index, open, behind);
                self.lexemes[behind].end
            }
            _ => {
                let found = format!("`{}`", super::literal::abbreviated(self.lexemes[index].text(self.reader.text)));
                let expected = "a method such as `press: bar [ … ]`, a declaration or a pragma";
                let lexeme = self.lexemes[index];
                self.report(lexeme.start..lexeme.end, Message::Unexpected { found, expected });
                let block = (index..close).find(|at| self.opens_block(*at));
                block.map_or(end, |block| self.lexemes[self.close(block)].end)
            }
        }
    }

    fn report(&mut self, range: Range<usize>, message: Message) {
        Problem { start: range.start, end: range.end, message, related: None }.add(self.reader.file, self.reader.diagnostics);
    }

    /// `<internal>`
    fn is_unary_pragma(&self, index: usize) -> bool {
        self.is(index + 1, Token::Word) && self.lexemes.get(index + 2).is_some_and(|end| end.text(self.reader.text).starts_with('>'))
    }

    /// `| press <Float> note |`
    fn slots(&mut self, subject: &mut Subject<'_>, range: Range<usize>) {
        let start = range.start;
        let Some(declared) = self.reader.parse(Rule::bracket_slots, range).and_then(|node| node.into_inner().next()) else { return };
        let Some(slots): Option<Vec<Slot>> = self.reader.tree(start).slots(declared.into_inner()) else { return };
        match (&mut subject.class, subject.side) {
            (Some(class), Side::Instance) => class.slots.extend(slots),
            (Some(class), Side::Class) => class.class_slots.extend(slots),
            (None, side) => self.assembly.slots(side, subject.name.clone(), slots),
        }
    }

    /// `<comment: 'Moves water.'>`
    fn pragma(&mut self, subject: &mut Subject<'_>, range: Range<usize>) {
        let start = range.start;
        let text = &self.reader.text[range.clone()];
        let inside = text.find('\'').zip(text.rfind('\'')).map(|(open, close)| start + open + 1..(start + close).max(start + open + 1));
        let Some(node) = self.reader.parse(Rule::sole_pragma, range).and_then(|node| node.into_inner().next()) else { return };
        let Some(pragma): Option<Pragma> = self.reader.tree(start).pragma(node) else { return };
        let Some(class) = &mut subject.class else {
            let span = pragma.span;
            return self.reader.diagnostics.add(span, Message::PragmaWithoutClass);
        };
        match (pragma.selector.text.as_str(), pragma.arguments.as_slice()) {
            ("comment:", [Literal::String(comment)]) => class.comment = Some(comment.clone()),
            ("category:" | "package:", [Literal::String(category)]) => class.category = Some(category.clone()),
            // No comment, no particular layout in memory.
            ("comment:" | "shape:", [Literal::Nil]) => {}
            ("shape:", [Literal::Symbol(shape)]) => class.layout = layout(shape),
            ("import:", [Literal::Symbol(pool) | Literal::String(pool)]) => {
                class.pools.push(Name { text: pool.clone(), span: pragma.span });
            }
            ("uses:" | "traits:", [Literal::Symbol(name)]) => {
                class.traits = Some(Composition::Trait { name: Name { text: name.clone(), span: pragma.span }, class_side: false });
            }
            ("uses:" | "traits:" | "classTraits:", [Literal::String(text)]) => {
                let Some(inside) = inside else { return };
                let found = self.reader.quoted_expression(text, inside);
                let traits = found.and_then(|expression| composition(self.reader, &expression));
                let is_class_side = pragma.selector.text == "classTraits:";
                *(if is_class_side { &mut class.class_traits } else { &mut class.traits }) = traits;
            }
            _ => class.pragmas.push(pragma),
        }
    }

    /// `Count := 0.`
    fn class_variable(&mut self, subject: &mut Subject<'_>, range: Range<usize>) {
        let start = range.start;
        let Some(node) = self.reader.parse(Rule::class_variable, range) else { return };
        let mut nodes = node.into_inner();
        let Some(first) = nodes.next() else { return };
        let mut tree = self.reader.tree(start);
        let is_target = first.as_rule() == Rule::target;
        let Some(name) = (if is_target { first.into_inner().next() } else { Some(first) }) else { return };
        let target = tree.name(&name);
        if is_target && let Some(value) = nodes.next().and_then(|value| tree.expression(value, 1)) {
            let span = target.span.to(value.span);
            let kind = Kind::Assign { target: target.clone(), value: Box::new(value) };
            subject.initializers.push(Statement::Expression(Expression { kind, span }));
        }
        match &mut subject.class {
            Some(class) => class.class_variables.push(target),
            None => self.assembly.class_variable(subject.name.clone(), target),
        }
    }

    /// `press: bar [ … ]`, `Pump class >> new [ … ]`
    fn method(&mut self, subject: Option<&mut Subject<'_>>, index: usize, open: usize, close: usize) {
        let head = self.lexemes[index].start..self.lexemes[open].start;
        let inside = self.inside(open, close);
        let subject = subject.map(|subject| (subject.name, subject.side == Side::Class));
        if let Some(method) = enclosed_method(self.reader, head, inside, subject) {
            self.assembly.method(method);
        }
    }
}

/// The length of the `| a <Float | nil> b |` a text begins with; none where a `[` shows that it is a method for `|`.
fn declaration_length(text: &str) -> Option<usize> {
    let mut inside_type = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'<' => inside_type = true,
            b'>' => inside_type = false,
            b'|' if !inside_type => return Some(at + 1),
            b'[' => return None,
            _ => {}
        }
    }
    None
}
