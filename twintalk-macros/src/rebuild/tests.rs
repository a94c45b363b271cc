use super::*;

#[track_caller]
fn check(tokens: &str, expected: &str) {
    let (rebuilt, errors) = rebuild(tokens.parse().unwrap());
    assert!(errors.is_empty(), "{:?}", errors.iter().map(|(_, message)| message).collect::<Vec<_>>());
    assert_eq!(rebuilt.text, expected);
}

#[track_caller]
fn refused(tokens: &str, expected: &str) {
    let (_, errors) = rebuild(tokens.parse().unwrap());
    let said: Vec<&str> = errors.iter().map(|(_, message)| message.lines().next().unwrap_or_default()).collect();
    assert_eq!(said, [expected]);
}

#[test]
fn a_class_in_brackets() {
    check(
        "Twin subclass: Pump [\n  | press note |\n\n  press: bar [ press := bar. ^self ]\n]",
        "Twin subclass: Pump [\n| press note |\n\npress: bar [ press := bar. ^ self ]\n]",
    );
}

#[test]
fn lines_are_those_of_the_rust_file() {
    check("\n\nTwin subclass: Pump [\n\n]", "\n\nTwin subclass: Pump [\n\n]");
}

#[test]
fn assignments_are_glued_whatever_the_spacing() {
    check("a := b. a : = b. a:=b", "a := b. a := b. a := b");
}

#[test]
fn a_full_stop_after_a_number_ends_the_statement() {
    check("x := 3. y := 3.5. z := 2.max: 3", "x := 3. y := 3.5. z := 2. max: 3");
}

#[test]
fn strings_take_smalltalks_quotes() {
    check(r#"a := "it's". b := 'c'. d := r"\n". e := "\n""#, "a := 'it''s'. b := 'c'. d := '\\n'. e := '\n'");
}

#[test]
fn block_arguments_are_no_keywords() {
    check("[:x :y | x + y]", "[ :x :y | x + y ]");
    check("[ : x <Float | nil> :y | x at: y ]", "[ :x < Float | nil > :y | x at: y ]");
    check("d inject: 0 into: [:a :b | | t | a]", "d inject: 0 into: [ :a :b | | t | a ]");
    check("[:a]", "[ :a ]");
}

#[test]
fn symbols_are_one_token() {
    check("#sym. #at:put:. #+. #->. #Foo", "#sym. #at:put:. #+. #->. #Foo");
    check(r#"# "foo bar""#, "#'foo bar'");
    check("x perform: #at:put: with: 1 with: 2", "x perform: #at:put: with: 1 with: 2");
    check("x perform: #at: with: 1", "x perform: #at: with: 1");
}

#[test]
fn literal_arrays() {
    check("#(1 -2 foo at:put: #bar $a (3 -4) #[1 2])", "#( 1 -2 foo at:put: #bar $a ( 3 -4 ) #[ 1 2 ] )");
    check("#[1 2 255]", "#[ 1 2 255 ]");
    check("{1. -2. x - 3}", "{ 1. -2. x - 3 }");
}

#[test]
fn characters() {
    check("$a. $1. $. . $# = x", "$a. $1. $.. $# = x");
}

#[test]
fn numbers_keep_their_digits() {
    check("16rFF + 3.14s2 + 1e10 + 2.5e-3 + 1_000", "16rFF + 3.14s2 + 1e10 + 2.5e-3 + 1_000");
}

#[test]
fn a_minus_is_a_sign_where_an_operand_is_due() {
    check("a -1", "a - 1");
    check("a - 1", "a - 1");
    check("a := -1", "a := -1");
    check("a max: -1", "a max: -1");
    check("a > -1", "a > -1");
    check("a>-1", "a > -1");
    check("3--1", "3 - -1");
    check("^-1", "^ -1");
    check("(a) -1. [a] -1", "( a ) - 1. [ a ] - 1");
}

#[test]
fn operators_of_two_signs_are_glued_by_rule() {
    check("a >= b. a < = b. a ~= b. a ~ ~ b. a -> b. a == b", "a >= b. a <= b. a ~= b. a ~~ b. a -> b. a == b");
    check("Pump class >> new [ ]", "Pump class >> new [ ]");
    check("Twin << #Pump slots: { #a => Float }", "Twin << #Pump slots: { #a => Float }");
    check("a |b", "a | b");
}

#[test]
fn pragmas_and_types() {
    check(r#"<topic: "a/{id}" payload: "v"><private: #x>"#, "< topic: 'a/{id}' payload: 'v' > < private: #x >");
    check("set: x <Float> ^<Boolean> [ ]", "set: x < Float > ^ < Boolean > [ ]");
}

#[test]
fn cascades() {
    check(r#"Transcript show: "a"; cr; yourself"#, "Transcript show: 'a'; cr; yourself");
}

#[test]
fn rust_comments_vanish_and_doc_comments_are_smalltalks() {
    check("a foo. // why\nb bar /* not */.", "a foo.\nb bar.");
    check("/// The \"pump\".\n/// Old.\npress [ ]", "\"The 'pump'.\nOld.\"\npress [ ]");
}

#[test]
fn what_is_no_smalltalk_is_refused() {
    refused("a := 'text", "a string in `twin!` tokens stands in double quotes: \"text\"");
    refused("a := b\"x\"", "Smalltalk has no such literal");
    refused("a := $(x)", "this character cannot be written in `twin!` tokens");
}

#[test]
fn places_lead_back_to_the_tokens() {
    let (rebuilt, _) = rebuild("a := b foo: \"x'y\"".parse().unwrap());
    assert_eq!(rebuilt.text, "a := b foo: 'x''y'");
    let (start, end) = rebuilt.place(5, 18);
    assert_eq!((start.source_text(), end.source_text()), (Some("b".into()), Some("\"x'y\"".into())));
    let (colon, _) = rebuilt.place(8, 9);
    assert_eq!(colon.source_text().as_deref(), Some("foo"));
}
