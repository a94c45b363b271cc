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
    let method = |body: &str| counts(&format!("Object subclass: #A instanceVariables: 'x'.\nA>>all: all\n    {body}\n"));
    assert_eq!(method("all do: x"), (0, 0, 0));
    assert_eq!(method("all do: [:a :b | a foo: b]"), (0, 1, 0));
    assert_eq!(method("all do: [x foo]"), (0, 1, 0));
    assert_eq!(method("all detect: [:each | each foo] ifNone: x"), (0, 1, 0));
    assert_eq!(method("self do: [:each | each foo]"), (0, 1, 0));
    assert_eq!(method("super do: [:each | each foo]"), (0, 1, 0));
}

#[test]
fn a_program_with_its_own_idea_of_a_collection_gets_no_loop() {
    for own in ["Collection>>do: aBlock\n    aBlock value: 3\n", "Array>>at: index\n    ^index\n", "Object>>species\n    ^Set\n"] {
        let (loops, blocks, _) = counts(&format!("{SUM}{own}"));
        assert_eq!((loops, blocks), (0, 1), "{own}");
    }
    for other in ["A>>do: aBlock\n    aBlock value: 3\n", "OrderedCollection subclass: #B instanceVariables: ''.\nB>>at: index\n    ^index\n"] {
        let text = if other.starts_with("A>>") { format!("{SUM}{other}") } else { format!("{other}.\n{SUM}") };
        assert_eq!(counts(&text).0, 1, "{other}");
    }
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
    let rust = rust("Object subclass: #A instanceVariables: ''.\nA>>find: x in: all\n    all do: [:each | each = x ifTrue: [^each]].\n    ^nil\n");
    assert!(!rust.contains("t.home("), "{rust}");
    assert!(rust.contains("return Ok(each)") && rust.contains(".detour("), "{rust}");
}

#[test]
fn a_block_that_is_called_where_it_stands_is_no_block() {
    assert_eq!(counts("Object subclass: #A instanceVariables: ''.\nA>>x\n    ^[:a :b | a + b] value: 1 value: [2] value\n"), (0, 0, 0));
}

#[test]
fn a_method_that_runs_its_block_is_resolved_in_place() {
    let text = |body: &str| {
        rust(&format!(
            "Object subclass: #A instanceVariables: 'x'.\nObject subclass: #B instanceVariables: 'items'.\nB>>{body}\n\
             A>>all: b\n    b visit: [:each | x := each]\n"
        ))
    };
    let places = |body: &str| text(body).matches("rt::class_of(").count();
    assert_eq!(places("visit: aBlock\n    1 to: 3 do: [:i | aBlock value: i]"), 1);
    assert_eq!(places("visit: aBlock\n    items do: aBlock"), 1);
    assert_eq!(places("visit: aBlock\n    items := aBlock"), 0);
    assert_eq!(places("visit: aBlock\n    self visit: [:i | aBlock value: i]"), 0);
    assert_eq!(places("visit: aBlock\n    items isNil ifTrue: [^nil].\n    aBlock value: 3"), 0);
    assert_eq!(places("visit: aBlock\n    aBlock value: 1. aBlock value: 2"), 0);
}

#[test]
fn what_is_wrong_in_a_block_is_told_once() {
    let text = "Object subclass: #A instanceVariables: ''.\nA>>all: all\n    all do: [:each | | unused | each foo. all do: [:x | x bar]]\n";
    let sources = [Source::new("test.st", text)];
    let compiled = compile(&sources, Target::Program).unwrap();
    let warnings = compiled.warnings.render(&sources, false);
    assert_eq!(warnings.matches("is never used").count(), 1, "{warnings}");
    assert_eq!(warnings.matches("foo").count(), 2, "told, and shown: {warnings}");
}
