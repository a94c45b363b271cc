//! Pharo's files.

use super::{check_files, parse};

#[test]
fn classes() {
    check_files(&[
        "\"\nI move water.\n\"\"Quickly.\"\"\n\"\nClass {\n\t#name : 'Pump',\n\t#superclass : 'Object',\n\t#type : 'variable',\n\t#traits : 'TSize + (TEmpty - {#isEmpty. #+}) + (TAdd @ {#plus: -> #add:})',\n\t#classTraits : 'TSize classTrait',\n\t#instVars : [\n\t\t'press',\n\t\t'#level => Float',\n\t\t'#note => WeakSlot',\n\t\t'#other => PropertySlot default: 3'\n\t],\n\t#classVars : [\n\t\t'Count',\n\t\t'#Total => ClassVariable'\n\t],\n\t#classInstVars : [ 'unique' ],\n\t#pools : [ 'Units' ],\n\t#category : 'Plant-Water',\n\t#package : 'Plant',\n\t#tag : 'Water'\n}\n\n{ #category : 'accessing' }\nPump class >> count [\n\n\t\"How many.\"\n\t^ Count\n]\n\n{ #category : 'accessing' }\nPump >> press: bar [\n\t^ #( $] $[ ']' ) , { ']]' } \"]\"\n]\n\n{ #category : 'comparing' }\nPump >> < other [ ^ self press < other press ]\n\nPump >> plain [ ]\n",
        "Class {\n\t#name : #Pump,\n\t#superclass : #nil,\n\t#category : #'Plant-Water'\n}\n\n{ #category : #'as yet unclassified' }\nPump >> >> other [ ^ other ]\n\n{\n  #category : #x,\n  #vars : [ 1, true, nil ]\n}\nPump classSide >> one [ ^ 1 ]\n",
        "Trait {\n\t#name : 'TSize',\n\t#instVars : [ 'size' ],\n\t#traits : 'TEmpty - {#''is'' . #isEmpty}',\n\t#category : 'Sizes'\n}\n\n{ #category : 'x' }\nTSize classTrait >> make [ ^ self new ]\n",
        "Extension { #name : 'Integer' }\n\n{ #category : '*Plant' }\nInteger >> litres [ ^ self ]\n",
        "Package { #name : 'Plant' }\n",
        "Package { #name : #Plant }",
    ]);
}

#[test]
fn errors() {
    check_files(&[
        "Class {\n\t#name : 'Pump'\n\t#superclass : 'Object'\n}\n\n{ #category : 'x' }\nPump >> one [ ^ 1 2 ]\n\n{ #category : 'x' }\nPump >> two [ ^ 2 ]\n",
        "Class { #superclass : 'Object' }\n\n{ #category : 'x' }\nPump >> one [ ^ (1 ]\n\n{ #category : 'x' }\nPump >> two [ ^ 2 ]\n",
        "Class { #name : 'Pump', #traits : 'TSize + 3', #instVars : [ 'a b c', '3', 4, '#x foo' ] }\n",
        "Extension { #name : 'Pump' }\n\nPump >> one [ ^ [ 1 ]\n\n{ #category : 'x' }\nPump >> two [ ^ 2 ]\n\nPump >> three [ ^ ]\n",
        "Extension { #name : 'Pump' }\n\nPump >> one [ ^ 'it ]\n\n{ #category : 'x' }\nPump >> two [ ^ 'two' ]\n\nPump >> three [ ^ 3 4 ]\n",
        "Extension { #name : 'Pump' }\n\nPump >> one [ \" ]\n\n{ #category : 'x' }\nPump >> two [ ^ 2 ]\n",
        "Extension { #name : 'Pump' }\n\nPump >> one [ ^ 1",
        "Extension { #name : 'Pump' }\n\nPump >> one ( ^ 1 )\n\nPump >> two ^ 2 ]\n\n3 foo.\n\nPump >> four [ ^ 4 ]\n\nPump >> five",
        "Extension { #name : 'Pump }\n\nPump >> one [ ^ 1 ]\n",
        "Class { #name : [[[[[[[[[[[[[[[[[[[[[[",
    ]);
}

/// Methods may hold Tonel in a string.
#[test]
fn strings_that_look_like_methods() {
    let (unit, findings) = parse(
        "Extension { #name : 'Pump' }\n\nPump >> one [ ^ '\n{ #category : ''x'' }\nPump >> two [ ^ 2 ]\n' ]\n\nPump >> three [ ^ 3 ]\n",
    );
    assert_eq!(findings, "");
    let selectors: Vec<&str> = unit.methods.iter().map(|method| method.selector.text.as_str()).collect();
    assert_eq!(selectors, ["one", "three"]);
}

/// What does not end may begin with any letter, and any blank may stand before a head's bracket.
#[test]
fn letters_of_several_bytes() {
    for text in ["Class {}\n\né >> one [ ^ 'x ]\n\nÉa >> two [ ]", "Class { #name : 'Pump' }\n\nTrait\u{a0}{ 3 }", "Class\u{2003}{"] {
        assert!(parse(text).1.starts_with("error"), "{text}");
    }
}
