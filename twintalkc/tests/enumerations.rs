//! Which enumerations become loops, and which stay messages.

use twintalkc::{Source, Target, compile, pretty};

/// The Rust of a program's own methods.
#[track_caller]
fn rust(text: &str) -> String {
    let sources = [Source::new("test.st", text)];
    let compiled = compile(&sources, Target::Program).unwrap_or_else(|found| panic!("{}", found.render(&sources, false)));
    let rust = pretty(compiled.tokens);
    rust.split("/// Messages by selector.").next().unwrap_or_default().to_string()
}

/// How many loops over a cursor there are, how many heap blocks, and how many cells.
#[track_caller]
fn counts(text: &str) -> (usize, usize, usize) {
    let rust = rust(text);
    let count = |part: &str| rust.matches(part).count();
    (count("rt::each::begin"), count("rt::block("), count("rt::cell("))
}

const SUM: &str = "Object subclass: #A instanceVariables: ''.\n\
    A>>sum: all\n    | sum |\n    sum := 0.\n    all do: [:each | sum := sum + each].\n    ^sum\n";

#[test]
fn a_literal_block_is_a_loop_and_a_detour() {
    // The one cell is that of the detour's copy.
    assert_eq!(counts(SUM), (1, 1, 1));
    assert_eq!(counts("Object subclass: #A instanceVariables: ''.\nA>>all: all\n    all do: [:each | each foo]\n"), (1, 1, 0));
}

#[test]
fn what_is_no_literal_block_or_takes_other_arguments_stays_a_message() {
    let text = "Object subclass: #A instanceVariables: 'x'.\n\
        A>>held: all\n    all do: x\n\
        A>>two: all\n    all do: [:a :b | a foo: b]\n\
        A>>none: all\n    all do: [x foo]\n\
        A>>half: all\n    all detect: [:each | each foo] ifNone: x\n\
        A>>own: all\n    self do: [:each | each foo]\n\
        A>>inherited: all\n    super do: [:each | each foo]\n";
    assert_eq!(counts(text), (0, 5, 0));
}

#[test]
fn a_program_with_its_own_idea_of_a_collection_gets_no_loop() {
    for own in ["Collection>>do: aBlock\n    aBlock value: 3\n", "Array>>at: index\n    ^index\n"] {
        let (loops, blocks, _) = counts(&format!("{SUM}{own}"));
        assert_eq!((loops, blocks), (0, 1), "{own}");
    }
    let other = "OrderedCollection subclass: #B instanceVariables: ''.\nB>>at: index\n    ^index\nB>>do: aBlock\n    aBlock value: 3.\n\n";
    assert_eq!(counts(&format!("{other}{SUM}")).0, 1);
}

#[test]
fn a_block_that_may_be_kept_shares_its_variables_in_cells() {
    let keeps = rust(&format!("Object subclass: #B instanceVariables: 'x'.\nB>>do: aBlock\n    x := aBlock.\n\n{SUM}"));
    let sum = keeps.split("pub fn sum_with(").nth(1).and_then(|rest| rest.split("if rt::each::begin").next()).unwrap_or_default();
    assert!(sum.contains("rt::cell("), "the variable is in a cell before the loop: {sum}");
}

#[test]
fn loops_in_loops_are_not_copied_without_bound() {
    let nest = |depth: usize| {
        let open = "all do: [:a | ".repeat(depth);
        counts(&format!("Object subclass: #A instanceVariables: ''.\nA>>all: all\n    {open}all foo{}\n", "]".repeat(depth)))
    };
    assert_eq!(nest(1).0, 1);
    assert!(nest(6).0 <= 36, "{:?}", nest(6));
}

#[test]
fn a_return_in_a_loop_is_plain_and_only_the_detour_registers_the_method() {
    let rust =
        rust("Object subclass: #A instanceVariables: ''.\nA>>find: x in: all\n    all do: [:each | each = x ifTrue: [^each]].\n    ^nil\n");
    assert!(!rust.contains("t.home("), "{rust}");
    assert!(rust.contains("return Ok(each)") && rust.contains(".detour("), "{rust}");
}

#[test]
fn a_block_that_is_called_where_it_stands_is_no_block() {
    assert_eq!(counts("Object subclass: #A instanceVariables: ''.\nA>>x\n    ^[:a :b | a + b] value: 1 value: [2] value\n"), (0, 0, 0));
}

#[test]
fn a_method_that_runs_its_block_is_resolved_in_place() {
    let text = "Object subclass: #A instanceVariables: 'x'.\n\
        Object subclass: #B instanceVariables: 'items'.\n\
        B>>runs: aBlock\n    1 to: 3 do: [:i | aBlock value: i]\n\
        B>>tells: aBlock\n    items do: aBlock\n\
        B>>keeps: aBlock\n    items := aBlock\n\
        B>>recurs: aBlock\n    self recurs: [:i | aBlock value: i]\n\
        B>>returns: aBlock\n    items isNil ifTrue: [^nil].\n    aBlock value: 3\n\
        B>>twice: aBlock\n    aBlock value: 1. aBlock value: 2\n\
        A>>all: b\n    b runs: [:each | x := each]; tells: [:each | x := each]; keeps: [:each | x := each];\n\
        \x20       recurs: [:each | x := each]; returns: [:each | x := each]; twice: [:each | x := each]\n";
    assert_eq!(rust(text).matches("rt::class_of(").count(), 2);
}

#[test]
fn what_is_wrong_in_a_block_is_told_once() {
    let text = "Object subclass: #A instanceVariables: ''.\nA>>all: all\n    all do: [:each | | unused | each foo. all do: [:x | x bar]]\n";
    let sources = [Source::new("test.st", text)];
    let compiled = compile(&sources, Target::Program).unwrap();
    let warnings = compiled.warnings.render(&sources, false);
    assert_eq!(warnings.matches("is never used").count(), 1, "{warnings}");
    assert_eq!(warnings.matches("understands `foo`").count(), 1, "{warnings}");
}
