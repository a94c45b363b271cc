//! Messages that never answer: they raise an error, and nothing in the program resumes one.

use super::receivers::Cone;
use crate::infer::reach::everywhere;
use crate::ir::{ClassNumber, Const, Expr, Kind, Symbol};
use crate::resolve::Module;
use crate::resolve::callees::{Receiver, Sent, Step};
use crate::resolve::mentions::{Mentions, symbols};
use std::collections::BTreeSet;

/// By these a handler makes a signal answer. (Where blocks of the library are handlers, the runtime lets nothing move.)
const RESUME: &[&str] = &["resume", "resume:", "resumeUnchecked:", "pass", "outer", "resignalAs:", "sunitExitWith:"];

/// What a program may override so that an error nobody handles answers.
const UNHANDLED: &[&str] = &["defaultAction", "raiseUnhandledError", "unhandledErrorAction", "unhandled"];

/// What is known of errors.
pub struct Diverging {
    /// Some code of the program may make the signal of an error answer.
    pub resumes: bool,
    /// As the library has them, messages of these selectors never answer.
    selectors: BTreeSet<Symbol>,
    /// The classes of the program, and the class sides, that have their own methods for some of them.
    own: Vec<(ClassNumber, bool)>,
}

/// Finds the messages that never answer.
pub fn find<'f>(module: &Module, bodies: impl Iterator<Item = &'f Expr>) -> Diverging {
    let overridden = |text: &&str| module.symbols.number(text).is_some_and(|selector| own(module, selector).next().is_some());
    let resumes =
        module.reached.everything || names_resumption(module, bodies) || UNHANDLED.iter().any(overridden) || overrides_signals(module);
    let mut found = Diverging { resumes, selectors: BTreeSet::new(), own: Vec::new() };
    if resumes {
        return found;
    }
    loop {
        let (mut ending, mut answering) = (BTreeSet::new(), BTreeSet::new());
        for method in &module.library {
            let kept = if found.ends(module, method, &|_| true) { &mut ending } else { &mut answering };
            kept.insert(method.selector);
        }
        let ending: BTreeSet<Symbol> = ending.difference(&answering).copied().collect();
        if ending.len() == found.selectors.len() {
            break;
        }
        found.selectors = ending;
    }
    found.own = found.selectors.iter().flat_map(|selector| own(module, *selector)).collect();
    found
}

impl Diverging {
    /// Whether a message to receivers of some cones (to any where none are given) never answers.
    pub fn message(&self, module: &Module, selector: Symbol, receivers: Option<&[Cone]>) -> bool {
        self.selectors.contains(&selector)
            && match receivers {
                Some(cones) => cones.iter().all(|cone| self.is_plain(module, *cone)),
                None => self.own.is_empty(),
            }
    }

    /// Whether a statement of a method of the library never ends.
    pub fn step(&self, module: &Module, step: &Step, this: Cone) -> bool {
        step.last.is_some_and(|sent| self.sent(module, sent, &|receiver| self.is_plain_receiver(module, receiver, this)))
    }

    /// Whether a method of the library never answers.
    pub fn method(&self, module: &Module, method: &Mentions, this: Cone) -> bool {
        self.ends(module, method, &|receiver| self.is_plain_receiver(module, receiver, this))
    }

    /// Whether each way through a method ends with a message that never answers.
    fn ends(&self, module: &Module, method: &Mentions, plain: &dyn Fn(Receiver) -> bool) -> bool {
        let steps = &method.callees.steps;
        let ends = |step: &Step| step.last.is_some_and(|sent| self.sent(module, sent, plain));
        let last = steps.iter().rfind(|step| step.outermost);
        method.primitive.is_none() && last.is_some_and(ends) && steps.iter().all(|step| !step.returns || ends(step))
    }

    fn sent(&self, module: &Module, (receiver, selector): Sent, plain: &dyn Fn(Receiver) -> bool) -> bool {
        let raises = match receiver {
            Receiver::Class(class) | Receiver::New(class) if is_error(module, class) => {
                !self.resumes && module.symbols.text(selector).starts_with("signal")
            }
            _ => false,
        };
        raises || self.selectors.contains(&selector) && plain(receiver)
    }

    fn is_plain_receiver(&self, module: &Module, receiver: Receiver, this: Cone) -> bool {
        match receiver {
            Receiver::This | Receiver::Super => self.is_plain(module, this),
            Receiver::Made => self.is_plain(module, Cone { class_side: false, ..this }),
            Receiver::Class(class) => self.is_plain(module, Cone { class, class_side: true, exact: true }),
            Receiver::New(class) => self.is_plain(module, Cone { class, class_side: false, exact: true }),
            Receiver::Any => self.own.is_empty(),
        }
    }

    /// Whether receivers of a cone raise errors as the library does.
    fn is_plain(&self, module: &Module, cone: Cone) -> bool {
        let classes = &module.classes;
        let metaclass = classes.library_number("Class");
        let any_side = !cone.class_side && metaclass.is_none_or(|class| classes.inherits(class, cone.class));
        !self.own.iter().any(|(class, class_side)| {
            let heir = !cone.exact && classes.inherits(*class, cone.class);
            let side =
                any_side || *class_side == cone.class_side || !class_side && metaclass.is_none_or(|meta| classes.inherits(meta, *class));
            side && (heir || classes.inherits(cone.class, *class) || any_side)
        })
    }
}

/// Whether some text of the program may make a signal answer.
fn names_resumption<'f>(module: &Module, bodies: impl Iterator<Item = &'f Expr>) -> bool {
    let resumes = |text: &str| RESUME.contains(&text);
    let mut found = false;
    for expression in bodies {
        everywhere(expression, &mut |part| match &part.kind {
            Kind::Send(send) => found |= resumes(&send.text),
            Kind::Const(Const::Symbol(symbol)) => found |= resumes(module.symbols.text(*symbol)),
            Kind::Const(Const::Literal(at)) => symbols(&module.literals[*at], &mut |text| found |= resumes(text)),
            _ => {}
        });
    }
    found
}

fn is_error(module: &Module, class: ClassNumber) -> bool {
    module.classes.library_number("Error").is_some_and(|error| module.classes.inherits(class, error))
}

/// The classes of the program, and the class sides, that implement a selector.
fn own(module: &Module, selector: Symbol) -> impl Iterator<Item = (ClassNumber, bool)> + '_ {
    [false, true].into_iter().flat_map(move |side| {
        let implementors = module.understood.implementors(selector, side);
        implementors.filter(|(_, found)| !found.library).map(move |(class, _)| (class, side))
    })
}

/// Whether the program has its own way to signal the library's exceptions.
fn overrides_signals(module: &Module) -> bool {
    let selectors = module.understood.selectors().into_iter();
    let mut signals = selectors.filter(|selector| module.symbols.text(*selector).starts_with("signal"));
    signals.any(|selector| own(module, selector).any(|(class, _)| module.classes.is_library(class)))
}
