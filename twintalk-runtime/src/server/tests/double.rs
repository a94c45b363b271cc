//! A stand-in for the engine: the same methods over a map in memory, with one class, `Pump`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    Program,
    data::Data,
    engine::{
        Change, ClassDescription, Envelope, Event, FeedEvent, FeedPage, FeedPosition, Moment, OpenError, Options, Refusal, Sent,
        SlotDescription, TwinState,
    },
    failure::{Failure, Frame},
    journal::Position,
};

#[derive(Clone, Default)]
pub struct Twins(Arc<Mutex<BTreeMap<String, Twin>>>);

struct Twin {
    state: Vec<(String, Data)>,
    events: Vec<Event>,
    deleted: bool,
}

impl Twin {
    fn sequence(&self) -> u64 {
        self.events.len() as u64
    }

    fn record(&mut self, selector: &str, arguments: Vec<Data>, changes: Vec<(String, Data)>) -> u64 {
        for (name, data) in &changes {
            if let Some(slot) = self.state.iter_mut().find(|slot| slot.0 == *name) {
                slot.1 = data.clone();
            }
        }
        let (sequence, selector) = (self.sequence() + 1, selector.into());
        let time = i64::try_from(sequence).unwrap_or(0) * 1_000_000_000;
        let changes = changes.into_iter().map(|(name, data)| (name.into(), Change::Value(data))).collect();
        self.events.push(Event { sequence, time, selector, arguments, changes, sent: Vec::new() });
        sequence
    }

    fn view(&self, id: &str) -> TwinState {
        TwinState { id: id.to_owned(), class: "Pump".to_owned(), sequence: self.sequence(), state: self.state.clone() }
    }
}

impl Twins {
    pub fn open(_: &'static Program, _: &Options) -> Result<Self, OpenError> {
        Ok(Self::default())
    }

    fn map(&self) -> MutexGuard<'_, BTreeMap<String, Twin>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn create(&self, id: &str, class: &str, state: Vec<(String, Data)>) -> Result<u64, Refusal> {
        if class != "Pump" {
            return Err(Refusal::NoSuchClass { name: class.to_owned() });
        }
        let mut map = self.map();
        if map.get(id).is_some_and(|twin| !twin.deleted) {
            return Err(Refusal::Exists { id: id.to_owned() });
        }
        let slots = vec![("press".to_owned(), Data::Nil), ("level".to_owned(), Data::Integer(0))];
        let mut twin = Twin { state: slots, events: Vec::new(), deleted: false };
        let sequence = twin.record("initialize", Vec::new(), state);
        map.insert(id.to_owned(), twin);
        Ok(sequence)
    }

    pub async fn read(&self, id: &str, at: Moment) -> Result<TwinState, Refusal> {
        let mut map = self.map();
        let mut view = living(&mut map, id)?.view(id);
        match at {
            Moment::Now => {}
            Moment::Sequence(sequence) => view.sequence = sequence,
            Moment::Time(time) => view.sequence = u64::try_from(time / 1_000_000_000).unwrap_or(0),
        }
        Ok(view)
    }

    pub async fn send(&self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Sent, Refusal> {
        let mut map = self.map();
        let twin = living(&mut map, id)?;
        let sequence = twin.sequence();
        let raised = |slot: Option<&str>, class: &str, message: &str| Refusal::Raised {
            twin: id.to_owned(),
            class: "Pump".to_owned(),
            selector: selector.to_owned(),
            slot: slot.map(str::to_owned),
            failure: Box::new(Failure {
                class: class.to_owned(),
                message: message.to_owned(),
                trace: vec![Frame { method: "secret".to_owned(), file: "pump.st".to_owned(), line: 3 }],
                ..Failure::default()
            }),
        };
        let answer = match (selector, arguments.first()) {
            ("press", _) => twin.state[0].1.clone(),
            ("press:", Some(Data::String(_))) => {
                return Err(raised(Some("press"), "TypeError", "press takes a Float"));
            }
            ("press:", Some(value)) => {
                let changes = vec![("press".to_owned(), value.clone())];
                twin.record(selector, arguments, changes);
                Data::Twin(id.to_owned())
            }
            ("echo:", Some(value)) => value.clone(),
            ("boom", _) => return Err(raised(None, "ZeroDivide", "division by zero")),
            ("nan", _) => Data::Float(f64::NAN),
            ("busy", _) => {
                return Err(Refusal::Busy { retry_after: Duration::from_millis(1500) });
            }
            ("initialize", _) => {
                let (twin, class) = (id.to_owned(), "Pump".to_owned());
                return Err(Refusal::NotExternal { twin, class, selector: selector.to_owned() });
            }
            _ => {
                return Err(raised(None, "MessageNotUnderstood", "it was not understood"));
            }
        };
        Ok(Sent { answer, sequence: twin.sequence().max(sequence) })
    }

    pub async fn enqueue(&self, messages: Vec<Envelope>) -> impl Future<Output = Vec<Result<Sent, Refusal>>> + Send + use<> {
        let mut answers = Vec::new();
        for Envelope { twin, selector, arguments } in messages {
            answers.push(self.send(&twin, &selector, arguments).await);
        }
        async {
            tokio::task::yield_now().await;
            answers
        }
    }

    pub async fn delete(&self, id: &str) -> Result<u64, Refusal> {
        let mut map = self.map();
        let twin = living(&mut map, id)?;
        twin.deleted = true;
        Ok(twin.record("delete", Vec::new(), Vec::new()))
    }

    pub async fn erase(&self, id: &str) -> Result<(), Refusal> {
        self.map().remove(id).map(|_| ()).ok_or_else(|| Refusal::NoSuchTwin { id: id.to_owned() })
    }

    pub async fn clone_twin(&self, id: &str, new_id: Option<&str>) -> Result<(String, u64), Refusal> {
        let state = self.read(id, Moment::Now).await?.state;
        let new = new_id.map_or_else(|| format!("{id}/1"), str::to_owned);
        let sequence = self.create(&new, "Pump", state).await?;
        Ok((new, sequence))
    }

    pub async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, Refusal> {
        let map = self.map();
        let twin = map.get(id).ok_or_else(|| Refusal::NoSuchTwin { id: id.to_owned() })?;
        if id == "old" && after == 1 {
            return Err(Refusal::PastNotKept { id: id.to_owned(), first: 7 });
        }
        Ok(twin.events.iter().filter(|event| event.sequence > after).take(limit).cloned().collect())
    }

    pub async fn list(&self, class: Option<&str>, after: Option<&str>, limit: usize) -> Result<Vec<TwinState>, Refusal> {
        if let Some(name) = class.filter(|name| *name != "Pump") {
            return Err(Refusal::NoSuchClass { name: name.to_owned() });
        }
        let map = self.map();
        let later = map.iter().filter(|(id, twin)| !twin.deleted && after.is_none_or(|after| id.as_str() > after));
        Ok(later.take(limit).map(|(id, twin)| twin.view(id)).collect())
    }

    /// In the order of sequences, which for one twin is that of the journal.
    fn feed(&self) -> Vec<FeedEvent> {
        let map = self.map();
        let mut all: Vec<(&String, &Event)> = map.iter().flat_map(|(id, twin)| twin.events.iter().map(move |event| (id, event))).collect();
        all.sort_by_key(|(_, event)| event.sequence);
        let shown = (1..).zip(all).map(|(number, (id, event))| FeedEvent {
            position: FeedPosition::new(Position(number), 0),
            twin: id.clone(),
            class: "Pump".to_owned(),
            sequence: event.sequence,
            time: event.time,
            selector: event.selector.to_string(),
            slots: event.changes.iter().map(|(name, _)| name.to_string()).collect(),
            objects: false,
        });
        shown.collect()
    }

    pub async fn changes(&self, after: Option<FeedPosition>, class: Option<&str>, limit: usize) -> Result<FeedPage, Refusal> {
        if let Some(name) = class.filter(|name| *name != "Pump") {
            return Err(Refusal::NoSuchClass { name: name.to_owned() });
        }
        let feed = self.feed();
        let start = after.map_or(0, place);
        if start > feed.len() {
            return Err(Refusal::NotKept { from: FeedPosition::new(Position(0), 0) });
        }
        let events: Vec<_> = feed.into_iter().skip(start).take(limit).collect();
        let next = FeedPosition::new(Position((start + events.len()) as u64), 0);
        Ok(FeedPage { events, next })
    }

    pub fn feed_end(&self) -> FeedPosition {
        FeedPosition::new(Position(self.feed().len() as u64), 0)
    }

    pub async fn wait_for_changes(&self, after: FeedPosition) -> Result<(), Refusal> {
        while self.feed().len() <= place(after) {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    pub fn classes(&self) -> Vec<ClassDescription> {
        vec![ClassDescription {
            name: "Pump".to_owned(),
            superclass: Some("Twin".to_owned()),
            slots: vec![
                SlotDescription { name: "press".to_owned(), declared: Some("Float".to_owned()) },
                SlotDescription { name: "level".to_owned(), declared: None },
            ],
            messages: vec!["press".to_owned(), "press:".to_owned()],
            source: "pump.st:3".to_owned(),
        }]
    }

    pub fn ready(&self) -> bool {
        true
    }

    /// As soon as there is a twin of this name.
    pub fn index_failure(&self) -> Option<String> {
        self.map().contains_key("unindexed").then(|| "the disk is full".to_owned())
    }

    pub fn compaction_failure(&self) -> Option<String> {
        self.map().contains_key("uncompacted").then(|| "a segment is damaged".to_owned())
    }

    pub fn metrics(&self) -> Vec<(&'static str, u64)> {
        vec![("events_total", 7), ("twins", self.map().len() as u64)]
    }

    pub async fn close(&self) {}
}

fn place(position: FeedPosition) -> usize {
    usize::from_str_radix(&position.to_string()[..16], 16).unwrap_or(usize::MAX)
}

fn living<'a>(map: &'a mut BTreeMap<String, Twin>, id: &str) -> Result<&'a mut Twin, Refusal> {
    match map.get_mut(id) {
        None => Err(Refusal::NoSuchTwin { id: id.to_owned() }),
        Some(twin) if twin.deleted => Err(Refusal::Deleted { id: id.to_owned() }),
        Some(twin) => Ok(twin),
    }
}
