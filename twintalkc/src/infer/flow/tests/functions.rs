//! Inside one function.

use super::program;

/// A program with one method of a class that nobody sends anything to but the top level.
fn method(body: &str) -> super::Program {
    program(&format!(
        "Object subclass: #Foo instanceVariableNames: 'slot' classVariableNames: '' package: 'P'.\n\n\
         Foo>>run: any with: another\n\t{body}.\n\nFoo new run: Object new with: Object new\n"
    ))
}

#[test]
fn constants_and_arithmetic() {
    let p = method("| a b c d e | a := 3. b := a * 2 + 1. c := b / 2. d := a + 0.5. e := a \\\\ 2. ^ d < 1");
    assert_eq!(p.local("run:with:", "a"), "3..3");
    assert_eq!(p.local("run:with:", "b"), "7..7");
    assert_eq!(p.local("run:with:", "c"), "3..3|Fraction");
    assert_eq!(p.local("run:with:", "d"), "Float");
    assert_eq!(p.local("run:with:", "e"), "0..1");
    assert_eq!(p.result("run:with:"), "true|false");
}

#[test]
fn integers_may_leave_small_integer() {
    let p = method("| a b | a := 1. 1 to: 10 do: [ :i | a := a * i ]. b := 1152921504606846975 + 1. ^ a");
    assert_eq!(p.local("run:with:", "i"), "1..10");
    let a = p.local("run:with:", "a");
    assert!(a.contains("LargePositiveInteger") && !a.contains("Negative"), "{a}");
    assert!(p.local("run:with:", "b").contains("LargePositiveInteger"));
}

#[test]
fn temporaries_are_nil_only_where_read_before_assigned() {
    let p = method("| a b | a := 2. any ifTrue: [ b := 1 ]. ^ b");
    assert_eq!(p.local("run:with:", "a"), "2..2");
    assert_eq!(p.local("run:with:", "b"), "nil|1..1");
    let p = method("any timesRepeat: [ | a | another == a ifTrue: [ a := 1 ]. a := 2 ]. ^ 1");
    assert_eq!(p.local("run:with:", "a"), "nil|2..2");
}

#[test]
fn loops_count() {
    let p = method("| n k | n := 0. k := 0. 1 to: 50 do: [ :i | n := n + 1 ]. [ k < 100 ] whileTrue: [ k := k + 3 ]. ^ k");
    assert_eq!(p.local("run:with:", "n"), format!("0..{}", super::super::ranges::FAR));
    assert_eq!(p.local("run:with:", "k"), "0..102");
    assert_eq!(p.result("run:with:"), "100..102");
    let p = method("10 to: 1 by: -2 do: [ :i | slot := i ]. 1 to: any do: [ :j | slot := j ]. 1 to: 0 do: [ :k | slot := k ]");
    assert_eq!(p.local("run:with:", "i"), "1..10");
    assert_eq!(p.local("run:with:", "j"), format!("1..{}", super::super::ranges::FAR));
}

#[test]
fn tests_tell_of_locals() {
    let p = method("| a | a := any. a isNil ifTrue: [ a := 5 ] ifFalse: [ a := 6 ]. ^ a > 5 ifTrue: [ a ] ifFalse: [ nil ]");
    assert_eq!(p.result("run:with:"), "6..6");
    let p = method("| a | any ifTrue: [ a := 5 ]. a ifNil: [ ^ 1 ]. ^ a");
    assert_eq!(p.result("run:with:"), "1..5");
    let p = method("| a | any ifTrue: [ a := 5 ]. ^ a notNil and: [ a > 4 ]");
    assert_eq!(p.result("run:with:"), "true|false");
}

#[test]
fn blocks_may_assign_what_they_share() {
    let p = method("| a b | a := 1. b := [ a := any ]. b value. ^ a");
    assert_eq!(p.local("run:with:", "a"), "any");
    assert_eq!(p.result("run:with:"), "1..1|Object");
    let p = method("| a c | a := 1. c := a + 1. any do: [ :each | a := each ]. ^ c");
    assert_eq!(p.local("run:with:", "c"), "2..2");
}

#[test]
fn a_resumed_error_answers_anything() {
    let quiet = "^ 1 // (any ifTrue: [ 0 ] ifFalse: [ 2 ])";
    assert_eq!(method(quiet).result("run:with:"), "0..1");
    let resuming = format!("[ ^ nil ] on: Error do: [ :e | e resume: 'x' ]. {quiet}");
    assert_eq!(method(&resuming).result("run:with:"), "any");
    let performing = format!("any perform: another. {quiet}");
    assert_eq!(method(&performing).result("run:with:"), "any");
}

#[test]
fn redefined_arithmetic_answers_anything() {
    let p = program("Integer>>// other\n\t^ 'no'.\n\nInteger>>foo\n\t^ 7 // 2.\n\n3 foo printNl\n");
    assert_eq!(p.result("foo"), "3..3|ByteString|WideString");
}
