//! Class definitions of the TwinTalk form.

use super::check_files;

#[test]
fn seed() {
    check_files(&[include_str!("../../../../examples/sensor.st")]);
}

#[test]
fn classes() {
    check_files(&[
        "Twin subclass: #Pump.",
        "nil subclass: #Object.",
        "Twin subclass: 'Pump'.",
        "Twin subclass: #Pump instanceVariables: 'press <Float> count <Integer | nil> note'.",
        "Object subclass: #Pump\n    instanceVariableNames: 'press'\n    classVariableNames: 'Count Total'\n    package: 'Plant'.",
        "Object subclass: #Pump instanceVariableNames: '' classVariableNames: '' poolDictionaries: '' category: 'Plant-Water'.",
        "Object subclass: #Pump\n    slots: { #press => Float. #note. #last => Float | nil }\n    sharedVariables: #(Count).",
        "Object subclass: #Pump instanceVariables: 'a' comment: 'Moves ''water''.'.",
        "Twin subclass: #Pump instanceVariables: 'press' <private: #press> <formerly: #OldPump>.\nTwin subclass: #Valve <internal>.",
    ]);
}

#[test]
fn fluid_classes() {
    check_files(&[
        "Twin << #Pump.",
        "Twin << #Pump slots: { #a. #b => Float }; sharedVariables: { #Count }; tag: 'x'; package: 'Plant'.",
        "Twin << #Pump\n    layout: FixedLayout;\n    traits: {};\n    slots: {};\n    sharedPools: {};\n    package: 'Plant';\n    install.",
        "Twin << #Pump slots: { #a } .\nTwin class << Pump class slots: { #count }.",
    ]);
}

#[test]
fn parts_in_other_places() {
    check_files(&[
        "Pump class instanceVariableNames: 'count <Integer>'.\nPump comment: 'Moves water.'.\nTwin subclass: #Pump.",
        "Pump comment: 'Of a class elsewhere.'.\npump comment: 'No class.'.",
    ]);
}

#[test]
fn refused_classes() {
    check_files(&[
        "Object subclass: Pump instanceVariableNames: ''.",
        "Object subclass: 3.",
        "Object subclass: #foo:bar.",
        "Object subclass: #Pump slots: 3.",
        "Object subclass: #Pump slots: { 3 }.",
        "Object subclass: #Pump instanceVariables: 'a b, c'.",
        "Object subclass: #Pump instanceVariables: 'a <Array of: Float>'.",
        "Object subclass: #Pump whatever: 3.",
        "Object subclass: #Pump uses: 3 + TPressure.",
        "Object subclass: #Pump package: Plant.",
        "Object subclass: #Pump slots: 3 package: 4.",
        "pump foo <private: #a>.",
        "Pump class instanceVariableNames: 'count'.",
    ]);
}

#[test]
fn statements() {
    check_files(&[
        "| a b |\na := 1.\n| c <Float> | c := a. b := 2 | 3.\n^ a",
        "a. b; c: 3. ..",
        "Foo >> #bar.\nx >> y.\nFoo>>3.",
        "x := OrderedCollection new.\nx do: [:each |\nTranscript show: each\n].",
        "Transcript showCr: 'margin\nin a string'; cr.",
    ]);
}
