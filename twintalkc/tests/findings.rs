//! What the compiler says of wrong programs: the source and the findings, side by side.

use twintalkc::{Source, Target, compile};

#[track_caller]
fn check(name: &str, text: &str) {
    check_for(Target::Twins, name, text);
}

#[track_caller]
fn check_for(target: Target, name: &str, text: &str) {
    let sources = [Source::new("test.st", text)];
    let found = match compile(&sources, target) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    };
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, format!("{text}\n-----\n{}", found.render(&sources, false)));
    });
}

#[test]
fn names() {
    check("unknown_variable", "Twin subclass: #Pump instanceVariables: 'pressure'.\nPump>>raise\n    presure := pressure + 1\n");
    check("unknown_superclass", "Twinn subclass: #Pump instanceVariables: 'pressure'.\n");
    check("unknown_class_of_method", "Twin subclass: #Pump instanceVariables: ''.\nPmup>>raise\n    ^1\n");
    check("unknown_type", "Twin subclass: #Pump instanceVariables: 'pressure <Flaot>'.\n");
    check("assignments", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a: x\n    x := 1.\n    self := 2.\n    Pump := 3\n");
}

#[test]
fn classes() {
    check("class_twice", "Twin subclass: #Pump instanceVariables: ''.\nTwin subclass: #Pump instanceVariables: 'a'.\n");
    check("class_of_library", "Object subclass: #String instanceVariables: ''.\n");
    check("cycle", "B subclass: #A instanceVariables: ''.\nC subclass: #B instanceVariables: ''.\nA subclass: #C instanceVariables: ''.\n");
    check("slot_twice", "Twin subclass: #Pump instanceVariables: 'a'.\nPump subclass: #Big instanceVariables: 'b a'.\n");
    check("method_twice", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a\n    ^1\nPump>>a\n    ^2\n");
}

#[test]
fn former_names() {
    check(
        "former_names",
        "Twin subclass: #Valve instanceVariables: 'open'.\nTwin subclass: #Pump instanceVariables: 'press'\n    <formerly: #Valve>\n    \
         <formerly: 'Old'>\n    <formerly: #Old>\n    <slot: #pres formerly: #p>\n    <slot: #press formerly: #press>\n    \
         <slot: #press formerly: #p>.\nValve class>>formerly\n    <formerly: #Old>\n",
    );
}

#[test]
fn refusals() {
    check("become", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a: b\n    self become: b.\n    ^thisContext\n");
}

/// A test run goes on without what cannot be compiled: nothing here is an error.
#[test]
fn tolerated() {
    check_for(
        Target::Tests,
        "tolerated",
        "Object subclass: #Pump instanceVariables: ''.\nPump>>a\n    ^Missing new\nPump>>b\n    ^thisContext\nPump>>c\n    ^Missing.\n\
         Gone subclass: #Lost instanceVariables: ''.\nLost subclass: #Heir instanceVariables: ''.\nHeir>>a\n    ^1.\nNowhere>>a\n    ^1\n",
    );
}

#[test]
fn rust_names() {
    check(
        "rust_names",
        "Twin subclass: #Pump instanceVariables: 'press'.\nPump>>press: bar\n    press := bar\nPump>>setPress\n    press := 1\n\
         Pump>>jsonText\n    ^press\nPump>>JSONText\n    <rust: 'to json'>\n    ^press\n",
    );
}

#[test]
fn advice() {
    check(
        "advice",
        "Twin subclass: #Pump instanceVariables: 'a'.\nPump>>go\n    | never |\n    self statr.\n    ^a.\n    self start\nPump>>start\n    a := 1\n",
    );
}

#[test]
fn temporaries() {
    check_for(
        Target::Program,
        "temporaries",
        "Object subclass: #Sum instanceVariables: ''.
Sum>>unused
    | a b |
    b := 3.
    ^4
Sum>>unassigned: numbers
    | total |
    ^numbers inject: total into: [:x :y | x + y]
Sum>>early
    | total |
    total := total + 1.
    ^total
Sum>>branches: flag
    | found |
    flag ifTrue: [^found size] ifFalse: [found := 3].
    ^found
Sum>>inBlock: numbers
    | unread |
    numbers do: [:each | | twice | unread := each].
    ^numbers
",
    );
}

/// A class may take messages that none defines.
#[test]
fn proxies() {
    check(
        "proxies",
        "Object subclass: #Proxy instanceVariables: ''.\nProxy>>doesNotUnderstand: message\n    ^message selector.\nProxy new anything\n",
    );
}

/// None of these is worth a word.
#[test]
fn temporaries_in_use() {
    check_for(
        Target::Program,
        "temporaries_in_use",
        "Object subclass: #Sum instanceVariables: ''.
Sum>>lastOf: numbers
    | last |
    numbers do: [:each | last notNil ifTrue: [last + each]. last := each].
    ^last
Sum>>loop
    | previous count |
    count := 0.
    [count < 3] whileTrue: [previous isNil ifFalse: [count := count + previous]. previous := count. count := count + 1].
    ^previous
Sum>>fibonacci
    | recurse |
    recurse := [:n | n < 2 ifTrue: [n] ifFalse: [(recurse value: n - 1) + (recurse value: n - 2)]].
    ^recurse value: 10
Sum>>lazy
    | cache |
    cache ifNil: [cache := 3].
    ^cache
Sum>>kept: flag
    | kept block |
    block := [kept].
    kept := flag.
    ^block value.
| x |
x := Sum new.
[:ignored | x] value: 3
",
    );
}

#[test]
fn slots() {
    let classes = "Object subclass: #Shape instanceVariables: 'unused written read both inHeir'.
Shape subclass: #Circle instanceVariables: 'radius'.
Shape>>go
    written := 1.
    both := both ifNil: [2].
    ^read
Circle>>go
    ^[radius := inHeir. inHeir := radius]
Shape class>>unused
    ^1.
";
    check_for(Target::Program, "slots", classes);
    // Where slots are reached by name, or twins show theirs to the outside, nothing is told.
    for silent in ["Shape>>peek\n    ^self instVarNamed: 'written'\n", "Twin subclass: #Pump instanceVariables: 'a'.\n"] {
        let compiled = compile(&[Source::new("test.st", format!("{classes}{silent}"))], Target::Program).unwrap();
        assert!(compiled.warnings.is_empty(), "{:?}", compiled.warnings);
    }
    let compiled = compile(&[Source::new("test.st", classes)], Target::Twins).unwrap();
    assert!(compiled.warnings.is_empty(), "{:?}", compiled.warnings);
}

#[test]
fn types() {
    check(
        "types",
        "Twin subclass: #Pump instanceVariables: 'level <Float> count <Int64> on <Boolean> note <String | nil> tag <Symbol> any'.
Pump>>wrong
    | limit <Integer> |
    level := 'high'.
    count := 9223372036854775808.
    count := 1.5.
    on := nil.
    note := #(1 2).
    tag := 'tag'.
    limit := 1.5.
    limit := 3.
    level := limit
Pump>>right
    level := 3.
    level := 1/2.
    level := 3.5s2.
    count := 9223372036854775807.
    on := true.
    note := nil.
    note := #symbol.
    tag := #tag.
    any := nil.
    any := [3]
Pump>>isHigh ^<Boolean>
    any isNil ifTrue: [^'no'].
    any = 3 ifTrue: [^true].
    ^nil
Pump>>raise: amount <Float> by: steps <Integer>
    level := amount * steps
Pump>>use: other
    other raise: 'much' by: 3.
    other raise: 3 by: 2.5.
    other raise: 3 by: 2
",
    );
}

/// What is told of users' programs must hold for the library too.
#[test]
fn the_library_gives_no_cause_for_advice() {
    let compiled = compile(&[], Target::Library).unwrap();
    assert_eq!(compiled.warnings.render(&twintalkc::library::sources(), false), "");
}

#[test]
fn traits() {
    check("unknown_trait", "Trait named: #TSize.\nObject subclass: #Box uses: TSise + TGone.\nObject subclass: #Other uses: Box.\n");
    check("trait_cycle", "Trait named: #TA uses: TB.\nTrait named: #TB uses: TA.\nObject subclass: #Box uses: TA.\n");
    check(
        "trait_conflict",
        "Trait named: #TA.\nTA>>size\n    ^1.\nTrait named: #TB.\nTB>>size\n    ^2.\nTB>>size\n    ^3.\nObject subclass: #Box uses: TA + TB.\n\
         Object subclass: #Fine uses: TA + (TB - {#size}).\nObject subclass: #Own uses: TA + TB.\nOwn>>size\n    ^3\n",
    );
    // What is wrong in a trait is told once, however many classes use it.
    check(
        "trait_told_once",
        "Trait named: #TA.\nTA>>foo\n    ^gone bar: self zork.\nObject subclass: #One uses: TA.\nObject subclass: #Two uses: TA.\nTrait named: #TUnused.\n\
         TUnused>>foo\n    ^missing\n",
    );
    check(
        "unknown_pool",
        "SharedPool subclass: #Units classVariableNames: 'Inch'.\nObject subclass: #Box sharedPools: {Unit}.\nObject subclass: #Fine sharedPools: 'Units'.\nFine>>inch\n    ^Inch\n",
    );
}

/// The same mistakes in each format.
#[test]
fn formats() {
    check(
        "wrong_in_tonel",
        "Class { #name : 'Pump', #superclass : 'Gone', #instVars : [ 'a' ] }\n\n{ #category : 'x' }\nPump >> one [ ^ b ]\n\n{ #category : 'x' }\nPmup >> two [ ^ 2 3 ]\n",
    );
    check(
        "wrong_in_brackets",
        "Object subclass: Pump [\n    | a |\n    one [ ^b ]\n]\nGone subclass: Valve [ ]\nPmup extend [ two [ ^2 3 ] ]\n",
    );
    check(
        "wrong_in_chunks",
        "Object subclass: #Pump instanceVariableNames: 'a' category: 'x'!\r!Pump methodsFor: 'x'!\rone\r\t^'!!', b! !\rGone subclass: #Valve!\r!Pmup methodsFor: 'x'!\rtwo\r\t^2 3! !\r",
    );
}
