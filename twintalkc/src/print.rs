//! Prints a syntax tree as source text in TwinTalk form, with no more brackets than it needs.

use crate::ast::{
    Body, Class, ClassKind, Composition, Expression, Kind, Layout, Literal, Message, Method, Name, Pragma, Slot, Statement, TopLevel, Type,
    Unit, Variable,
};

/// The source text of everything a file defines: classes, methods, statements.
pub fn unit(unit: &Unit) -> String {
    let mut printer = Printer::default();
    for class in &unit.classes {
        printer.class(class);
    }
    for method in &unit.methods {
        printer.method(method);
    }
    for statement in &unit.statements {
        printer.top_level(statement);
    }
    printer.text
}

/// The source text of an expression.
pub fn expression(expression: &Expression) -> String {
    let mut printer = Printer::default();
    printer.expression(expression, Precedence::Any);
    printer.text
}

/// How loosely an expression may bind without brackets around it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    Primary,
    Unary,
    Binary,
    Keyword,
    /// Cascades and assignments.
    Any,
}

fn precedence(expression: &Expression) -> Precedence {
    match &expression.kind {
        Kind::Send { message, .. } => message_precedence(message),
        Kind::Cascade { .. } | Kind::Assign { .. } => Precedence::Any,
        _ => Precedence::Primary,
    }
}

fn message_precedence(message: &Message) -> Precedence {
    match message.arguments.len() {
        0 => Precedence::Unary,
        _ if message.selector.text.ends_with(':') => Precedence::Keyword,
        _ => Precedence::Binary,
    }
}

/// What the receiver of a message may be without brackets.
fn receiver_precedence(message: &Message) -> Precedence {
    match message_precedence(message) {
        Precedence::Unary => Precedence::Unary,
        _ => Precedence::Binary,
    }
}

#[derive(Default)]
struct Printer {
    text: String,
    indent: usize,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("    ", self.indent));
    }

    /// Texts with something between them.
    fn joined<T>(&mut self, items: impl IntoIterator<Item = T>, between: &str, mut print: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(between);
            }
            print(self, item);
        }
    }

    fn class(&mut self, class: &Class) {
        match class.kind {
            ClassKind::Trait => self.push("Trait named: #"),
            ClassKind::Class => {
                self.push(class.superclass.as_ref().map_or("nil", |name| &name.text));
                self.push(" subclass: #");
            }
        }
        self.push(&class.name.text);
        self.indent = 1;
        if !class.slots.is_empty() {
            self.part("instanceVariables:", &slots(&class.slots));
        }
        if !class.class_variables.is_empty() {
            let names: Vec<&str> = class.class_variables.iter().map(|name| name.text.as_str()).collect();
            self.part("classVariables:", &names.join(" "));
        }
        if !class.pools.is_empty() {
            let names: Vec<&str> = class.pools.iter().map(|name| name.text.as_str()).collect();
            self.part("sharedPools:", &names.join(" "));
        }
        for (keyword, traits) in [("traits: ", &class.traits), ("classTraits: ", &class.class_traits)] {
            if let Some(traits) = traits {
                self.line();
                self.push(keyword);
                self.composition(traits, false);
            }
        }
        if let Some(layout) = class.layout {
            self.line();
            self.push(match layout {
                Layout::Fixed => "layout: FixedLayout",
                Layout::Indexed => "layout: VariableLayout",
                Layout::Bytes => "layout: ByteLayout",
                Layout::Words => "layout: WordLayout",
            });
        }
        if let Some(category) = &class.category {
            self.part("package:", category);
        }
        if let Some(comment) = &class.comment {
            self.part("comment:", comment);
        }
        for pragma in &class.pragmas {
            self.line();
            self.pragma(pragma);
        }
        self.indent = 0;
        self.push(".\n");
        if !class.class_slots.is_empty() {
            self.push(&class.name.text);
            self.push(" class");
            self.indent = 1;
            self.part("instanceVariables:", &slots(&class.class_slots));
            self.indent = 0;
            self.push(".\n");
        }
        self.push("\n");
    }

    /// `TEmpty + (TSize - {#size})`, in brackets where it is an operand and needs them.
    fn composition(&mut self, composition: &Composition, operand: bool) {
        let brackets = operand && !matches!(composition, Composition::Trait { .. } | Composition::Sum(_));
        self.push(if brackets { "(" } else { "" });
        match composition {
            Composition::Trait { name, class_side } => {
                self.push(&name.text);
                self.push(if *class_side { " classTrait" } else { "" });
            }
            Composition::Sum(members) if operand || members.len() < 2 || matches!(members[0], Composition::Sum(_)) => {
                self.push("{");
                self.joined(members, ". ", |printer, member| printer.composition(member, false));
                self.push("}");
            }
            Composition::Sum(members) => self.joined(members, " + ", |printer, member| printer.composition(member, true)),
            Composition::Without { traits, selectors } => self.operation(traits, " - ", selectors),
            Composition::WithoutSlots { traits, slots } => self.operation(traits, " -- ", slots),
            Composition::Alias { traits, aliases } => {
                self.composition(traits, true);
                self.push(" @ {");
                self.joined(aliases, ". ", |printer, (new, old)| {
                    printer.literal(&Literal::Symbol(new.text.clone()));
                    printer.push(" -> ");
                    printer.literal(&Literal::Symbol(old.text.clone()));
                });
                self.push("}");
            }
        }
        self.push(if brackets { ")" } else { "" });
    }

    fn operation(&mut self, traits: &Composition, operator: &str, names: &[Name]) {
        self.composition(traits, true);
        self.push(operator);
        self.push("{");
        self.joined(names, ". ", |printer, name| printer.literal(&Literal::Symbol(name.text.clone())));
        self.push("}");
    }

    fn part(&mut self, keyword: &str, text: &str) {
        self.line();
        self.push(keyword);
        self.push(" ");
        self.quoted(text);
    }

    fn method(&mut self, method: &Method) {
        self.push(&method.class.text);
        if method.class_side {
            self.push(" class");
        }
        self.push(">>");
        if method.arguments.is_empty() {
            self.push(&method.selector.text);
        } else {
            let parts = method.selector.text.split_inclusive(':').zip(&method.arguments);
            self.joined(parts, " ", |printer, (part, argument)| {
                printer.push(part);
                printer.push(" ");
                printer.variable(argument);
            });
        }
        if let Some(result) = &method.result {
            self.push(" ^");
            self.push(&type_(result));
        }
        self.indent = 1;
        if let Some(comment) = &method.comment {
            self.line();
            self.push("\"");
            self.push(&comment.replace('"', "\"\""));
            self.push("\"");
        }
        if let Some(category) = &method.category {
            self.line();
            self.push("<category: ");
            self.quoted(category);
            self.push(">");
        }
        for pragma in &method.body.pragmas {
            self.line();
            self.pragma(pragma);
        }
        if !method.body.temporaries.is_empty() {
            self.line();
            self.temporaries(&method.body.temporaries);
        }
        for statement in &method.body.statements {
            self.line();
            self.statement(statement);
            self.push(".");
        }
        self.indent = 0;
        self.push("\n\n");
    }

    fn top_level(&mut self, top: &TopLevel) {
        if !top.temporaries.is_empty() {
            self.temporaries(&top.temporaries);
            self.line();
        }
        self.statement(&top.statement);
        self.push(".\n");
    }

    fn temporaries(&mut self, temporaries: &[Variable]) {
        self.push("| ");
        for variable in temporaries {
            self.variable(variable);
            self.push(" ");
        }
        self.push("|");
    }

    fn variable(&mut self, variable: &Variable) {
        self.push(&declaration(&variable.name.text, variable.type_.as_ref()));
    }

    fn pragma(&mut self, pragma: &Pragma) {
        self.push("<");
        if pragma.arguments.is_empty() {
            self.push(&pragma.selector.text);
        }
        let parts = pragma.selector.text.split_inclusive(':').zip(&pragma.arguments);
        self.joined(parts, " ", |printer, (part, argument)| {
            printer.push(part);
            printer.push(" ");
            printer.literal(argument);
        });
        // `#+>` would be one symbol.
        if self.text.ends_with(crate::parse::is_operator) {
            self.push(" ");
        }
        self.push(">");
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Expression(expression) => self.expression(expression, Precedence::Any),
            Statement::Return(expression) => {
                self.push("^");
                self.expression(expression, Precedence::Any);
            }
        }
    }

    fn expression(&mut self, expression: &Expression, allowed: Precedence) {
        if precedence(expression) > allowed {
            self.push("(");
            self.expression(expression, Precedence::Any);
            return self.push(")");
        }
        match &expression.kind {
            Kind::Variable(name) => self.push(name),
            Kind::Assign { target, value } => {
                self.push(&target.text);
                self.push(" := ");
                self.expression(value, Precedence::Any);
            }
            Kind::Send { .. } => self.chain(expression),
            Kind::Cascade { receiver, messages } => {
                let allowed = messages.first().map_or(Precedence::Primary, receiver_precedence);
                self.expression(receiver, allowed);
                self.joined(messages, ";", Self::message);
            }
            Kind::Block { arguments, body } => self.block(arguments, body),
            Kind::Brace(elements) => {
                self.push("{");
                self.joined(elements, ". ", |printer, element| printer.expression(element, Precedence::Any));
                self.push("}");
            }
            Kind::Literal(literal) => self.literal(literal),
        }
    }

    /// Messages in a row: a loop, because a chain may be long.
    fn chain(&mut self, expression: &Expression) {
        let mut messages = Vec::new();
        let mut receiver = expression;
        let mut allowed = Precedence::Keyword;
        while let Kind::Send { receiver: next, message } = &receiver.kind
            && precedence(receiver) <= allowed
        {
            messages.push(message);
            allowed = receiver_precedence(message);
            receiver = next;
        }
        self.expression(receiver, allowed);
        for message in messages.into_iter().rev() {
            self.message(message);
        }
    }

    fn message(&mut self, message: &Message) {
        if message.arguments.is_empty() {
            self.push(" ");
            return self.push(&message.selector.text);
        }
        let argument_precedence = match message_precedence(message) {
            Precedence::Keyword => Precedence::Binary,
            _ => Precedence::Unary,
        };
        for (part, argument) in message.selector.text.split_inclusive(':').zip(&message.arguments) {
            self.push(" ");
            self.push(part);
            self.push(" ");
            self.expression(argument, argument_precedence);
        }
    }

    fn block(&mut self, arguments: &[Variable], body: &Body) {
        self.push("[");
        for argument in arguments {
            self.push(":");
            self.variable(argument);
            self.push(" ");
        }
        if !arguments.is_empty() {
            self.push("|");
        }
        if let ([], statements @ ([] | [_])) = (body.temporaries.as_slice(), body.statements.as_slice()) {
            if !arguments.is_empty() {
                self.push(" ");
            }
            for statement in statements {
                self.statement(statement);
            }
            return self.push("]");
        }
        self.indent += 1;
        if !body.temporaries.is_empty() {
            self.line();
            self.temporaries(&body.temporaries);
        }
        for (index, statement) in body.statements.iter().enumerate() {
            if index > 0 {
                self.push(".");
            }
            self.line();
            self.statement(statement);
        }
        self.push("]");
        self.indent -= 1;
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Nil => self.push("nil"),
            Literal::True => self.push("true"),
            Literal::False => self.push("false"),
            Literal::Integer(digits) => self.push(digits),
            Literal::Float(value) => self.push(&float(*value)),
            Literal::Fraction { numerator, radix, power } => self.push(&fraction(numerator, *radix, *power)),
            Literal::Scaled { value, scale } => self.push(&format!("{value}s{scale}")),
            Literal::Character(character) => self.push(&format!("${character}")),
            Literal::String(text) => self.quoted(text),
            Literal::Symbol(name) => {
                self.push("#");
                if is_plain_symbol(name) { self.push(name) } else { self.quoted(name) }
            }
            Literal::Array(elements) => {
                self.push("#(");
                self.joined(elements, " ", Self::literal);
                self.push(")");
            }
            Literal::ByteArray(bytes) => {
                self.push("#[");
                self.joined(bytes, " ", |printer, byte| printer.push(&byte.to_string()));
                self.push("]");
            }
        }
    }

    fn quoted(&mut self, text: &str) {
        self.push("'");
        self.push(&text.replace('\'', "''"));
        self.push("'");
    }
}

fn slots(slots: &[Slot]) -> String {
    let slots: Vec<String> = slots.iter().map(|slot| declaration(&slot.name.text, slot.type_.as_ref())).collect();
    slots.join(" ")
}

fn declaration(name: &str, declared: Option<&Type>) -> String {
    match declared {
        Some(declared) => format!("{name} {}", type_(declared)),
        None => name.to_string(),
    }
}

fn type_(type_: &Type) -> String {
    let names: Vec<&str> = type_.alternatives.iter().map(|name| name.text.as_str()).collect();
    format!("<{}>", names.join(" | "))
}

/// A float always shows its point: `1e16` would be an integer.
fn float(value: f64) -> String {
    let text = format!("{value:?}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0e{exponent}"),
        _ => text,
    }
}

/// Whether a symbol needs no quotes.
fn is_plain_symbol(name: &str) -> bool {
    let is_selector = name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic())
        && name.chars().all(|character| character == '_' || character == ':' || character.is_ascii_alphanumeric());
    is_selector || (!name.is_empty() && name.chars().all(|character| character.is_ascii() && crate::parse::is_operator(character)))
}

/// `1e-7`, `2r101e-3`
fn fraction(numerator: &str, radix: u32, power: u32) -> String {
    if radix == 10 {
        return format!("{numerator}e-{power}");
    }
    let (sign, magnitude) = numerator.strip_prefix('-').map_or(("", numerator), |magnitude| ("-", magnitude));
    let mut rest: Vec<u32> = magnitude.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let mut digits = String::new();
    while !rest.is_empty() {
        let mut carry = 0;
        for digit in &mut rest {
            let value = carry * 10 + *digit;
            *digit = value / radix;
            carry = value % radix;
        }
        digits.extend(char::from_digit(carry, radix).map(|digit| digit.to_ascii_uppercase()));
        let zeros = rest.iter().take_while(|digit| **digit == 0).count();
        rest.drain(..zeros);
    }
    format!("{sign}{radix}r{}e-{power}", digits.chars().rev().collect::<String>())
}
