//! A fleet as a plain map in memory: every event of every twin with the state after it. Steps are done to the
//! engine and to the model, which says what each must answer; then the two are compared.

use std::collections::BTreeMap;

use super::*;
use crate::engine::api::Envelope;

/// Something that is done to a fleet, which changes nothing where the model says so.
#[derive(Clone, Debug)]
pub enum Step {
    Create(u8),
    Delete(u8),
    Clone(u8, u8),
    Tell(u8, Message),
    /// Messages at once.
    Bulk(Vec<(u8, Message)>),
    /// Look at the state.
    Read(u8),
    /// So many pieces of work on the index.
    Index(u8),
    /// What is sealed is left out, but for the latest states.
    Compact,
    /// Nothing is left of a twin, on a disk that does not fail.
    Erase(u8),
    /// Stop and start, with the second version of the program or the first.
    Restart(bool),
}

/// A message to a twin.
#[derive(Clone, Debug)]
pub enum Message {
    Bump,
    Enter(Data),
    Replace(String),
    Stamp(i64),
    Level(Data),
    /// A turn that writes and then fails.
    Boom,
    /// One that writes nothing.
    Ask,
}

/// The slots of a twin.
#[derive(Clone, Debug, PartialEq)]
struct Slots {
    level: Data,
    entries: Vec<Data>,
    stamp: Option<i64>,
}

/// An event and the state after it, which a deleted twin has not.
#[derive(Clone, Debug)]
struct Happened {
    selector: &'static str,
    arguments: Vec<Data>,
    after: Option<Slots>,
}

/// What the model says of a step on one twin.
enum Plan {
    Event(Happened),
    /// It succeeds and leaves no event.
    Nothing,
    Refused,
}

/// When an event was asked for, and when it was acknowledged, if it was.
#[derive(Clone, Copy, Debug)]
pub struct Issued {
    twin: u8,
    sequence: usize,
    pub started: usize,
    pub acknowledged: Option<usize>,
}

/// The model of a fleet.
#[derive(Clone, Default)]
pub struct Fleet {
    lives: BTreeMap<u8, Vec<Happened>>,
    /// All events in the order in which they were asked for.
    pub issued: Vec<Issued>,
    /// Whether the engine has refused to write.
    pub has_failed: bool,
    /// Whether the beginnings of histories may be gone.
    is_compacted: bool,
}

/// The id of a twin: some fit into the registry's entries, and some do not.
pub fn id(number: u8) -> String {
    if number.is_multiple_of(3) { format!("a long name, number {number}") } else { format!("p{number}") }
}

impl Message {
    fn envelope(&self, twin: u8) -> Envelope {
        let (selector, arguments) = match self {
            Self::Bump => ("bump", Vec::new()),
            Self::Enter(value) => ("enter:", vec![value.clone()]),
            Self::Replace(value) => ("replace:", vec![text(value)]),
            Self::Stamp(value) => ("stamp:", vec![int(*value)]),
            Self::Level(value) => ("level:", vec![value.clone()]),
            Self::Boom => ("boom", Vec::new()),
            Self::Ask => ("level", Vec::new()),
        };
        Envelope { twin: id(twin), selector: selector.to_owned(), arguments }
    }

    fn plan(&self, now: Option<&Slots>) -> Plan {
        let Some(now) = now else { return Plan::Refused };
        let mut after = now.clone();
        let selector = match self {
            Self::Bump => {
                match &mut after.level {
                    Data::Integer(level) => *level += 1,
                    Data::Float(level) => *level += 1.0,
                    _ => return Plan::Refused,
                }
                "bump"
            }
            Self::Enter(value) => {
                after.entries.push(value.clone());
                "enter:"
            }
            Self::Replace(value) => {
                let Some(first) = after.entries.first_mut() else { return Plan::Nothing };
                *first = text(value);
                "replace:"
            }
            Self::Stamp(value) => {
                after.stamp = Some(*value);
                "stamp:"
            }
            Self::Level(value) => {
                after.level = value.clone();
                "level:"
            }
            Self::Boom => return Plan::Refused,
            Self::Ask => return Plan::Nothing,
        };
        Plan::Event(Happened { selector, arguments: self.envelope(0).arguments, after: Some(after) })
    }
}

impl Fleet {
    fn now(&self, twin: u8) -> Option<&Slots> {
        self.lives.get(&twin)?.last()?.after.as_ref()
    }

    fn length(&self, twin: u8) -> usize {
        self.lives.get(&twin).map_or(0, Vec::len)
    }

    /// Does a step. `clock` counts something that goes on meanwhile, such as operations on a disk.
    pub fn step(&mut self, twins: &Twins, step: &Step, clock: &dyn Fn() -> usize) {
        let started = clock();
        match step {
            Step::Create(twin) => {
                let after = Slots { level: int(0), entries: Vec::new(), stamp: None };
                let happened = Happened { selector: "new", arguments: Vec::new(), after: Some(after) };
                let plan = if self.now(*twin).is_none() { Plan::Event(happened) } else { Plan::Refused };
                let outcome = twins.create_blocking(&id(*twin), "Pump", Vec::new());
                self.settle(*twin, plan, outcome, started, clock());
            }
            Step::Delete(twin) => {
                let happened = Happened { selector: "delete", arguments: Vec::new(), after: None };
                let plan = if self.now(*twin).is_some() { Plan::Event(happened) } else { Plan::Refused };
                let outcome = twins.delete_blocking(&id(*twin));
                self.settle(*twin, plan, outcome, started, clock());
            }
            Step::Clone(from, to) => {
                let plan = match (self.now(*from), self.now(*to)) {
                    (Some(slots), None) => {
                        let arguments = vec![Data::Twin(id(*from))];
                        Plan::Event(Happened { selector: "clone", arguments, after: Some(slots.clone()) })
                    }
                    _ => Plan::Refused,
                };
                let outcome = twins.clone_blocking(&id(*from), Some(&id(*to))).map(|(_, sequence)| sequence);
                self.settle(*to, plan, outcome, started, clock());
            }
            Step::Tell(twin, message) => {
                let Envelope { twin: id, selector, arguments } = message.envelope(*twin);
                let outcome = twins.send_blocking(&id, &selector, arguments).map(|sent| sent.sequence);
                self.settle(*twin, message.plan(self.now(*twin)), outcome, started, clock());
            }
            Step::Bulk(messages) => {
                let envelopes = messages.iter().map(|(twin, message)| message.envelope(*twin)).collect();
                let outcomes = twins.send_batch_blocking(envelopes);
                let acknowledged = clock();
                // What was in the same batch as the first that failed may be there after all.
                let before = self.has_failed;
                let mut failed = before;
                for ((twin, message), outcome) in messages.iter().zip(outcomes) {
                    let outcome = outcome.map(|sent| sent.sequence);
                    self.settle(*twin, message.plan(self.now(*twin)), outcome, started, acknowledged);
                    failed |= std::mem::replace(&mut self.has_failed, before);
                }
                self.has_failed = failed;
            }
            Step::Read(_) if self.has_failed => {}
            Step::Read(twin) => match twins.read_blocking(&id(*twin), Moment::Now) {
                // The journal failed while this waited for it.
                Err(Refusal::Unavailable { .. }) => self.has_failed = true,
                read => self.check_state(read, *twin, self.length(*twin)),
            },
            Step::Index(steps) => (0..*steps).for_each(|_| index(twins)),
            Step::Compact => {
                self.is_compacted = true;
                compact(twins);
            }
            Step::Erase(twin) => match twins.erase_blocking(&id(*twin)) {
                Ok(()) => {
                    assert!(self.lives.remove(twin).is_some(), "{}", id(*twin));
                    self.issued.retain(|issued| issued.twin != *twin);
                }
                Err(Refusal::NoSuchTwin { .. }) => assert!(!self.lives.contains_key(twin), "{}", id(*twin)),
                refused => assert!(twins.world().index.is_none(), "{refused:?}"),
            },
            Step::Restart(_) => {}
        }
    }

    /// Compares an outcome with the plan, and notes the event.
    #[track_caller]
    fn settle(&mut self, twin: u8, plan: Plan, outcome: Result<u64, Refusal>, started: usize, acknowledged: usize) {
        if self.has_failed {
            // What happens now is only refused, and what was not durable is forgotten.
            return assert!(outcome.is_err(), "{}: something was written after a failure", id(twin));
        }
        let is_unavailable = matches!(outcome, Err(Refusal::Unavailable { .. }));
        match (plan, outcome) {
            (Plan::Event(happened), outcome) if outcome.is_ok() || is_unavailable => {
                self.has_failed = is_unavailable;
                let sequence = self.length(twin) + 1;
                if let Ok(found) = outcome {
                    assert_eq!(found, sequence as u64, "{}", id(twin));
                }
                let acknowledged = (!is_unavailable).then_some(acknowledged);
                self.issued.push(Issued { twin, sequence, started, acknowledged });
                self.lives.entry(twin).or_default().push(happened);
            }
            (Plan::Nothing, Ok(sequence)) => assert_eq!(sequence, self.length(twin) as u64, "{}", id(twin)),
            (Plan::Refused | Plan::Nothing, Err(_)) if is_unavailable => self.has_failed = true,
            (Plan::Refused, Err(_)) => {}
            (_, outcome) => panic!("{}: {outcome:?}", id(twin)),
        }
    }

    /// Forgets what the engine forgot, which may only be the end of what happened, and nothing that was
    /// acknowledged when the clock showed `by`. Answers how many events there are.
    #[track_caller]
    pub fn shorten(&mut self, twins: &Twins, by: usize) -> usize {
        let mut found = BTreeMap::new();
        for &twin in self.lives.keys() {
            let length = match twins.events_blocking(&id(twin), 0, usize::MAX) {
                Ok(events) => match events.last() {
                    Some(last) => last.sequence as usize,
                    None => twins.read_blocking(&id(twin), Moment::Now).unwrap().sequence as usize,
                },
                Err(Refusal::NoSuchTwin { .. }) => 0,
                Err(refusal) => panic!("{refusal}"),
            };
            assert!(length <= self.length(twin), "{} has {length} events, of {}", id(twin), self.length(twin));
            found.insert(twin, length);
        }
        let is_there = |issued: &Issued| issued.sequence <= found[&issued.twin];
        let kept = self.issued.iter().position(|issued| !is_there(issued)).unwrap_or(self.issued.len());
        for (number, issued) in self.issued.iter().enumerate() {
            assert!(number < kept || !is_there(issued), "event {number} is there and event {kept} is not");
            assert!(number < kept || issued.acknowledged.is_none_or(|at| at > by), "event {number} of {} is lost", id(issued.twin));
            assert!(number >= kept || issued.started <= by, "event {number} of {} came early", id(issued.twin));
        }
        self.issued.truncate(kept);
        for (twin, length) in found {
            self.lives.get_mut(&twin).unwrap().truncate(length);
        }
        self.lives.retain(|_, events| !events.is_empty());
        kept
    }

    /// Compares the latest states, the histories and the list.
    #[track_caller]
    pub fn check(&self, twins: &Twins) {
        for &twin in self.lives.keys() {
            self.check_now(twins, twin);
            self.check_events(twins, twin);
        }
        let listed = twins.list_blocking(None, None, usize::MAX).unwrap();
        let mut living: Vec<String> = self.lives.keys().filter(|&&twin| self.now(twin).is_some()).map(|&twin| id(twin)).collect();
        living.sort_unstable();
        assert_eq!(listed.into_iter().map(|state| state.id).collect::<Vec<_>>(), living);
    }

    #[track_caller]
    fn check_now(&self, twins: &Twins, twin: u8) {
        self.check_state(twins.read_blocking(&id(twin), Moment::Now), twin, self.length(twin));
    }

    /// The state of a twin must be the one after an event.
    #[track_caller]
    fn check_state(&self, read: Result<TwinState, Refusal>, twin: u8, sequence: usize) {
        let Some(happened) = sequence.checked_sub(1).map(|index| &self.lives[&twin][index]) else {
            return assert_eq!(read, Err(Refusal::NoSuchTwin { id: id(twin) }));
        };
        let Some(slots) = &happened.after else {
            return assert_eq!(read, Err(Refusal::Deleted { id: id(twin) }));
        };
        let read = read.unwrap();
        assert_eq!((read.sequence, read.class.as_str()), (sequence as u64, "Pump"));
        let of = |name: &str| &read.state.iter().find(|slot| slot.0 == name).unwrap().1;
        let entries = if slots.entries.is_empty() { Data::Nil } else { array(&slots.entries) };
        let expected = [slots.level.clone(), entries, slots.stamp.map_or(Data::Nil, int)];
        assert_eq!(["level", "entries", "stamp"].map(of), expected.each_ref(), "{} after {sequence} events", id(twin));
    }

    #[track_caller]
    fn check_events(&self, twins: &Twins, twin: u8) {
        let lives = &self.lives[&twin];
        let events = twins.events_blocking(&id(twin), 0, usize::MAX).unwrap();
        let gone = lives.len().checked_sub(events.len()).unwrap();
        assert!(gone == 0 || self.is_compacted, "{} has {} events, of {}", id(twin), events.len(), lives.len());
        for ((number, event), happened) in (gone as u64 + 1..).zip(&events).zip(&lives[gone..]) {
            assert_eq!((event.sequence, &*event.selector), (number, happened.selector));
            assert_eq!(event.arguments, happened.arguments);
        }
        for after in 1..gone {
            let first = gone as u64 + 1;
            let refused = Err(Refusal::PastNotKept { id: id(twin), first });
            assert_eq!(twins.events_blocking(&id(twin), after as u64, 3), refused);
        }
        assert!(events.windows(2).all(|pair| pair[0].time <= pair[1].time));
    }

    /// Compares every state that every twin ever had, by sequence and by time, and parts of the histories.
    #[track_caller]
    pub fn check_past(&self, twins: &Twins) {
        for (&twin, lives) in &self.lives {
            let name = id(twin);
            let events = twins.events_blocking(&name, 0, usize::MAX).unwrap();
            let gone = lives.len() - events.len();
            for sequence in 0..=lives.len() {
                let read = twins.read_blocking(&name, Moment::Sequence(sequence as u64));
                // A base has the state before the first event that is kept; a beginning or an end that is kept has none.
                let first = gone as u64 + u64::from(matches!(&read, Err(Refusal::PastNotKept { first, .. }) if *first > gone as u64));
                match sequence < gone || gone > 0 && sequence == gone && read.is_err() && lives[gone - 1].after.is_some() {
                    true => assert_eq!(read, Err(Refusal::PastNotKept { id: name.clone(), first })),
                    false if gone > 0 && sequence == gone && lives[gone - 1].after.is_none() => {
                        assert_eq!(read, Err(Refusal::PastNotKept { id: name.clone(), first: gone as u64 + 1 }))
                    }
                    false => self.check_state(read, twin, sequence),
                }
            }
            for (number, event) in events.iter().enumerate() {
                let by_then = gone + events.iter().filter(|other| other.time <= event.time).count();
                self.check_state(twins.read_blocking(&name, Moment::Time(event.time)), twin, by_then);
                if number.is_multiple_of(3) {
                    let part = twins.events_blocking(&name, (gone + number) as u64, 4).unwrap();
                    assert_eq!(part, events[number..events.len().min(number + 4)]);
                }
            }
        }
    }
}

/// What a trace of a run, or a choice of it, checks beyond the usual: everything, if the environment says so.
pub fn is_thorough() -> bool {
    std::env::var_os("TWINTALK_THOROUGH").is_some()
}

/// More cases where the environment asks for them.
pub fn cases(usual: u32) -> u32 {
    if is_thorough() { 20 * usual } else { usual }
}
