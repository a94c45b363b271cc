//! Values from and to JSON.

use num_bigint::BigInt;
use proptest::prelude::*;

use crate::{
    data::Data,
    server::json::{Out, Reader},
};

fn read(text: &str) -> Result<Data, String> {
    Reader::new(text.as_bytes()).whole().map_err(|wrong| wrong.0)
}

fn write(data: &Data) -> Result<String, String> {
    serde_json::to_string(&Out::new(data)).map_err(|why| why.to_string())
}

/// JSON that is the same after a way through Data.
#[track_caller]
fn same(text: &str, data: Data) {
    assert_eq!(read(text), Ok(data.clone()));
    assert_eq!(write(&data).as_deref(), Ok(text));
}

fn string(text: &str) -> Data {
    Data::String(text.to_owned())
}

fn big(text: &str) -> BigInt {
    text.parse().expect("digits")
}

#[test]
fn there_and_back() {
    same("null", Data::Nil);
    same("true", Data::Boolean(true));
    same("25", Data::Integer(25));
    same("25.0", Data::Float(25.0));
    same("-9223372036854775808", Data::Integer(i64::MIN));
    same("9223372036854775808", Data::LargeInteger(big("9223372036854775808")));
    same("-123456789012345678901234567890", Data::LargeInteger(big("-123456789012345678901234567890")));
    same("0.1", Data::Float(0.1));
    same("5e-324", Data::Float(5e-324));
    same(r#""a \"b\" \\ ü \n""#, string("a \"b\" \\ ü \n"));
    same("[1,[2.5,null],[]]", Data::Array(vec![Data::Integer(1), Data::Array(vec![Data::Float(2.5), Data::Nil]), Data::Array(vec![])]));
    same(r#"{"b":1,"a":{}}"#, Data::Dictionary(vec![(string("b"), Data::Integer(1)), (string("a"), Data::Dictionary(vec![]))]));
    same(r#"{"twin":"boiler-7"}"#, Data::Twin("boiler-7".to_owned()));
}

#[test]
fn only_an_id_alone_is_a_twin() {
    assert!(matches!(read(r#"{"twin":7}"#), Ok(Data::Dictionary(_))));
    assert!(matches!(read(r#"{"twin":"a","b":1}"#), Ok(Data::Dictionary(_))));
}

#[test]
fn numbers_in() {
    assert_eq!(read("1e3"), Ok(Data::Float(1000.0)));
    assert_eq!(read("-0"), Ok(Data::Integer(0)));
    assert_eq!(read("-0.0").map(|data| write(&data)), Ok(Ok("-0.0".to_owned())));
    for wrong in ["1e999", "NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "0x1", "-", "1_0"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert_eq!(read("1e999").expect_err("too large"), "number too large for a Float at column 5");
    assert!(read(&"9".repeat(100_001)).is_err());
}

#[test]
fn texts_that_are_no_json() {
    for wrong in ["", " ", "[1,]", "{\"a\"}", "{a:1}", "[1 2]", "'a'", "1 2", "\"\u{1}\"", "\"\\ud800\"", "nul", "[", "\u{feff}1"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(Reader::new(b"\"\xff\"").whole().is_err());
}

#[test]
fn depth_is_limited_both_ways() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(128)).is_ok());
    assert!(read(&nested(129)).expect_err("deep").contains("128 deep"));
    assert!(read(&"[".repeat(1_000_000)).is_err());
    assert!(read(&"{\"a\":".repeat(1_000_000)).is_err());
    let deep = (0..200).fold(Data::Nil, |inner, _| Data::Array(vec![inner]));
    assert!(write(&deep).expect_err("deep").contains("128 deep"));
}

#[test]
fn values_out() {
    assert_eq!(write(&Data::Symbol("at:put:".to_owned())).as_deref(), Ok("\"at:put:\""));
    assert_eq!(write(&Data::Character('ü')).as_deref(), Ok("\"ü\""));
    assert_eq!(write(&Data::ByteArray(vec![0, 255])).as_deref(), Ok("[0,255]"));
    let point = Data::Object { class: "Point".to_owned(), slots: vec![("x".to_owned(), Data::Integer(3))] };
    assert_eq!(write(&point).as_deref(), Ok(r#"{"class":"Point","x":3}"#));
    let numbered = Data::Dictionary(vec![(Data::Integer(1), Data::Nil), (Data::Symbol("a".to_owned()), Data::Nil)]);
    assert_eq!(write(&numbered).as_deref(), Ok(r#"{"1":null,"a":null}"#));
    assert!(write(&Data::Dictionary(vec![(point, Data::Nil)])).is_err());
    let twice = Data::Dictionary(vec![(Data::Integer(1), Data::Nil), (string("1"), Data::Nil)]);
    assert!(write(&twice).expect_err("ambiguous").contains("\"1\""));
    for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(write(&Data::Array(vec![Data::Float(none)])).is_err());
    }
}

#[test]
fn fractions_are_the_nearest_number() {
    let fraction = |numerator: &str, denominator: &str| write(&Data::Fraction(big(numerator), big(denominator)));
    assert_eq!(fraction("1", "2").as_deref(), Ok("0.5"));
    assert_eq!(fraction("-1", "3").as_deref(), Ok("-0.3333333333333333"));
    assert_eq!(fraction("2", "3").as_deref(), Ok("0.6666666666666666"));
    let huge = "1".repeat(400);
    assert_eq!(fraction(&huge, &format!("{huge}0")).as_deref(), Ok("0.1"));
    assert!(fraction(&huge, "7").is_err());
    assert_eq!(fraction("1", &format!("1{}", "0".repeat(310))).as_deref(), Ok("1e-310"));
}

#[test]
fn objects_of_known_fields() {
    let fields = |text: &str| {
        let mut found = Vec::new();
        let outcome = Reader::new(text.as_bytes()).fields(&["a", "b"], |field, reader| {
            found.push((field, reader.string()?));
            Ok(())
        });
        outcome.map(|()| found).map_err(|wrong| wrong.0)
    };
    assert_eq!(fields(r#" {"b":"x","a":"y"} "#), Ok(vec![(1, "x".to_owned()), (0, "y".to_owned())]));
    assert_eq!(fields("{}"), Ok(vec![]));
    assert_eq!(fields(r#"{"c":1}"#), Err("unknown field `c`; the fields are `a`, `b`".to_owned()));
    assert_eq!(fields(r#"{"a":1}"#), Err("`a`: expected string but found int at column 6".to_owned()));
    assert_eq!(fields("{\n \"a\" 1}"), Err("expected `:` at line 2 column 6".to_owned()));
    assert!(fields("[]").is_err());
    assert!(fields(r#"{"a":"x"} x"#).is_err());
}

fn any_data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        Just(Data::Nil),
        any::<bool>().prop_map(Data::Boolean),
        any::<i64>().prop_map(Data::Integer),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Data::Float),
        any::<String>().prop_map(Data::String),
        "[1-9][0-9]{19,40}".prop_map(|digits| Data::LargeInteger(big(&digits))),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Data::Array),
            prop::collection::vec(("[a-s]{0,3}".prop_map(Data::String), inner), 0..4).prop_map(Data::Dictionary),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(data in any_data()) {
        let text = write(&data).expect("it has a form");
        prop_assert_eq!(read(&text), Ok(data));
    }

    #[test]
    fn no_text_is_fatal(text in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Reader::new(&text).whole();
    }
}
