//! The messages that enumerate, and the loops they stand for where the runtime knows the collection.

use super::{Site, set};
use crate::ast;
use crate::ir::{Const, Each, Expr, Kind, LocalId, Send, Step, Target};

/// A message of enumeration.
pub struct Rule {
    pub selector: &'static str,
    pub begin: Begin,
    /// For every argument how many arguments its block may have; none where it is no block.
    pub blocks: &'static [&'static [usize]],
    /// The loop, and what the message answers.
    pub make: fn(&mut Site<'_, '_, '_>) -> Vec<Expr>,
}

/// How an enumeration begins.
pub enum Begin {
    /// `rt::each::Walk`
    Walk(&'static str),
    /// From one place to another.
    Range,
    /// At a key.
    Find(&'static str),
    /// Two sequences of the same size.
    Both,
    /// With integers, counted up.
    Numbers,
}

impl Begin {
    /// The walk through the collection itself; of none of `rt::each::Walk` the empty text.
    pub fn walk(&self) -> &'static str {
        match self {
            Begin::Walk(walk) => walk,
            Begin::Both => "Places",
            Begin::Range | Begin::Find(_) | Begin::Numbers => "",
        }
    }
}

const ONE: &[usize] = &[1];
const TWO: &[usize] = &[2];
const NONE: &[usize] = &[0];
const ANY: &[usize] = &[0, 1];
/// An argument that is no block.
const PLAIN: &[usize] = &[];

const fn rule(selector: &'static str, walk: &'static str, blocks: &'static [&'static [usize]], make: Make) -> Rule {
    Rule { selector, begin: Begin::Walk(walk), blocks, make }
}

const fn find(selector: &'static str, walk: &'static str, blocks: &'static [&'static [usize]], make: Make) -> Rule {
    Rule { selector, begin: Begin::Find(walk), blocks, make }
}

type Make = fn(&mut Site<'_, '_, '_>) -> Vec<Expr>;

/// A walk is named for what the library's methods of these names do: see `rt::each::Walk`.
pub const RULES: &[Rule] = &[
    rule("do:", "Elements", &[ONE], each),
    rule("reverseDo:", "Backward", &[ONE], each),
    rule("valuesDo:", "Values", &[ONE], each),
    rule("keysDo:", "Keys", &[ONE], each),
    rule("allButFirstDo:", "AllButFirst", &[ONE], each),
    rule("allButLastDo:", "AllButLast", &[ONE], each),
    Rule { selector: "from:to:do:", begin: Begin::Range, blocks: &[PLAIN, PLAIN, ONE], make: each },
    Rule { selector: "to:by:do:", begin: Begin::Numbers, blocks: &[PLAIN, PLAIN, ONE], make: steps },
    rule("keysAndValuesDo:", "Pairs", &[TWO], key_and_element),
    rule("doWithIndex:", "Places", &[TWO], element_and_key),
    rule("withIndexDo:", "Places", &[TWO], element_and_key),
    rule("reverseWithIndexDo:", "BackwardPlaces", &[TWO], element_and_key),
    Rule { selector: "with:do:", begin: Begin::Both, blocks: &[PLAIN, TWO], make: both },
    rule("do:separatedBy:", "Searched", &[ONE, NONE], separated),
    rule("collect:", "Collected", &[ONE], collect),
    rule("collectWithIndex:", "PlacesCollected", &[TWO], collect),
    rule("withIndexCollect:", "PlacesCollected", &[TWO], collect),
    rule("select:", "Selected", &[ONE], |site| select(site, true)),
    rule("reject:", "Selected", &[ONE], |site| select(site, false)),
    rule("inject:into:", "Elements", &[PLAIN, TWO], inject),
    rule("count:", "Elements", &[ONE], count),
    rule("anySatisfy:", "Searched", &[ONE], |site| satisfy(site, true, true)),
    rule("contains:", "Searched", &[ONE], |site| satisfy(site, true, true)),
    rule("allSatisfy:", "Searched", &[ONE], |site| satisfy(site, false, false)),
    rule("noneSatisfy:", "Searched", &[ONE], |site| satisfy(site, true, false)),
    rule("detect:ifNone:", "Searched", &[ONE, NONE], |site| detect(site, |_, found| vec![found], |site| site.statements(1))),
    rule("detect:", "Searched", &[ONE], |site| detect(site, |_, found| vec![found], not_found)),
    rule("detect:ifFound:", "Elements", &[ONE, ANY], |site| detect(site, told, |site| vec![Expr::nil(site.span)])),
    rule("detect:ifFound:ifNone:", "Elements", &[ONE, ANY, NONE], |site| detect(site, told, |site| site.statements(2))),
    rule("ifEmpty:", "Size", &[NONE], |site| if_empty(site, Some(0), None)),
    rule("ifNotEmpty:", "Size", &[ANY], |site| if_empty(site, None, Some(0))),
    rule("ifEmpty:ifNotEmpty:", "Size", &[NONE, ANY], |site| if_empty(site, Some(0), Some(1))),
    rule("ifNotEmpty:ifEmpty:", "Size", &[ANY, NONE], |site| if_empty(site, Some(1), Some(0))),
    find("at:ifAbsent:", "Searched", &[PLAIN, NONE], |site| found(site, None, |site| site.statements(0))),
    find("at:ifPresent:", "Searched", &[PLAIN, ANY], |site| found(site, Some(0), |site| vec![Expr::nil(site.span)])),
    find("at:ifPresent:ifAbsent:", "Searched", &[PLAIN, ANY, NONE], |site| found(site, Some(0), |site| site.statements(1))),
    find("at:ifAbsentPut:", "Keys", &[PLAIN, NONE], |site| found(site, None, put_absent)),
    find("removeKey:ifAbsent:", "Keys", &[PLAIN, NONE], remove_key),
];

/// A loop over a walk; the block's arguments are bound by `bind` to the element and the key.
fn walk(
    site: &mut Site<'_, '_, '_>,
    block: usize,
    bind: impl FnOnce(&[LocalId]) -> (Option<LocalId>, Option<LocalId>),
    body: impl FnOnce(&mut Site<'_, '_, '_>, &[LocalId], Vec<Expr>) -> Vec<Expr>,
) -> Expr {
    let (arguments, statements) = site.block(block);
    let (element, key) = bind(&arguments);
    let next = site.next(element, key);
    let body = body(site, &arguments, statements);
    site.repeat(next, body)
}

fn first(arguments: &[LocalId]) -> (Option<LocalId>, Option<LocalId>) {
    (arguments.first().copied(), arguments.get(1).copied())
}

fn each(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    vec![walk(site, 0, first, |_, _, statements| statements), site.local(site.collection)]
}

/// `to:by:do:` with a step that is no constant.
fn steps(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let (limit, step) = (site.operands[0], site.operands[1]);
    let counter = site.hidden("counter");
    let (arguments, statements) = site.block(0);
    let within = site.operator("<=", "less_equal", counter, site.local(limit));
    let next = set(counter, site.operator("+", "plus", counter, site.local(step)));
    let mut body = vec![set(arguments[0], site.local(counter))];
    body.extend(statements);
    body.push(next);
    vec![set(counter, site.local(site.collection)), site.repeat(within, body), site.local(site.collection)]
}

fn element_and_key(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    each(site)
}

fn key_and_element(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let bind = |arguments: &[LocalId]| (arguments.get(1).copied(), arguments.first().copied());
    vec![walk(site, 0, bind, |_, _, statements| statements), site.local(site.collection)]
}

/// `with:do:`: the other collection has the next cursor.
fn both(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let other = site.operands[0];
    let (arguments, statements) = site.block(0);
    let next = site.next(Some(arguments[0]), None);
    let operands = vec![site.local(other)];
    let step = Each { step: Step::Next, walk: "Places", cursor: site.cursor + 1, operands, element: Some(arguments[1]), key: None };
    let also = site.expr(Kind::Each(Box::new(step)));
    let next = site.expr(Kind::And(Box::new(next), vec![also]));
    vec![site.repeat(next, statements), site.local(site.collection)]
}

fn separated(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let started = site.flag("started");
    let between = site.statements(1);
    let body = walk(site, 0, first, |site, _, statements| {
        let started_now = set(started, site.truth(true));
        let between = site.when(site.local(started), between, vec![started_now]);
        [between].into_iter().chain(statements).collect()
    });
    vec![set(started, site.truth(false)), body, site.local(site.collection)]
}

fn collect(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    gather(site, |site, result, _, statements| {
        let value = site.sequence(statements);
        vec![put(site, result, value)]
    })
}

fn select(site: &mut Site<'_, '_, '_>, wanted: bool) -> Vec<Expr> {
    gather(site, |site, result, arguments, statements| {
        let condition = site.sequence(statements);
        let put = vec![put(site, result, site.local(arguments[0]))];
        let (then, otherwise) = if wanted { (put, Vec::new()) } else { (Vec::new(), put) };
        vec![site.when(condition, then, otherwise)]
    })
}

fn gather(site: &mut Site<'_, '_, '_>, body: impl FnOnce(&mut Site<'_, '_, '_>, LocalId, &[LocalId], Vec<Expr>) -> Vec<Expr>) -> Vec<Expr> {
    let result = site.hidden("result");
    let begin = set(result, site.step(Step::Gather, &[site.collection]));
    let body = walk(site, 0, first, |site, arguments, statements| body(site, result, arguments, statements));
    vec![begin, body, site.step(Step::Gathered, &[site.collection, result])]
}

fn put(site: &Site<'_, '_, '_>, result: LocalId, value: Expr) -> Expr {
    let operands = vec![site.local(result), value];
    site.expr(Kind::Each(Box::new(Each { step: Step::Put, walk: site.walk, cursor: site.cursor, operands, element: None, key: None })))
}

/// The block's first argument holds the result so far.
fn inject(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let start = site.operands[0];
    let mut sum = start;
    let body = walk(
        site,
        0,
        |arguments| (Some(arguments[1]), None),
        |site, arguments, statements| {
            sum = arguments[0];
            vec![set(sum, site.sequence(statements))]
        },
    );
    vec![set(sum, site.local(start)), body, site.local(sum)]
}

fn count(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let count = site.flag("count");
    let selector = site.body.module.symbols.intern("+");
    let body = walk(site, 0, first, |site, _, statements| {
        let condition = site.sequence(statements);
        let (receiver, one) = (site.local(count), site.constant(Const::Int(1)));
        let target = Target::Operator("plus");
        let plus = Send::new(receiver, selector, "+".into(), vec![one], target);
        let more = set(count, site.expr(Kind::Send(Box::new(plus))));
        vec![site.when(condition, vec![more], Vec::new())]
    });
    vec![set(count, site.constant(Const::Int(0))), body, site.local(count)]
}

/// A loop that ends where the block answers `stop`; `at_end` runs there.
fn search(site: &mut Site<'_, '_, '_>, stop: bool, at_end: impl FnOnce(&mut Site<'_, '_, '_>, LocalId) -> Vec<Expr>) -> Expr {
    let (arguments, statements) = site.block(0);
    let condition = site.sequence(statements);
    let mut ended = at_end(site, arguments[0]);
    ended.push(site.truth(false));
    let on = vec![site.truth(true)];
    let test = if stop { site.when(condition, ended, on) } else { site.when(condition, on, ended) };
    let next = site.next(Some(arguments[0]), None);
    let goes_on = site.expr(Kind::And(Box::new(next), vec![test]));
    site.repeat(goes_on, Vec::new())
}

/// Ends where the block answers `stop` with `answer`, else answers the contrary.
fn satisfy(site: &mut Site<'_, '_, '_>, stop: bool, answer: bool) -> Vec<Expr> {
    let result = site.flag("result");
    let body = search(site, stop, |site, _| vec![set(result, site.truth(answer))]);
    vec![set(result, site.truth(!answer)), body, site.local(result)]
}

fn detect(
    site: &mut Site<'_, '_, '_>,
    found: impl FnOnce(&mut Site<'_, '_, '_>, Expr) -> Vec<Expr>,
    none: impl FnOnce(&mut Site<'_, '_, '_>) -> Vec<Expr>,
) -> Vec<Expr> {
    let (ended, result) = (site.flag("found"), site.hidden("result"));
    let body = search(site, true, |site, element| vec![set(ended, site.truth(true)), set(result, site.local(element))]);
    let found = found(site, site.local(result));
    let none = none(site);
    vec![set(ended, site.truth(false)), body, site.when(site.local(ended), found, none)]
}

/// `ifFound:` takes what was found, or nothing.
fn told(site: &mut Site<'_, '_, '_>, found: Expr) -> Vec<Expr> {
    let Kind::Local(found) = found.kind else { return vec![found] };
    site.told(1, found)
}

/// `detect:` tells the block that found nothing.
fn not_found(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let Some(ast::Expression { kind: ast::Kind::Block { arguments, body: text }, span: written }) = site.first else { return Vec::new() };
    let (collection, span) = (site.collection, site.span);
    let selector = site.body.module.symbols.intern("errorNotFound:");
    site.again(|site| {
        super::with_blocks(site.body, selector, "errorNotFound:", span, |body, detour| {
            (collection, vec![body.block(arguments, text, detour, *written)])
        })
    })
}

fn if_empty(site: &mut Site<'_, '_, '_>, empty: Option<usize>, full: Option<usize>) -> Vec<Expr> {
    let collection = site.collection;
    let full = match full {
        Some(block) => site.told(block, collection),
        None => vec![site.local(collection)],
    };
    let empty = match empty {
        Some(block) => site.statements(block),
        None => vec![site.local(collection)],
    };
    let any = site.step(Step::Any, &[]);
    vec![site.when(any, full, empty)]
}

fn found(site: &mut Site<'_, '_, '_>, present: Option<usize>, absent: impl FnOnce(&mut Site<'_, '_, '_>) -> Vec<Expr>) -> Vec<Expr> {
    let value = site.hidden("value");
    let present = match present {
        Some(block) => site.told(block, value),
        None => vec![site.local(value)],
    };
    let absent = absent(site);
    let next = site.next(Some(value), None);
    vec![site.when(next, present, absent)]
}

fn put_absent(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let (collection, key) = (site.collection, site.operands[0]);
    let statements = site.statements(0);
    let arguments = vec![site.local(key), site.sequence(statements)];
    vec![site.send(collection, "at:put:", arguments)]
}

fn remove_key(site: &mut Site<'_, '_, '_>) -> Vec<Expr> {
    let (collection, key) = (site.collection, site.operands[0]);
    let key = site.local(key);
    let remove = site.send(collection, "removeKey:", vec![key]);
    let absent = site.statements(0);
    let next = site.next(None, None);
    vec![site.when(next, vec![remove], absent)]
}
