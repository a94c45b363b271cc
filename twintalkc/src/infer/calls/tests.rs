//! What the call graph finds in small programs.

use crate::infer::collects::sends_away;
use crate::ir::{Expr, Function, Kind};
use crate::resolve::Module;
use crate::{Diagnostics, Source, Target, infer, library, parse, resolve, traits};

/// A program, inferred. It begins with a class that has a slot.
fn program(text: &str) -> Module {
    let text = format!("Object subclass: #Node\n    instanceVariables: 'next'.\n{text}");
    let mut diagnostics = Diagnostics::default();
    let mut units: Vec<_> = std::iter::once(Source::new("test.st", text))
        .chain(library::sources())
        .enumerate()
        .map(|(file, source)| parse::parse(&source, file as u32, &mut diagnostics))
        .collect();
    let (own, library) = units.split_at_mut(1);
    let known = traits::flatten(library, &traits::Traits::default(), &mut diagnostics);
    traits::flatten(own, &known, &mut diagnostics);
    let mut module = resolve::resolve(library, own, Target::Program, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    infer::infer(&mut module, false);
    module
}

fn function<'m>(module: &'m Module, selector: &str) -> &'m Function {
    &module.methods.iter().find(|method| method.selector_text == selector).expect("the method is there").function
}

/// The messages in a method, not in its blocks, during which scratch may be collected.
fn collecting(module: &Module, selector: &str) -> Vec<String> {
    let mut found = Vec::new();
    for expression in &function(module, selector).body {
        expression.visit(&mut |part: &Expr| {
            if let Kind::Send(send) = &part.kind
                && sends_away(&send.target)
                && send.collects
            {
                found.push(send.text.clone());
            }
        });
    }
    found
}

/// Whether a method checks the stack at its entry, and whether it collects there.
fn entry(module: &Module, selector: &str) -> (bool, bool) {
    let function = function(module, selector);
    (function.sends, function.ticks)
}

#[test]
fn recursion_checks_and_the_rest_does_not() {
    let module = program(
        "Node>>down: n\n    ^ n = 0 ifTrue: [ 0 ] ifFalse: [ self down: n - 1 ].\n\
         Node>>even: n\n    ^ n = 0 or: [ self odd: n - 1 ].\n\
         Node>>odd: n\n    ^ n ~= 0 and: [ self even: n - 1 ].\n\
         Node>>start\n    ^ (self down: 3) = 0 and: [ self even: 4 ].\n\
         Node new start.\n",
    );
    assert_eq!(entry(&module, "down:"), (true, false));
    assert_eq!(entry(&module, "even:"), (true, false));
    assert_eq!(entry(&module, "odd:"), (true, false));
    assert_eq!(entry(&module, "start"), (false, false));
    assert!(collecting(&module, "start").is_empty());
}

#[test]
fn recursion_that_makes_objects_collects() {
    let module = program(
        "Node>>follow: aNode\n    next := aNode.\n\
         Node>>list: n\n    ^ n = 0 ifTrue: [ nil ] ifFalse: [ Node new follow: (self list: n - 1) ].\n\
         Node>>start\n    ^ self list: 3.\n\
         Node new start.\n",
    );
    assert_eq!(entry(&module, "list:"), (true, true));
    assert_eq!(collecting(&module, "list:"), ["list:"]);
    assert_eq!(collecting(&module, "start"), ["list:"]);
}

#[test]
fn recursion_goes_through_whoever_implements_a_message() {
    let module = program(
        "Object subclass: #Leaf\n    instanceVariables: ''.\n\
         Leaf>>weigh\n    ^ 1.\n\
         Node>>weigh\n    ^ next weigh + 1.\n\
         Node>>next: aNode\n    next := aNode.\n\
         (Node new next: Leaf new) weigh.\n",
    );
    let weigh: Vec<bool> =
        module.methods.iter().filter(|method| method.selector_text == "weigh").map(|method| method.function.sends).collect();
    assert_eq!(weigh, [false, true]);
    assert!(collecting(&module, "weigh").is_empty());
}

#[test]
fn operators_may_come_back() {
    let module = program("Node>>= other\n    ^ next = other.\nNode new = 3.\n");
    assert_eq!(entry(&module, "="), (true, false));
}

#[test]
fn who_runs_blocks_or_performs_checks() {
    let module = program(
        "Node>>run: aBlock\n    ^ aBlock value.\n\
         Node>>ask: n\n    ^ self perform: #ask: with: n.\n\
         Node>>start\n    ^ self run: [ self start ].\n\
         Node new start; ask: 3.\n",
    );
    assert_eq!(entry(&module, "run:"), (true, false));
    // The library's own method checks.
    assert_eq!(entry(&module, "ask:"), (false, false));
    assert_eq!(collecting(&module, "run:"), ["value"]);
    assert!(collecting(&module, "start").contains(&"run:".to_string()));
}

#[test]
fn the_library_may_come_back_by_blocks() {
    let module = program(
        "Node>>each: all\n    all do: #foo.\n\
         Node>>sorted: all\n    ^ all sort: [ :a :b | a next <= b next ].\n\
         Node>>next\n    ^ next.\n\
         Node new each: #(1); sorted: { Node new }.\n",
    );
    assert_eq!(collecting(&module, "each:"), ["do:"]);
    assert_eq!(collecting(&module, "sorted:"), ["sort:"]);
    assert!(collecting(&module, "next").is_empty());
}

#[test]
fn loops_that_take_memory_collect() {
    let module = program(
        "Node>>fill: n\n    1 to: n do: [ :i | next := Array new: i ].\n\
         Node>>turn\n    | more |\n    more := true.\n    [ more ] whileTrue: [ more := next isNil ].\n\
         Node>>start\n    self fill: 3; turn.\n\
         Node new start.\n",
    );
    assert_eq!(collecting(&module, "start"), ["fill:"]);
    assert!(collecting(&module, "fill:").is_empty());
}

#[test]
fn errors_do_not_collect_unless_something_resumes() {
    let text =
        "Node>>check: n\n    n < 0 ifTrue: [ self error: 'negative: ' , n printString ].\n    ^ n.\nNode>>start\n    ^ self check: 3.\n";
    let module = program(&format!("{text}Node new start.\n"));
    assert!(!module.resumes);
    assert!(collecting(&module, "start").is_empty());
    let module = program(&format!("{text}[ Node new start ] on: Error do: [ :error | error resume: 3 ].\n"));
    assert!(module.resumes);
    assert_eq!(collecting(&module, "start"), ["check:"]);
}

#[test]
fn a_message_nobody_understands_may_be_answered() {
    let module = program(
        "Node>>doesNotUnderstand: aMessage\n    ^ (1 to: 10) collect: [ :each | Array new: each ].\n\
         Node>>ask: other\n    ^ other next.\n\
         Node>>next\n    ^ next.\n\
         Node new ask: Node new.\n",
    );
    assert_eq!(collecting(&module, "ask:"), ["next"]);
}

#[test]
fn long_chains_check_now_and_then() {
    let mut text = String::from("Node>>m0\n    ^ next.\n");
    for i in 1..200 {
        text.push_str(&format!("Node>>m{i}\n    next := self m{}.\n    ^ next.\n", i - 1));
    }
    let module = program(&format!("{text}Node new m199.\n"));
    let checked = module.methods.iter().filter(|method| method.selector_text.starts_with('m') && method.function.sends).count();
    assert!((2..50).contains(&checked), "{checked}");
}

/// What makes a signal answer stands in handlers of the library itself, in which nothing moves, or is named by who uses it.
#[test]
fn the_library_resumes_in_handlers_of_its_own() {
    let module = program("nil yourself.\n");
    let resume: Vec<_> = ["resume", "resume:", "resumeUnchecked:", "pass", "outer", "resignalAs:"]
        .iter()
        .filter_map(|text| module.symbols.number(text))
        .collect();
    let mut found: Vec<String> = module
        .library
        .iter()
        .filter(|method| method.callees.steps.iter().flat_map(|step| &step.sent).any(|(_, selector)| resume.contains(selector)))
        .map(|method| format!("{}>>{}", module.classes.get(method.class).name, module.symbols.text(method.selector)))
        .collect();
    found.sort();
    // `Process>>resume` is another message; `resume`, `resume:` and `sunitExitWith:` are those a program has to name.
    let known = [
        "BlockClosure>>fork",
        "BlockClosure>>forkAt:named:",
        "BlockClosure>>valueSupplyingAnswers:",
        "BlockClosure>>valueWithoutNotifications",
        "DynamicVariable>>value:during:",
        "Exception>>resume",
        "Exception>>resume:",
        "Process>>run",
        "RecursionStopper>>during:",
        "ResumableTestFailure>>sunitExitWith:",
        "TestRun>>run:",
    ];
    assert_eq!(found, known);
}
