//! Makes versions: a copy of the method, and the guard that hands over to it.

use super::{MOST, Version, Want, is_guard, words};
use crate::ir::{Expr, Function, Kind, LocalId, Method, Send, Target};
use crate::known::{Held, IS_FLOAT, IS_UNBOXED};
use crate::resolve::Module;

/// Makes the versions that are wanted, of methods that have not been annotated.
pub fn make(module: &mut Module, methods: &mut Vec<Method>, wanted: &[Want]) {
    for want in wanted {
        let method = &methods[want.method];
        let (class, class_side, of) = (method.class, method.class_side, method.selector);
        let same = module.versions.of(class, class_side, of).find(|version| version.forms == want.forms);
        let selector = match same.map(|version| version.selector) {
            Some(selector) => selector,
            None if module.versions.of(class, class_side, of).count() >= MOST => continue,
            None => {
                let selector = module.symbols.intern(&format!("{} {}", method.selector_text, words(&want.forms).join(" ")));
                module.understood.add_hidden(class, class_side, selector);
                module.versions.all.push(Version { class, class_side, of, selector, forms: want.forms.clone() });
                let version = version(method, selector, &want.forms);
                methods.push(version);
                selector
            }
        };
        let method = &mut methods[want.method];
        if want.guard && !is_guard(&method.function) {
            let guard = guard(method, selector, &want.forms);
            method.function.body.insert(0, guard);
        }
    }
}

fn version(method: &Method, selector: u32, forms: &[Held]) -> Method {
    let mut version = method.clone();
    if is_guard(&version.function) {
        version.function.body.remove(0);
    }
    version.selector = selector;
    version.external = false;
    version.version = Some(described(&method.function, forms));
    version
}

/// `limit` is a small integer
fn described(function: &Function, forms: &[Held]) -> String {
    let mut parts = Vec::new();
    for (form, what) in [(Held::Int, "small integer"), (Held::Float, "Float")] {
        let names = function.locals.iter().zip(forms).filter(|(_, held)| **held == form).map(|(local, _)| format!("`{}`", local.name));
        let names: Vec<String> = names.collect();
        match names.len() {
            0 => {}
            1 => parts.push(format!("{} is a {what}", names[0])),
            _ => parts.push(format!("{} are {what}s", names.join(" and "))),
        }
    }
    parts.join(" and ")
}

/// Hands over to a version where the arguments fit.
fn guard(method: &Method, selector: u32, forms: &[Held]) -> Expr {
    let span = method.span;
    let expr = |kind| Expr::new(kind, span);
    let local = |at: LocalId| expr(Kind::Local(at));
    let text = &method.selector_text;
    let send = |receiver, arguments, target| Send::new(receiver, selector, text.clone(), arguments, target);
    let mut tests = forms.iter().enumerate().filter_map(|(at, form)| {
        let test = match form {
            Held::Int => IS_UNBOXED,
            Held::Float => IS_FLOAT,
            _ => return None,
        };
        Some(expr(Kind::Send(Box::new(send(local(at), Vec::new(), Target::Inline(test))))))
    });
    let first = tests.next().unwrap_or_else(|| expr(Kind::Const(crate::ir::Const::False)));
    let test = tests.fold(first, |all, next| expr(Kind::And(Box::new(all), vec![next])));
    let target = Target::Method { class: method.class, class_side: method.class_side };
    let arguments = (0..method.function.arguments).map(local).collect();
    let call = Send { hands_over: true, ..send(expr(Kind::This), arguments, target) };
    let answer = expr(Kind::Return(Box::new(expr(Kind::Send(Box::new(call))))));
    expr(Kind::If(Box::new(test), vec![answer], Vec::new()))
}
