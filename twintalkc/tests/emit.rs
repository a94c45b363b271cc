//! What the compiler makes of small programs: the source and the Rust, side by side.

use twintalkc::{Source, Target, compile, pretty};

/// The Rust of a program's own methods, without the tables that follow from them.
#[track_caller]
fn check(name: &str, target: Target, text: &str) {
    let sources = [Source::new("test.st", text)];
    let compiled = compile(&sources, target).unwrap_or_else(|found| panic!("{}", found.render(&sources, false)));
    let rust = pretty(compiled.tokens);
    let shown = rust.split("/// Messages by selector.").next().unwrap_or_default();
    let warnings = compiled.warnings.render(&sources, false);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, format!("{text}\n----- Rust\n{shown}\n----- warnings\n{warnings}"));
    });
}

#[test]
fn the_seed() {
    check("seed", Target::Twins, include_str!("../../examples/sensor.st"));
}

#[test]
fn blocks_capture_by_value_or_by_cell() {
    check(
        "captures",
        Target::Program,
        "Object subclass: #Counter instanceVariables: 'total'.\n\
         Counter>>sum: numbers\n    | sum limit |\n    limit := 10.\n    sum := 0.\n    numbers do: [:each | each < limit ifTrue: [sum := sum + each. total := sum]].\n    ^sum\n",
    );
}

#[test]
fn a_block_returns_from_its_method() {
    check(
        "home",
        Target::Program,
        "Object subclass: #Finder instanceVariables: ''.\n\
         Finder>>find: wanted in: all\n    all do: [:each | each = wanted ifTrue: [^each]].\n    ^nil\n",
    );
}

#[test]
fn enumerations_are_loops_over_a_cursor() {
    check(
        "enumerations",
        Target::Program,
        "Object subclass: #List instanceVariables: 'items'.\n\
         List>>visit: aBlock\n    1 to: items size do: [:i | aBlock value: (items at: i)].\n\n\
         Object subclass: #User instanceVariables: ''.\n\
         User>>total: numbers\n    ^numbers inject: 0 into: [:sum :each | sum + each]\n\
         User>>large: numbers\n    ^numbers select: [:each | each > 9]\n\
         User>>last: aList\n    | last |\n    aList visit: [:each | last := each].\n    ^last\n",
    );
}

#[test]
fn operands_wait_on_the_root_stack() {
    check(
        "operands",
        Target::Program,
        "Object subclass: #Tree instanceVariables: 'left right'.\n\
         Tree>>size\n    ^(left size + right size) + 1\n\
         Tree>>copyInto: aStream\n    aStream nextPut: (self make: left printString with: right printString); cr\n\
         Tree>>make: a with: b\n    ^a , b\n",
    );
}

#[test]
fn control_structures_become_rusts_own() {
    check(
        "control",
        Target::Program,
        "Object subclass: #Control instanceVariables: 'a'.\n\
         Control>>all: x\n    | n |\n    n := 0.\n    [n < 10 and: [x notNil]] whileTrue: [n := n + 1].\n    1 to: n by: 2 do: [:i | a := i].\n    3 timesRepeat: [n := n - 1].\n    a := x ifNil: ['none'] ifNotNil: [:y | y].\n    ^(n > 3 or: [x == a]) ifTrue: [n] ifFalse: [x]\n",
    );
}

#[test]
fn twins_inherit_by_copy() {
    check(
        "inheritance",
        Target::Twins,
        "Twin subclass: #Device instanceVariables: 'on <Boolean> power <Float>'.\n\
         Device>>initialize\n    super initialize.\n    on := false\n\
         Device>>start\n    on := true.\n    ^self report\n\
         Device>>report\n    ^on.\n\
         Device subclass: #Pump instanceVariables: 'flow <Integer>'.\n\
         Pump>>initialize\n    super initialize.\n    flow := 0\n\
         Pump>>report\n    ^super report and: [flow > 0]\n",
    );
}

#[test]
fn numbers_that_are_certain_are_rusts_own() {
    check(
        "numbers",
        Target::Program,
        "Object subclass: #Numbers instanceVariables: ''.\n\
         Numbers>>area: r\n    | pi area |\n    pi := 3.5.\n    area := pi * 2.0 + pi negated.\n    area > 1 ifTrue: [area := area / pi].\n    ^(area max: pi) sqrt\n\
         Numbers>>bits: n\n    | low |\n    low := n bitAnd: 255.\n    1 to: 64 by: 3 do: [:i | low := (low + i) \\\\ 256].\n    ^(low bitShift: -2) // 3\n\
         Numbers>>guarded: x\n    ^x + 1 < 2.5 and: [x ~= #none]\n\
         Numbers>>counts: n\n    | even |\n    even := 0.\n    n to: 1 by: -2 do: [:i | even := even + i].\n    1 to: n do: [:i | i even ifTrue: [even := even + 1]].\n    ^even\n",
    );
}

#[test]
fn typed_slots_take_what_is_certain_unchecked() {
    check(
        "typed_slots",
        Target::Twins,
        "Twin subclass: #Meter instanceVariables: 'level <Float> count <Int64> on <Boolean> unit <Symbol>'.\n\
         Meter>>initialize\n    super initialize.\n    level := 0.0.\n    count := 0.\n    on := false.\n    unit := #bar\n\
         Meter>>update: value\n    level := value.\n    count := count + 1.\n    on := level > 2.5.\n    ^level * 2.0\n",
    );
}

#[test]
fn declared_floats_come_to_twins_as_such() {
    check(
        "declared_floats",
        Target::Twins,
        "Twin subclass: #Tank instanceVariables: 'level <Float> name'.\n\
         Tank>>fill: amount <Float> of: aName\n    level := amount.\n    name := aName\n\
         Tank>>fill: amount <Float> times: count <Integer>\n    level := amount * count\n",
    );
}

#[test]
fn slots_are_read_once_and_stored_together() {
    check(
        "slots_kept",
        Target::Program,
        "Object subclass: #Ball instanceVariables: 'x y vx vy hits'.\n\
         Ball class>>x: x y: y\n    ^self new setX: x y: y\n\
         Ball>>setX: ax y: ay\n    x := ax.\n    y := ay.\n    vx := 3.\n    vy := 4.5.\n    hits := 0\n\
         Ball>>x\n    ^x\n\
         Ball>>y\n    ^y\n\
         Ball>>step\n    x := x + vx.\n    y := y + vy.\n    x > 100 ifTrue: [x := 100. vx := vx negated. hits := hits + 1].\n    \
         hits > 10 ifTrue: [^hits].\n    y := y * 0.5.\n    ^x\n\
         Ball>>distanceTo: other\n    ^(x - other x) abs + (y - other y) abs + other x\n\
         Ball>>told: aBlock\n    hits := hits + 1.\n    aBlock value.\n    hits := hits + 1.\n    ^hits\n\
         Ball>>looped\n    1 to: 5 do: [:i | x := x + i. hits := hits + x].\n    ^hits.\n\
         | a b |\na := Ball x: 1 y: 2.0. b := Ball x: 3 y: 4.0. a step. a distanceTo: b. a told: [b step]. a looped.\n",
    );
}

#[test]
fn characters_are_asked_before_a_message_is_sent() {
    check(
        "at_once",
        Target::Program,
        "Object subclass: #Reader instanceVariables: 'text position'.\n\
         Reader>>on: aString\n    text := aString.\n    position := 1\n\
         Reader>>peek\n    ^text at: position\n\
         Reader>>isAtSpace\n    ^self peek = Character space or: [self peek isSeparator]\n\
         Reader>>isAtDigit\n    ^self peek between: $0 and: $9\n\
         Reader>>isVowel\n    ^self peek isVowel\n\
         Character>>isVowel\n    ^false\n\
         Reader>>corner: aNumber\n    ^(3 @ aNumber) x.\n\n\
         (Reader new on: Smalltalk arguments first) isAtSpace; isAtDigit; isVowel; corner: 4.\n",
    );
}

#[test]
fn a_method_has_a_version_for_integers() {
    check(
        "versions",
        Target::Program,
        "Object subclass: #Sieve instanceVariableNames: 'flags' package: 'P'.\n\
         Sieve>>primes: limit\n    | count |\n    count := 0.\n    flags := Array new: limit withAll: true.\n    \
         2 to: limit do: [:number | (flags at: number) ifTrue: [\n        count := count + 1.\n        \
         number + number to: limit by: number do: [:multiple | flags at: multiple put: false]]].\n    ^count.\n\n\
         Transcript show: (Sieve new primes: (Smalltalk arguments at: 1) asInteger) printString\n",
    );
}
