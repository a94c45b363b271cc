//! What is known of small programs.

mod calls;
mod collections;
mod functions;

use crate::ir::{Expr, Kind, Method};
use crate::known::Known;
use crate::resolve::Module;
use crate::{Source, Target, infer, resolved};

/// A program whose annotations are looked at.
pub struct Program(Module);

pub fn program(text: &str) -> Program {
    let mut resolved = resolved(&[Source::new("test.st", text)], Target::Program).unwrap_or_else(|errors| panic!("{errors:?}"));
    infer::infer(&mut resolved.module, true);
    Program(resolved.module)
}

impl Program {
    fn method(&self, selector: &str) -> &Method {
        let mut found = self.0.methods.iter().filter(|method| method.selector_text == selector);
        found.next().unwrap_or_else(|| panic!("no method {selector}"))
    }

    /// What a local of a method is known to hold.
    pub fn local(&self, selector: &str, name: &str) -> String {
        let function = &self.method(selector).function;
        let local = function.locals.iter().find(|local| local.name == name).unwrap_or_else(|| panic!("no local {name}"));
        self.show(&local.known)
    }

    pub fn result(&self, selector: &str) -> String {
        self.show(&self.method(selector).function.result)
    }

    /// What the sends of a message in a method are known to answer, in order.
    pub fn sends(&self, selector: &str, message: &str) -> Vec<String> {
        let mut found = Vec::new();
        for expression in &self.method(selector).function.body {
            super::facts::everywhere(expression, &mut |part: &Expr| {
                if let Kind::Send(send) = &part.kind
                    && send.text == message
                {
                    found.push(self.show(&part.known));
                }
            });
        }
        found
    }

    fn show(&self, known: &Known) -> String {
        if *known == Known::any() {
            return "any".into();
        }
        let names = ["nil", "true", "false", "", "Float"];
        let mut parts: Vec<String> = names
            .iter()
            .enumerate()
            .filter(|(at, name)| !name.is_empty() && known.may_be(1 << at))
            .map(|(_, name)| (*name).into())
            .collect();
        if known.may_be(crate::known::SMALL) {
            let limits = known.range == crate::known::SMALL_INTEGERS;
            parts.push(if limits { "Small".into() } else { format!("{}..{}", known.range.0, known.range.1) });
        }
        if known.is_open() {
            parts.push("others".into());
        }
        for class in known.others() {
            let name = &self.0.classes.get(class & !super::basics::METACLASS).name;
            parts.push(if class & super::basics::METACLASS == 0 { name.clone() } else { format!("{name} class") });
        }
        if parts.is_empty() { "none".into() } else { parts.join("|") }
    }
}
