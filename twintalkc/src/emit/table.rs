//! The Rust names of a module's classes and selectors, each unique.

use crate::ir::{ClassNumber, Symbol};
use crate::names;
use crate::resolve::Module;
use std::collections::{BTreeSet, HashMap};

/// Module names generated code uses itself.
const TAKEN: &[&str] = &["class", "metaclass", "selector", "send", "closed", "block", "rt", "top"];

/// Names by number.
pub struct Names {
    selectors: HashMap<Symbol, String>,
    modules: Vec<String>,
    constants: Vec<String>,
}

impl Names {
    /// Names everything; the library's come first, so a program cannot change them.
    pub fn new(module: &Module) -> Names {
        let mut taken = BTreeSet::new();
        let mut selectors = HashMap::new();
        for (number, text) in module.symbols.all().iter().enumerate() {
            let name = match module.versions.named(number as Symbol) {
                Some(version) => version.rust_name(module.symbols.text(version.of)),
                None => names::selector(&sanitise(text)),
            };
            let name = unique(name, &mut taken);
            selectors.insert(number as Symbol, name);
        }
        let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_string()).collect();
        let modules = module.classes.all.iter().map(|class| unique(names::variable(&class.name), &mut taken)).collect();
        let mut taken = BTreeSet::new();
        let constants = module.classes.all.iter().map(|class| unique(names::constant(&names::snake(&class.name)), &mut taken)).collect();
        Names { selectors, modules, constants }
    }

    pub fn selector(&self, selector: Symbol) -> &str {
        &self.selectors[&selector]
    }

    pub fn selector_constant(&self, selector: Symbol) -> String {
        names::constant(self.selector(selector))
    }

    pub fn module(&self, class: ClassNumber) -> &str {
        &self.modules[class as usize]
    }

    pub fn class_constant(&self, class: ClassNumber) -> &str {
        &self.constants[class as usize]
    }
}

/// Symbols that are no selectors may hold any text.
fn sanitise(text: &str) -> String {
    let ordinary = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !ordinary {
        return if text.is_ascii() && !text.is_empty() && text.chars().all(|c| c.is_ascii_punctuation()) {
            text.into()
        } else {
            "symbol".into()
        };
    }
    let keywords = text.ends_with(':') && !text.contains("::");
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == ':' && keywords { c } else { '_' }).collect()
}

fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}
