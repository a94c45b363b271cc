//! `new` of a class that is known, where the library's method is meant: the instance is made where the message is sent.

use crate::Target as Compilation;
use crate::ir::{ClassNumber, Const, Expr, Kind, Send, Target};
use crate::resolve::{Layout, Module};

/// The bit of a metaclass in a class number.
const METACLASS: ClassNumber = 0x1_0000;

/// Decides these sends in all methods, blocks and statements of a program.
pub fn making(module: &mut Module) {
    if module.target == Compilation::Library {
        return;
    }
    let mut methods = std::mem::take(&mut module.methods);
    let mut top = std::mem::take(&mut module.top);
    let bodies = methods.iter_mut().map(|method| &mut method.function).chain(top.iter_mut().map(|top| &mut top.function));
    for expression in bodies.flat_map(|function| &mut function.body) {
        expression.visit_mut(&mut |part| {
            if let Kind::Send(send) = &mut part.kind
                && let Some(target) = making_of(module, send)
            {
                send.target = target;
            }
        });
    }
    module.methods = methods;
    module.top = top;
}

fn making_of(module: &Module, send: &Send) -> Option<Target> {
    let basic = match send.text.as_str() {
        "new" => false,
        "basicNew" => true,
        _ => return None,
    };
    let (class, classes) = (class(&send.receiver)?, &module.classes);
    let info = classes.get(class);
    if info.twin || info.layout != Layout::Fixed || classes.is_library(class) {
        return None;
    }
    let meant = |text: &str| {
        let found = module.understood.lookup(classes, class, true, module.symbols.number(text)?);
        found.is_some_and(|(defined, side)| {
            let library = module.symbols.number(text).and_then(|selector| module.understood.implemented_in(defined, side, selector));
            classes.get(defined).name == "Behavior" && library.is_some_and(|found| found.library)
        }).then_some(())
    };
    meant("basicNew")?;
    if basic {
        return Some(Target::New { class, initialize: None });
    }
    meant("new")?;
    let selector = module.symbols.number("initialize")?;
    let (defined, _) = module.understood.lookup(classes, class, false, selector)?;
    let empty = classes.get(defined).name == "ProtoObject"
        && module.understood.implemented_in(defined, false, selector).is_some_and(|found| found.library);
    Some(Target::New { class, initialize: (!empty).then_some(defined) })
}

/// The class that a receiver certainly is. Evaluating it does nothing else.
fn class(receiver: &Expr) -> Option<ClassNumber> {
    match receiver.kind {
        Kind::Const(Const::Class(class)) => Some(class),
        Kind::This | Kind::Local(_) if receiver.known.only(crate::known::OTHER) && !receiver.known.is_open() => {
            match receiver.known.others() {
                [class] if class & METACLASS != 0 => Some(class & !METACLASS),
                _ => None,
            }
        }
        _ => None,
    }
}
