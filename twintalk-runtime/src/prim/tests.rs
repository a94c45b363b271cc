//! Primitives called directly, in a turn of a program that adds nothing to the library.

use super::*;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::Stdout;
use crate::library::class;
use crate::object::Kind;
use crate::program::Program;
use crate::turn::Turn;
use crate::value::{NIL, TRUE, Value};
use num_bigint::BigInt;

static EMPTY: Program = crate::testing::NOTHING;

#[track_caller]
fn turn(body: impl FnOnce(&mut Turn)) {
    let mut turn = Turn::new(Frozen::new(&EMPTY), Box::new(Stdout), Limits::default());
    let outcome = turn.run(|t| {
        body(t);
        Ok(NIL)
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// The value of a primitive that must not fail.
#[track_caller]
fn some(answer: Try) -> Value {
    match answer {
        Ok(Some(value)) => value,
        other => panic!("{other:?}"),
    }
}

fn big(text: &str, t: &mut Turn) -> Value {
    let integer: BigInt = text.parse().expect("digits");
    t.big_integer(&integer)
}

#[track_caller]
fn text(value: Value, t: &Turn) -> String {
    t.text(value).expect("a string")
}

#[test]
fn integers_promote_and_demote() {
    turn(|t| {
        let max = big("1152921504606846975", t);
        assert_eq!(t.class_of(max), class::SMALL_INTEGER);
        let more = some(integer_plus(max, Value::int(1), t));
        assert_eq!(t.class_of(more), class::LARGE_POSITIVE_INTEGER);
        let less = some(integer_minus(more, Value::int(1), t));
        assert_eq!(t.class_of(less), class::SMALL_INTEGER);
        let product = some(integer_times(max, max, t));
        let printed = some(integer_print_string(product, t));
        assert_eq!(text(printed, t), "1329227995784915870597964051066650625");
    });
}

#[test]
fn divisions_round_as_their_names_say() {
    turn(|t| {
        for (a, b, floor, modulo, quo, rem) in
            [(17, 5, 3, 2, 3, 2), (-17, 5, -4, 3, -3, -2), (17, -5, -4, -3, -3, 2), (-17, -5, 3, -2, 3, -2)]
        {
            let (a, b) = (Value::int(a), Value::int(b));
            assert_eq!(some(integer_floor_divide(a, b, t)), Value::int(floor));
            assert_eq!(some(integer_modulo(a, b, t)), Value::int(modulo));
            assert_eq!(some(integer_quo(a, b, t)), Value::int(quo));
            assert_eq!(some(integer_rem(a, b, t)), Value::int(rem));
        }
        for divide in [integer_floor_divide, integer_modulo, integer_quo, integer_rem, integer_divide] {
            assert_eq!(divide(Value::int(1), Value::int(0), t), Ok(None));
        }
    });
}

#[test]
fn extremes_do_not_panic() {
    turn(|t| {
        let (least, most) = (Value::int(crate::value::MIN_SMALL), Value::int(crate::value::MAX_SMALL));
        let huge = big(&"9".repeat(400), t);
        let odd = [least, most, huge, Value::float(f64::NAN), Value::float(f64::INFINITY), NIL, TRUE, Value::int(-1), Value::int(0)];
        for a in odd {
            for b in odd {
                for primitive in [
                    integer_plus,
                    integer_minus,
                    integer_times,
                    integer_divide,
                    integer_floor_divide,
                    integer_modulo,
                    integer_quo,
                    integer_rem,
                    integer_bit_and,
                    integer_bit_or,
                    integer_bit_xor,
                    integer_bit_shift,
                    integer_gcd,
                    integer_raised,
                    integer_nth_root,
                    integer_less,
                    integer_equal,
                    float_plus,
                    float_divide,
                    float_raised_to_integer,
                    float_times_two_power,
                    float_from_bits,
                    float_from_short_bits,
                    integer_byte_at,
                    large_integer_new,
                    string_read_integer,
                    float_print_radix,
                    integer_print_radix,
                    character_value,
                    object_at,
                    array_at,
                    string_at,
                    array_grow,
                    string_equal,
                    string_compare,
                    string_concat,
                    array_concat,
                    object_inst_var_at,
                    class_basic_new_size,
                    set_find,
                    dictionary_find,
                ] {
                    let _ = primitive(a, b, t);
                }
                let _ = array_copy_range(a, b, a, t);
                let _ = string_filled(Value::class(class::STRING), b, a, t);
            }
            for primitive in [
                integer_negated,
                integer_high_bit,
                integer_low_bit,
                integer_bit_count,
                integer_sqrt_floor,
                integer_is_probably_prime,
                float_truncated,
                float_to_short_bits,
                float_successor,
                number_hash,
            ] {
                let _ = primitive(a, t);
            }
        }
    });
}

#[test]
fn floats_print_as_pharo_prints_them() {
    for (float, printed) in [
        (0.1, "0.1"),
        (1.0, "1.0"),
        (100.0, "100.0"),
        (123_456.789, "123456.789"),
        (1e6, "1.0e6"),
        (0.0001, "0.0001"),
        (1e-5, "1.0e-5"),
        (-2.5, "-2.5"),
        (-0.0, "-0.0"),
        (1e100, "1.0e100"),
        (1.5e300, "1.5e300"),
        (f64::NAN, "Float nan"),
        (f64::NEG_INFINITY, "Float infinity negated"),
        (5e-324, "5.0e-324"),
        (f64::MAX, "1.7976931348623157e308"),
    ] {
        assert_eq!(float_text(float), printed);
    }
}

#[test]
fn numbers_compare_and_hash_alike() {
    turn(|t| {
        let exact = big("4611686018427387904", t);
        let next = big("4611686018427387905", t);
        let float = Value::float(4_611_686_018_427_387_904.0);
        assert_eq!(some(integer_equal(exact, float, t)), TRUE);
        assert_eq!(some(integer_equal(next, float, t)), Value::boolean(false));
        assert_eq!(some(integer_greater(next, float, t)), TRUE);
        assert_eq!(some(number_hash(exact, t)), some(number_hash(float, t)));
        assert_eq!(some(number_hash(Value::int(1), t)), some(number_hash(Value::float(1.0), t)));
    });
}

#[test]
fn fractions_become_the_nearest_float() {
    turn(|t| {
        let cases = [("1", "3", 1.0 / 3.0), ("1", "10", 0.1), ("-7", "2", -3.5), ("9007199254740993", "1", 9_007_199_254_740_992.0)];
        for (numerator, denominator, float) in cases {
            let parts = [big(numerator, t), big(denominator, t)];
            let fraction = t.new_values(Kind::Values, class::FRACTION, &parts);
            assert_eq!(some(fraction_as_float(fraction, t)), Value::float(float));
        }
        let (one, vast) = (Value::int(1), big(&format!("1{}", "0".repeat(320)), t));
        let tiny = t.new_values(Kind::Values, class::FRACTION, &[one, vast]);
        assert_eq!(some(fraction_as_float(tiny, t)), Value::float(1e-320));
    });
}

#[test]
fn strings_are_narrow_where_that_suffices() {
    turn(|t| {
        let (narrow, wide) = (t.string("Zürich"), t.string("日本"));
        assert_eq!(t.kind_of(narrow), Some(Kind::Bytes));
        assert_eq!(t.kind_of(wide), Some(Kind::Wide));
        let joined = some(string_concat(narrow, wide, t));
        assert_eq!(text(joined, t), "Zürich日本");
        let part = some(array_copy_range(joined, Value::int(1), Value::int(6), t));
        assert_eq!(t.kind_of(part), Some(Kind::Bytes));
        assert_eq!(some(string_equal(part, narrow, t)), TRUE);
        let same = t.string("Zürich");
        assert_eq!(some(string_hash(part, t)), some(string_hash(same, t)));
        let kanji = Value::character('日');
        assert_eq!(some(string_at_put(narrow, Value::int(1), kanji, t)), kanji);
        assert_eq!(text(narrow, t), "日ürich");
        assert_eq!(some(string_at_put(wide, Value::int(2), kanji, t)), kanji);
        assert_eq!(text(wide, t), "日日");
    });
}

#[test]
fn numbers_are_read_from_strings() {
    turn(|t| {
        for (source, printed) in [
            ("42", "42"),
            ("-7", "-7"),
            ("3.5", "3.5"),
            // Radix and scale are left to the library.
            ("16rFF", "nil"),
            ("1.5s2", "nil"),
            ("1e3", "1000"),
            ("2e-1", "(1/5)"),
            ("1.5e-3", "0.0015"),
            ("12abc", "12"),
            ("", "nil"),
            ("abc", "nil"),
            ("1e999999999", "nil"),
        ] {
            let string = t.string(source);
            let number = string_as_number(string, t).expect("no error");
            let printed_number = match number {
                None => "nil".to_owned(),
                Some(value) if value.is_float() => float_text(value.as_float().unwrap_or_default()),
                Some(value) => match t.big(value) {
                    Some(integer) => integer.to_string(),
                    None => format!("({}/{})", t.big(t.slot(value, 0)).unwrap_or_default(), t.big(t.slot(value, 1)).unwrap_or_default()),
                },
            };
            assert_eq!(printed_number, printed, "{source}");
        }
    });
}

#[test]
fn deep_copies_keep_cycles_and_sharing() {
    turn(|t| {
        let shared = t.string("x");
        let array = t.new_values(Kind::Values, class::ARRAY, &[shared, shared, NIL]);
        t.set_slot(array, 2, array).expect("scratch can be written");
        let copy = some(object_deep_copy(array, t));
        assert_ne!(copy, array);
        assert_eq!(t.slot(copy, 2), copy);
        assert_eq!(t.slot(copy, 0), t.slot(copy, 1));
        assert_ne!(t.slot(copy, 0), shared);
    });
}

#[test]
fn ranges_outside_fail() {
    turn(|t| {
        let string = t.string("abc");
        for (from, to) in [(0, 2), (2, 4), (-1, 1), (5, 6)] {
            assert_eq!(array_copy_range(string, Value::int(from), Value::int(to), t), Ok(None));
        }
        let empty = some(array_copy_range(string, Value::int(4), Value::int(3), t));
        assert_eq!(text(empty, t), "");
    });
}
