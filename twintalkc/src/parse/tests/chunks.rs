//! File-outs: chunks that end with bangs.

use super::{check_files, parse};
use crate::source::Source;

#[test]
fn classes_and_methods() {
    check_files(&[
        "'From Pharo12.0 of 1 January 2026 at 12:00'!\nObject subclass: #Pump\n\tinstanceVariableNames: 'press'\n\tclassVariableNames: 'Count'\n\tpoolDictionaries: 'Units'\n\tcategory: 'Plant'!\n!Pump commentStamp: 'ek 1/1/2026 12:00' prior: 0!\nI move water. It's easy!!!\n\n!Pump methodsFor: 'accessing' stamp: 'ek 1/1/2026 12:00'!\npress\n\t\"It isn't hard.\"\n\t^press! !\n\n!Pump methodsFor: 'accessing'!\npress: bar\n\tpress := bar! \n\n+ other\n\t^self! !\n\"-- -- --\"!\n\nPump class\n\tinstanceVariableNames: 'count'!\n\n!Pump class methodsFor: 'as yet unclassified'!\ninitialize\n\tCount := 0. ^'Hello!!', #!!! !\n\nPump initialize!\n",
        "!classDefinition: #Pump category: 'Plant'!\nObject subclass: #Pump\n\tinstanceVariableNames: ''\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n\tcategory: 'Plant'!\n!Pump methodsFor: 'x' stamp: 'jmv 1/1/2026'!\nbar\n\t^$!!! !\n!Pump reorganize!\n('x' bar)\n!\n!Pump categoriesFor: #bar!x!public! !\n",
        "Trait named: #TSize uses: {} instanceVariableNames: 'size' package: 'Sizes'!\n!TSize methodsFor: 'x'!\nsize ^size! !\n!TSize classSide methodsFor: 'x'!\nnew ^super new! !\nObject subclass: #Box uses: TSize instanceVariableNames: '' classVariableNames: '' package: 'Sizes'!\nBox class uses: TSize classTrait instanceVariableNames: ''!\n",
        "Transcript show: 'Hi!!'; cr!\n| a | a := 3. a foo!\nObject subclass: Pump [ press [ ^1 ] ]!\nPump class extend [ two [ ^2 ] ]!",
        "!Pump methodsFor: 'x'!\none ^1!\n!Pump class methodsFor: 'y'!\ntwo ^2! !",
    ]);
}

#[test]
fn errors() {
    check_files(&[
        "!Pump methodsFor: 'it''s!!'!\none ^1 2!\ntwo ^'it!\nthree ^(1!\nfour ^4! !\nPump foo: !\n!Pump methodsFor: !\nfive ^5! !\n!Pump class commentStamp: 3 4!\nlost!\nPump bar ]!\n",
    ]);
}

#[test]
fn lines_end_alike_and_in_strings_as_in_an_image() {
    let text = "Object subclass: #Pump instanceVariableNames: '' category: 'x'!\n!Pump methodsFor: 'x'!\none\n\t^'a\nb'! !\n!Pump methodsFor: 'x'!\ntwo\n\t^two! !\n";
    let unit = |text: &str| {
        let (mut unit, findings) = parse(text);
        super::erase(&mut unit);
        (unit, findings)
    };
    let expected = unit(text);
    assert_eq!(expected.1, "");
    for ends in ["\r\n", "\r"] {
        assert_eq!(unit(&text.replace('\n', ends)), expected);
        assert_eq!(unit(&format!("\u{feff}{}", text.replace('\n', ends))), expected);
    }
    let printed = crate::print::unit(&expected.0);
    assert!(printed.contains("'a\rb'"), "{printed}");
}

#[test]
fn places_are_those_of_the_file() {
    let text = "'x!!'!\r!Pump methodsFor: '!!!!'!\rone\r\t^'!!' , foo! !\r";
    let (unit, findings) = parse(text);
    assert_eq!(findings, "");
    let source = Source::new("test.st", text);
    let method = &unit.methods[0];
    let at = |span: crate::source::Span| &source.text[span.start as usize..span.end as usize];
    assert_eq!(at(method.span), "one\n\t^'!!' , foo");
    assert_eq!((at(method.class.span), at(method.selector.span)), ("Pump", "one"));
    let crate::ast::Statement::Return(value) = &method.body.statements[0] else { panic!("no return") };
    assert_eq!(at(value.span), "'!!' , foo");
    assert_eq!(source.line_column(value.span.start as usize), (4, 3));
}
