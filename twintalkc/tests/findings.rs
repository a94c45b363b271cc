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
