//! The work of `programs/Collections.st` on the collections of Rust's library.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::hint::black_box;

/// A piece of work on data that has been made ready.
pub type Work = Box<dyn Fn() -> i64 + Send + Sync>;

/// The work of a name on so many elements.
pub fn work(name: &str, count: i64) -> Work {
    match name {
        "orderedAdd" => Box::new(move || grown(count).len() as i64),
        "orderedQueue" => Box::new(move || queue(count)),
        "orderedStack" => Box::new(move || stack(count)),
        "orderedAt" | "arrayAt" => on(grown(count), |all| (0..all.len()).map(|i| black_box(all)[i]).sum()),
        "orderedDo" | "arrayDo" => on(grown(count), |all| {
            let mut sum = 0;
            for each in black_box(all) {
                sum += black_box(*each);
            }
            sum
        }),
        "orderedCollect" => on(grown(count), |all| {
            let collected: Vec<i64> = all.iter().map(|each| each + 1).collect();
            *black_box(collected).last().expect("it is not empty")
        }),
        "orderedSelect" => on(grown(count), |all| {
            let selected: Vec<i64> = all.iter().copied().filter(|each| each % 2 == 0).collect();
            black_box(selected).len() as i64
        }),
        "orderedInject" => on(grown(count), |all| all.iter().fold(0, |total, each| total + black_box(*each))),
        "orderedDetect" => on(grown(count), move |all| *all.iter().find(|each| black_box(**each) == count).expect("the last one is found")),
        "arrayAtPut" => Box::new(move || {
            let mut all = vec![0; count as usize];
            for i in 0..count {
                black_box(&mut all)[i as usize] = i + 1;
            }
            all[count as usize - 1]
        }),
        "dictionaryAtPut" => Box::new(move || black_box(numbers(count)).len() as i64),
        "dictionaryAt" => on(numbers(count), move |all| (1..=count).map(|i| all[&(i * 7)]).sum()),
        "dictionaryAbsent" => on(numbers(count), move |all| (1..=count).map(|i| all.get(&(i * 7 + 1)).copied().unwrap_or(1)).sum()),
        "dictionaryDo" => on(numbers(count), |all| all.iter().map(|(key, each)| key + each).sum()),
        "dictionaryAtPutStrings" => on(words(1..=count), |words| {
            let all: HashMap<&str, i64> = HashMap::new();
            let filled = words.iter().zip(1..).fold(all, |mut all, (word, i)| {
                all.insert(word, i);
                all
            });
            black_box(filled).len() as i64
        }),
        "dictionaryAtStrings" => {
            let words = words(1..=count);
            let all: HashMap<String, i64> = words.iter().cloned().zip(1..).collect();
            Box::new(move || words.iter().map(|word| all[word]).sum())
        }
        "setAdd" => Box::new(move || {
            let mut all = HashSet::new();
            for i in 1..=count {
                all.insert(i * 7);
            }
            black_box(all).len() as i64
        }),
        "setIncludes" => {
            let all: HashSet<i64> = (1..=count).map(|i| i * 7).collect();
            on(all, move |all| (1..=count * 2).step_by(2).filter(|i| all.contains(i)).count() as i64)
        }
        "sort" => on(shuffled(count), |all| middle(all, |sorted| sorted.sort())),
        "sortByBlock" => on(shuffled(count), |all| middle(all, |sorted| sorted.sort_by(|a, b| b.cmp(a)))),
        "sortStringsByBlock" => on(words(shuffled(count).into_iter()), |all| {
            let mut sorted: Vec<&String> = all.iter().collect();
            sorted.sort_by(|a, b| b.cmp(a));
            sorted[sorted.len() / 2 - 1].len() as i64
        }),
        "streamNextPut" => Box::new(move || {
            let mut text = String::new();
            (0..count).for_each(|_| text.push(black_box('a')));
            text.len() as i64
        }),
        "streamNextPutAll" => Box::new(move || {
            let mut text = String::new();
            (0..count).for_each(|_| text.push_str(black_box("hello")));
            text.len() as i64
        }),
        "strings" => Box::new(move || (1..=count).map(|i| black_box(format!("key{i}")).len() as i64).sum()),
        "stringAt" => {
            let text = vec![b'a'; count as usize];
            on(text, |text| (0..text.len()).map(|i| i64::from(black_box(text)[i])).sum())
        }
        _ => panic!("no such work: {name}"),
    }
}

fn on<T: Send + Sync + 'static>(data: T, work: impl Fn(&T) -> i64 + Send + Sync + 'static) -> Work {
    Box::new(move || work(black_box(&data)))
}

/// Filled one by one, as a collection is that does not know how large it will be.
fn grown(count: i64) -> Vec<i64> {
    let mut all = Vec::new();
    for i in 1..=count {
        all.push(black_box(i));
    }
    all
}

fn queue(count: i64) -> i64 {
    let mut queue: VecDeque<i64> = (1..=100).collect();
    let mut sum = 0;
    for i in 1..=count {
        queue.push_back(black_box(i));
        sum += queue.pop_front().unwrap_or_default();
    }
    sum
}

fn stack(count: i64) -> i64 {
    let mut stack = Vec::new();
    let mut sum = 0;
    for i in 1..=count {
        stack.push(black_box(i));
        if i % 4 == 0 {
            (0..4).for_each(|_| sum += stack.pop().unwrap_or_default());
        }
    }
    sum
}

fn numbers(count: i64) -> HashMap<i64, i64> {
    let mut all = HashMap::new();
    for i in 1..=count {
        all.insert(i * 7, i);
    }
    all
}

fn words(numbers: impl Iterator<Item = i64>) -> Vec<String> {
    let word = |number| {
        let mut word = "key".to_owned();
        write!(word, "{number}").expect("memory");
        word
    };
    numbers.map(word).collect()
}

fn shuffled(count: i64) -> Vec<i64> {
    (1..=count).map(|i| i * 7919 % 100_003).collect()
}

fn middle(all: &[i64], sort: impl Fn(&mut Vec<i64>)) -> i64 {
    let mut sorted = all.to_vec();
    sort(&mut sorted);
    sorted[sorted.len() / 2 - 1]
}
