//! What is printed is read again as what it was.

use super::erase;
use super::parse;
use crate::ast::*;
use crate::print;
use crate::source::{Source, Span};
use proptest::prelude::*;

const NOWHERE: Span = Span { file: 0, start: 0, end: 0 };

fn name(text: impl Into<String>) -> Name {
    Name { text: text.into(), span: NOWHERE }
}

fn selector(text: impl Into<String>) -> Selector {
    Selector { text: text.into(), span: NOWHERE }
}

fn identifier() -> impl Strategy<Value = String> {
    prop_oneof![Just("class".to_string()), Just("self".to_string()), Just("nil".to_string()), "[a-z][a-zA-Z0-9_]{0,6}", "_[a-z]", "é[a-z]"]
}

fn class_name() -> impl Strategy<Value = String> {
    "[A-Z][a-zA-Z0-9_]{0,6}"
}

fn operator() -> impl Strategy<Value = String> {
    prop_oneof!["[-+*/<>=,~@%|&?!\\\\]", "[-+*/<>=,~@%|&?!\\\\]{2,3}"]
}

fn keywords(parts: usize) -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z][a-zA-Z0-9_]{0,5}:", parts).prop_map(|parts| parts.concat())
}

fn any_type() -> impl Strategy<Value = Type> {
    (class_name(), prop::collection::vec(prop_oneof![class_name(), Just("nil".to_string())], 0..3))
        .prop_map(|(first, others)| Type { alternatives: std::iter::once(first).chain(others).map(name).collect(), span: NOWHERE })
}

fn variable() -> impl Strategy<Value = Variable> {
    (identifier(), prop::option::weighted(0.3, any_type())).prop_map(|(text, type_)| Variable { name: name(text), type_ })
}

fn variables() -> impl Strategy<Value = Vec<Variable>> {
    prop::collection::vec(variable(), 0..3)
}

/// Carriage returns in a source are ends of lines.
fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| text.replace('\r', ""))
}

fn literal() -> impl Strategy<Value = Literal> {
    let finite = any::<f64>().prop_filter("finite", |value| value.is_finite());
    let text = prop_oneof![text(), "[a-z' \"\n.]{0,8}"];
    let leaf = prop_oneof![
        "-?[1-9][0-9]{0,30}".prop_map(Literal::Integer),
        Just(Literal::Integer("0".into())),
        finite.prop_map(Literal::Float),
        prop::sample::select(vec![1e16, 1e-7, 0.1, -0.0, 5e-324, 1e300]).prop_map(Literal::Float),
        ("-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,5})?", 0u32..9).prop_map(|(value, scale)| Literal::Scaled { value, scale }),
        any::<char>().prop_filter("a line end", |value| *value != '\r').prop_map(Literal::Character),
        text.clone().prop_map(Literal::String),
        prop_oneof![text, operator(), identifier(), (1usize..4).prop_flat_map(keywords), "[a-z:=#]{1,5}"].prop_map(Literal::Symbol),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Literal::ByteArray),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        let constant = prop_oneof![4 => inner, 1 => prop::sample::select(vec![Literal::Nil, Literal::True, Literal::False])];
        prop::collection::vec(constant, 0..4).prop_map(Literal::Array)
    })
}

fn message(argument: impl Strategy<Value = Expression> + Clone + 'static) -> impl Strategy<Value = Message> {
    let unary = identifier().prop_map(|text| Message { selector: selector(text), arguments: Vec::new() });
    let binary =
        (operator(), argument.clone()).prop_map(|(text, argument)| Message { selector: selector(text), arguments: vec![argument] });
    let keyword = (1usize..4)
        .prop_flat_map(move |count| (keywords(count), prop::collection::vec(argument.clone(), count)))
        .prop_map(|(text, arguments)| Message { selector: selector(text), arguments });
    prop_oneof![unary, binary, keyword]
}

fn statement(expression: impl Strategy<Value = Expression>) -> impl Strategy<Value = Statement> {
    (any::<bool>(), expression).prop_map(|(returns, value)| if returns { Statement::Return(value) } else { Statement::Expression(value) })
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![identifier().prop_map(Kind::Variable), class_name().prop_map(Kind::Variable), literal().prop_map(Kind::Literal)];
    let leaf = leaf.prop_map(|kind| Expression { kind, span: NOWHERE });
    leaf.prop_recursive(5, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let messages = prop::collection::vec(message(inner.clone().boxed()), 2..4);
        let body = (variables(), prop::collection::vec(statement(inner.clone()), 0..3)).prop_map(|(temporaries, statements)| Body {
            temporaries,
            pragmas: Vec::new(),
            statements,
        });
        let kind = prop_oneof![
            1 => (identifier(), boxed.clone()).prop_map(|(target, value)| Kind::Assign { target: name(target), value }),
            4 => (boxed.clone(), message(inner.clone().boxed())).prop_map(|(receiver, message)| Kind::Send { receiver, message }),
            1 => (boxed, messages).prop_map(|(receiver, messages)| Kind::Cascade { receiver, messages }),
            2 => (variables(), body).prop_map(|(arguments, body)| Kind::Block { arguments, body }),
            1 => prop::collection::vec(inner, 0..3).prop_map(Kind::Brace),
        ];
        kind.prop_map(|kind| Expression { kind, span: NOWHERE })
    })
}

fn pragma() -> impl Strategy<Value = Pragma> {
    let unary = "[a-z]{2,6}".prop_filter("a type", |text| text != "nil").prop_map(|text| (text, Vec::new()));
    let keyword = (1usize..3)
        .prop_flat_map(|count| (keywords(count), prop::collection::vec(literal(), count)))
        .prop_filter("the protocol", |(text, _)| text != "category:");
    prop_oneof![unary, keyword].prop_map(|(text, arguments)| Pragma { selector: selector(text), arguments, span: NOWHERE })
}

fn slots() -> impl Strategy<Value = Vec<Slot>> {
    let slot = variable().prop_map(|variable| Slot { name: variable.name, type_: variable.type_ });
    prop::collection::vec(slot, 0..3)
}

fn composition() -> impl Strategy<Value = Composition> {
    let symbols = || prop::collection::vec(prop_oneof![identifier(), operator(), keywords(2)].prop_map(name), 0..3);
    let leaf = (class_name(), any::<bool>()).prop_map(|(text, class_side)| Composition::Trait { name: name(text), class_side });
    leaf.prop_recursive(3, 8, 3, move |inner| {
        let traits = inner.clone().prop_map(Box::new).boxed();
        let aliases = prop::collection::vec((identifier().prop_map(name), identifier().prop_map(name)), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Composition::Sum),
            (traits.clone(), symbols()).prop_map(|(traits, selectors)| Composition::Without { traits, selectors }),
            (traits.clone(), symbols()).prop_map(|(traits, slots)| Composition::WithoutSlots { traits, slots }),
            (traits, aliases).prop_map(|(traits, aliases)| Composition::Alias { traits, aliases }),
        ]
    })
}

fn class() -> impl Strategy<Value = Class> {
    let names = || prop::collection::vec(class_name().prop_map(name), 0..3);
    let layout = prop::sample::select(vec![Layout::Fixed, Layout::Indexed, Layout::Bytes, Layout::Words]);
    let kind = (any::<bool>(), prop::option::of(class_name().prop_map(name)));
    let traits = (prop::option::of(composition()), prop::option::of(composition()));
    let parts = (slots(), names(), slots(), names(), prop::option::of(layout), traits);
    let texts = (prop::option::of(text()), prop::option::of(text()));
    (kind, parts, texts, prop::collection::vec(pragma(), 0..3)).prop_map(|((is_trait, superclass), parts, (comment, category), pragmas)| {
        let (slots, class_variables, class_slots, pools, layout, (traits, class_traits)) = parts;
        let (kind, superclass) = if is_trait { (ClassKind::Trait, None) } else { (ClassKind::Class, superclass) };
        Class {
            slots,
            class_variables,
            class_slots,
            comment,
            category,
            pragmas,
            pools,
            layout,
            traits,
            class_traits,
            ..Class::new(name(""), kind, superclass, NOWHERE)
        }
    })
}

fn method() -> impl Strategy<Value = Method> {
    let unary = identifier().prop_map(|text| (text, 0));
    let binary = operator().prop_map(|text| (text, 1));
    let keyword = (1usize..4).prop_flat_map(|count| keywords(count).prop_map(move |text| (text, count)));
    let head = prop_oneof![unary, binary, keyword]
        .prop_flat_map(|(text, count)| (Just(text), prop::collection::vec(variable(), count), prop::option::of(any_type())));
    let body = (variables(), prop::collection::vec(pragma(), 0..2), prop::collection::vec(statement(expression()), 0..4))
        .prop_map(|(temporaries, pragmas, statements)| Body { temporaries, pragmas, statements });
    let texts = (prop::option::of(text()), prop::option::of("[a-z\" \n]{0,9}"));
    (class_name(), any::<bool>(), head, texts, body).prop_map(
        |(class, class_side, (text, arguments, result), (category, comment), body)| Method {
            class: name(class),
            class_side,
            origin: None,
            selector: selector(text),
            arguments,
            result,
            category,
            comment,
            body,
            span: NOWHERE,
        },
    )
}

fn unit() -> impl Strategy<Value = Unit> {
    let top =
        (variables(), statement(expression())).prop_map(|(temporaries, statement)| TopLevel { temporaries, statement, span: NOWHERE });
    // Statements that would define something are none.
    let top = top.prop_filter("a definition", |top| {
        let text = print::unit(&Unit { statements: vec![top.clone()], ..Unit::default() });
        !text.contains("<<") && !text.contains(" class ")
    });
    (prop::collection::vec(class(), 0..3), prop::collection::vec(method(), 0..3), prop::collection::vec(top, 0..3)).prop_map(
        |(mut classes, methods, statements)| {
            for (index, class) in classes.iter_mut().enumerate() {
                class.name = name(format!("Class{index}"));
            }
            Unit { classes, methods, statements }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn expressions(expression in expression()) {
        let text = print::expression(&expression);
        let source = Source::new("test.st", text.as_str());
        let mut diagnostics = Default::default();
        let again = super::super::expression(&source, 0, &mut diagnostics);
        prop_assert!(diagnostics.is_empty(), "{}\n{}", text, diagnostics.render(&[source], false));
        let mut again = again.expect("an expression");
        erase(&mut again);
        prop_assert_eq!(again, expression, "{}", text);
    }

    #[test]
    fn units(unit in unit()) {
        let text = print::unit(&unit);
        let (mut again, findings) = parse(&text);
        prop_assert!(findings.is_empty(), "{}\n{}", text, findings);
        erase(&mut again);
        prop_assert_eq!(again, unit, "{}", text);
    }
}
