//! Across functions.

use super::program;

fn class(name: &str, superclass: &str, slots: &str) -> String {
    format!("{superclass} subclass: #{name} instanceVariableNames: '{slots}' classVariableNames: '' package: 'P'.\n\n")
}

#[test]
fn arguments_and_results_flow_with_the_calls() {
    let p = program(&format!(
        "{}Foo>>same: n\n\t^ n.\n\nFoo>>run\n\t^ (self same: 3) + (self same: 0.5).\n\nFoo new run.\n",
        class("Foo", "Object", "")
    ));
    assert_eq!(p.local("same:", "n"), "Float|3..3");
    assert_eq!(p.result("same:"), "Float|3..3");
}

#[test]
fn what_is_computed_of_arguments_of_two_kinds_is_kept_apart() {
    let p = program(&format!(
        "{}Foo>>twice: n\n\t^ n * 2.\n\nFoo>>run\n\t^ (self twice: 3) + (self twice: 0.5).\n\nFoo new run.\n",
        class("Foo", "Object", "")
    ));
    assert_eq!(p.sends("run", "twice:"), ["6..6", "Float"]);
}

#[test]
fn recursion_ends() {
    let p = program(&format!(
        "{}Foo>>down: n\n\tn < 2 ifTrue: [ ^ n ].\n\t^ (self down: n - 1) + (self down: n - 2).\n\nFoo new down: 30.\n",
        class("Foo", "Object", "")
    ));
    assert_eq!(p.local("down:", "n"), "0..30");
    assert!(p.result("down:").contains("LargePositiveInteger"));
}

#[test]
fn slots_that_a_constructor_stores_are_never_nil() {
    let text = |new: &str| {
        format!(
            "{}Foo class>>of: n\n\t^ self new {new}.\n\nFoo>>setX: n\n\tx := n asFloat.\n\nFoo>>look\n\t^ self printString.\n\nFoo>>read\n\t^ x.\n\n(Foo of: 3) read.\n",
            class("Foo", "Object", "x")
        )
    };
    assert_eq!(program(&text("setX: n")).result("read"), "Float");
    assert_eq!(program(&text("look; setX: n; yourself")).result("read"), "nil|Float");
    assert_eq!(program(&text("setX: n; yourself")).result("read"), "Float");
}

#[test]
fn initialize_stores_before_anybody_reads() {
    let text = |body: &str| {
        format!(
            "{}Foo>>initialize\n\tsuper initialize.\n\t{body}.\n\nFoo>>peek\n\t^ x.\n\nFoo>>read\n\t^ x.\n\nFoo new read.\n",
            class("Foo", "Object", "x")
        )
    };
    assert_eq!(program(&text("x := 0")).result("read"), "0..0");
    assert_eq!(program(&text("self peek. x := 0")).result("read"), "nil|0..0");
    assert_eq!(program(&text("self class name size > 2 ifTrue: [ x := 0 ]")).result("read"), "nil|0..0");
}

#[test]
fn subclasses_override() {
    let p = program(&format!(
        "{}{}Foo>>kind\n\t^ 1.\n\nBar>>kind\n\t^ 2.5.\n\nBar>>up\n\t^ super kind.\n\nFoo>>ask\n\t^ self kind.\n\nFoo new ask. Bar new ask. Bar new up.\n",
        class("Foo", "Object", ""),
        class("Bar", "Foo", "")
    ));
    assert_eq!(p.result("ask"), "Float|1..1");
    assert_eq!(p.result("up"), "1..1");
}

#[test]
fn blocks_are_called_with_what_they_are_given() {
    let p = program(&format!(
        "{}Foo>>apply: aBlock\n\t^ aBlock value: 7.\n\nFoo>>run\n\t| sum |\n\tsum := 0.5.\n\tself apply: [ :each | sum := sum + each ].\n\t^ sum.\n\nFoo>>find\n\tself apply: [ :each | ^ each ].\n\t^ nil.\n\nFoo new run. Foo new find.\n",
        class("Foo", "Object", "")
    ));
    assert_eq!(p.result("run"), "Float");
    assert_eq!(p.result("find"), "7..7");
}

#[test]
fn what_the_library_may_send_takes_anything() {
    let text = |use_: &str| {
        format!(
            "{}Foo>>value: n\n\t^ n.\n\nFoo>>only: n\n\t^ n.\n\nFoo new value: 3. Foo new only: 4. {use_}\n",
            class("Foo", "Object", "")
        )
    };
    assert_eq!(program(&text("")).result("value:"), "3..3");
    let exposed = program(&text("#(1 2) do: Foo new."));
    assert_eq!(exposed.result("value:"), "any");
    assert_eq!(exposed.result("only:"), "4..4");
    let performed = program(&text("| s | s := #(#only:) first. Foo new perform: s with: 'x'."));
    assert_eq!(performed.result("only:"), "any");
}

#[test]
fn reflection_stores_anything() {
    let text = |use_: &str| {
        format!("{}Foo>>initialize\n\tx := 1.\n\nFoo>>x\n\t^ x.\n\n| f | f := Foo new. {use_} f x.\n", class("Foo", "Object", "x"))
    };
    assert_eq!(program(&text("")).result("x"), "1..1");
    assert_eq!(program(&text("f instVarAt: 1 put: nil.")).result("x"), "any");
}

#[test]
fn arrays_hold_what_is_stored_in_them() {
    let p = program(&format!(
        "{}Foo>>run\n\t| a |\n\ta := Array new: 3.\n\t1 to: 3 do: [ :i | a at: i put: i * 0.5 ].\n\t^ a at: 1.\n\nFoo>>all\n\t| a |\n\ta := Array new: 3 withAll: 2.\n\ta at: 1 put: 5.\n\t^ a at: 1.\n\nFoo>>seen\n\t| a |\n\ta := Array new: 3 withAll: 2.\n\ta printNl; sort.\n\t^ a at: 1.\n\nFoo new run. Foo new all. Foo new seen.\n",
        class("Foo", "Object", "")
    ));
    assert_eq!(p.result("run"), "nil|Float");
    assert_eq!(p.result("all"), "2..5");
    assert_eq!(p.result("seen"), "any");
}

#[test]
fn a_program_that_answers_for_others_knows_less() {
    let text = |extra: &str| {
        format!("{}Foo>>run: n\n\t^ n size + 1.\n\n{extra}Foo new run: nil. Foo new run: (Array new: 2).\n", class("Foo", "Object", ""))
    };
    let result = program(&text("")).result("run:");
    assert_eq!(result, format!("1..{}", i64::from(u32::MAX) + 1));
    let answering = "Foo>>doesNotUnderstand: aMessage\n\t^ 'x'.\n\n";
    assert_eq!(
        program(&text(answering)).sends("run:", "+"),
        ["Small|LargePositiveInteger|LargeNegativeInteger"].map(|_| program(&text(answering)).result("run:"))
    );
}

#[test]
fn class_variables_and_class_side_slots() {
    let p = program(
        "Object subclass: #Foo instanceVariableNames: '' classVariableNames: 'Count' package: 'P'.\n\n\
         Foo class instanceVariableNames: 'last'.\n\n\
         Foo class>>next\n\tCount isNil ifTrue: [ Count := 0 ].\n\tCount := Count + 1.\n\tlast := 0.5.\n\t^ Count.\n\n\
         Foo class>>last\n\t^ last.\n\nFoo next. Foo last.\n",
    );
    assert_eq!(p.result("last"), "nil|Float");
    assert!(p.result("next").starts_with("nil|0.."), "{}", p.result("next"));
}
