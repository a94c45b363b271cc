//! Which versions are worth having: those that calls with certain numbers could use, and one behind a guard where a call begins
//! to compute with what may be anything.

use super::{MOST, Want, is_guard, uses};
use crate::infer::flow::{Call, Solved};
use crate::ir::{Method, Sharing};
use crate::known::{FLOAT, Held, Known, SMALL};
use crate::resolve::Module;

/// All versions together have no more expressions than this, or than the program itself.
const BUDGET: usize = 4000;
/// A method of fewer expressions is no trouble.
const TRIVIAL: usize = 4;

/// The versions that an annotated program would use and has not.
pub fn wanted(module: &Module, methods: &[Method], solved: &Solved) -> Vec<Want> {
    let search = Search { module, methods, used: uses::uses(methods), warm: warm(methods, solved) };
    let calls: Vec<&Call> = solved.calls.iter().filter(|call| search.counts(call)).collect();
    let mut wanted: Vec<Want> = Vec::new();
    for call in &calls {
        // What a guard will find out is no reason for a version that knows less.
        let later = is_guarded(methods, call.callee) || search.unsure(call.callee, &call.arguments, &calls).is_some();
        if later && !search.is_whole(call) {
            continue;
        }
        let forms = search.certain(call.callee, &call.arguments);
        let want = Want { method: call.callee, forms, guard: false };
        if search.is_new(&want) && !wanted.contains(&want) {
            wanted.push(want);
        }
    }
    let mut guards: Vec<Want> = Vec::new();
    for call in &calls {
        let unsure = search.unsure(call.callee, &call.arguments, &calls);
        if let Some(forms) = unsure.filter(|_| guards.iter().all(|want| want.method != call.callee)) {
            guards.push(Want { method: call.callee, forms, guard: true });
        }
    }
    // What others lead to is called with what is known when these have their versions.
    let others = wanted.iter().chain(&guards).map(|want| want.method);
    let others: Vec<(usize, Vec<bool>)> = others.map(|method| (method, reached(solved, &search.warm, method))).collect();
    let first = |want: &&Want| {
        let leads = reached(solved, &search.warm, want.method);
        others.iter().all(|(other, reaches)| *other == want.method || !reaches[want.method] || leads[*other])
    };
    let guards: Vec<Want> = guards.iter().filter(first).cloned().collect();
    wanted.extend(guards);
    let size = |method: &Method| size(method);
    let originals = methods.iter().filter(|method| method.version.is_none());
    let mut left = originals.map(size).sum::<usize>().max(BUDGET);
    left = left.saturating_sub(methods.iter().filter(|method| method.version.is_some()).map(size).sum());
    wanted.retain(|want| {
        let fits = size(&methods[want.method]) <= left;
        left -= if fits { size(&methods[want.method]) } else { 0 };
        fits
    });
    wanted
}

fn size(method: &Method) -> usize {
    let mut size = 0;
    method.function.body.iter().for_each(|expression| expression.visit(&mut |_| size += 1));
    size
}

/// What runs when the program runs as it is meant to: not what lies behind the guard of a method.
fn warm(methods: &[Method], solved: &Solved) -> Vec<bool> {
    let mut warm = solved.roots.clone();
    let mut waiting: Vec<usize> = (0..warm.len()).filter(|unit| warm[*unit]).collect();
    while let Some(unit) = waiting.pop() {
        let guarded = is_guarded(methods, unit);
        for callee in solved.calls.iter().filter(|call| call.caller == unit).map(|call| call.callee) {
            let version = methods.get(callee).is_some_and(|method| method.version.is_some());
            if (!guarded || version) && !std::mem::replace(&mut warm[callee], true) {
                waiting.push(callee);
            }
        }
    }
    warm
}

fn is_guarded(methods: &[Method], unit: usize) -> bool {
    methods.get(unit).is_some_and(|method| is_guard(&method.function))
}

/// What calls from a unit lead to.
fn reached(solved: &Solved, warm: &[bool], from: usize) -> Vec<bool> {
    let mut reached = vec![false; warm.len()];
    let mut waiting = vec![from];
    while let Some(unit) = waiting.pop() {
        for callee in solved.calls.iter().filter(|call| call.caller == unit).map(|call| call.callee) {
            if warm[callee] && !std::mem::replace(&mut reached[callee], true) {
                waiting.push(callee);
            }
        }
    }
    reached
}

struct Search<'a> {
    module: &'a Module,
    methods: &'a [Method],
    used: Vec<Vec<bool>>,
    warm: Vec<bool>,
}

impl Search<'_> {
    /// Whether a call is of a method that can have versions, by code that is not there for the exception.
    fn counts(&self, call: &Call) -> bool {
        let Some(method) = self.methods.get(call.callee) else { return false };
        let twin = self.module.classes.get(method.class).twin;
        let plain = method.version.is_none() && method.primitive.is_none() && method.sharing == Sharing::Own && !twin;
        plain && self.warm[call.caller] && !is_guarded(self.methods, call.caller) && size(method) >= TRIVIAL
    }

    /// Whether all that matters of the arguments of a call is certain.
    fn is_whole(&self, call: &Call) -> bool {
        let certain = self.certain(call.callee, &call.arguments);
        certain.iter().enumerate().all(|(at, form)| *form != Held::Value || !self.matters(call.callee, at))
    }

    /// Whether more could be known of an argument, and be of use.
    fn matters(&self, method: usize, argument: usize) -> bool {
        let local = &self.methods[method].function.locals[argument];
        self.used[method][argument] && !local.cell && local.declared.is_none() && local.held() == Held::Value
    }

    /// The forms of the arguments of a call as far as they are certain.
    fn certain(&self, method: usize, arguments: &[Known]) -> Vec<Held> {
        let forms = arguments.iter().enumerate().map(|(at, argument)| match argument.held() {
            held @ (Held::Int | Held::Float) if self.matters(method, at) => held,
            _ => Held::Value,
        });
        forms.collect()
    }

    fn is_new(&self, want: &Want) -> bool {
        let method = &self.methods[want.method];
        let versions = || self.module.versions.of(method.class, method.class_side, method.selector);
        want.forms.iter().any(|form| *form != Held::Value)
            && versions().count() < MOST
            && versions().all(|version| version.forms != want.forms)
    }

    /// The forms that a guard would look for, where it is not certain that the arguments have them.
    fn unsure(&self, method: usize, arguments: &[Known], calls: &[&Call]) -> Option<Vec<Held>> {
        if is_guarded(self.methods, method) {
            return None;
        }
        let mut unsure = false;
        let forms = arguments.iter().enumerate().map(|(at, argument)| {
            if !self.matters(method, at) {
                return Held::Value;
            }
            let held = argument.held();
            if held != Held::Value || !argument.may_be(SMALL | FLOAT) {
                return held;
            }
            unsure = true;
            let float =
                calls.iter().any(|call| call.callee == method && call.arguments.get(at).is_some_and(|given| given.held() == Held::Float));
            if float || !argument.may_be(SMALL) { Held::Float } else { Held::Int }
        });
        let forms: Vec<Held> = forms.collect();
        unsure.then_some(forms)
    }
}
