//! What events changed: done to the state before, it gives the state after, whatever was done to collections of each kind.

use proptest::prelude::*;
use twintalk_runtime::engine::{Change, DictionaryChange, Moment, Options, SequenceChange, SetChange};
use twintalk_runtime::{Data, Twins, twin};

twin! { r#"
Object subclass: #Part
	slots: 'name size labels'.

Part>>name
	^ name

Part>>name: aName
	name := aName.
	size := 0.
	labels := OrderedCollection new

Part>>grow
	size := size + 1

Part>>label: aLabel
	labels add: aLabel.

Twin subclass: #Store
	slots: 'level numbers queue lookup marks counts text bytes parts byName owned sorted other'.

Store>>initialize
	level := 0.
	numbers := Array new: 6.
	queue := OrderedCollection new.
	lookup := Dictionary new.
	marks := Set new.
	counts := Bag new.
	text := 'begin' copy.
	bytes := ByteArray new: 20.
	parts := OrderedCollection new.
	byName := Dictionary new.
	owned := Set new.
	sorted := SortedCollection new

Store>>all: messages
	"Several at once, as one turn."
	messages do: [ :each | self perform: each first asSymbol with: each second with: each third ]

Store>>level: value with: ignored
	level := value

Store>>number: value at: index
	numbers at: index \\ 6 + 1 put: value

Store>>add: value with: ignored
	queue add: value

Store>>addFirst: value with: ignored
	queue addFirst: value

Store>>addAll: value with: count
	count \\ 40 timesRepeat: [ queue add: value ]

Store>>removeFirst: ignored with: alsoIgnored
	queue isEmpty ifFalse: [ queue removeFirst ]

Store>>removeLast: ignored with: alsoIgnored
	queue isEmpty ifFalse: [ queue removeLast ]

Store>>insert: value at: index
	queue add: value beforeIndex: index \\ (queue size + 1) + 1

Store>>removeAt: index with: ignored
	queue isEmpty ifFalse: [ queue removeAt: index \\ queue size + 1 ]

Store>>put: value at: index
	queue isEmpty ifFalse: [ queue at: index \\ queue size + 1 put: value ]

Store>>drop: value with: ignored
	queue removeAllSuchThat: [ :each | each = value ]

Store>>reverse: ignored with: alsoIgnored
	queue := queue reversed

Store>>sort: ignored with: alsoIgnored
	queue sort: [ :a :b | a printString <= b printString ]

Store>>clear: ignored with: alsoIgnored
	queue removeAll

Store>>key: key value: value
	lookup at: key put: value

Store>>removeKey: key with: ignored
	lookup removeKey: key ifAbsent: [ ]

Store>>rehash: ignored with: alsoIgnored
	lookup rehash.
	marks rehash

Store>>clearKeys: ignored with: alsoIgnored
	lookup keys do: [ :each | lookup removeKey: each ]

Store>>mark: value with: ignored
	marks add: value

Store>>unmark: value with: ignored
	marks remove: value ifAbsent: [ ]

Store>>count: value with: ignored
	counts add: value

Store>>uncount: value with: ignored
	counts remove: value ifAbsent: [ ]

Store>>text: index with: code
	text at: index \\ text size + 1 put: (Character value: code \\ 400 + 48)

Store>>newText: value with: ignored
	text := value printString

Store>>byte: value at: index
	bytes at: index \\ 20 + 1 put: value \\ 256

Store>>part: name with: ignored
	| part |
	part := Part new name: name; yourself.
	parts add: part.
	byName at: name printString put: part.
	owned add: part

Store>>grow: index with: ignored
	parts isEmpty ifFalse: [ (parts at: index \\ parts size + 1) grow ]

Store>>label: value at: index
	parts isEmpty ifFalse: [ (parts at: index \\ parts size + 1) label: value ]

Store>>forget: index with: ignored
	parts isEmpty ifFalse: [ parts removeAt: index \\ parts size + 1 ]

Store>>swap: index with: ignored
	parts isEmpty ifFalse: [ parts addFirst: (parts removeAt: index \\ parts size + 1) ]

Store>>sorted: value with: ignored
	sorted add: value \\ 100

Store>>nest: value at: index
	queue isEmpty ifFalse: [ queue at: index \\ queue size + 1 put: (OrderedCollection with: value with: (Dictionary new at: #a put: value; yourself)) ]

Store>>nested: value at: index
	| each |
	queue isEmpty ifTrue: [ ^ self ].
	each := queue at: index \\ queue size + 1.
	(each isKindOf: OrderedCollection) ifTrue: [ each add: value; first. (each at: 2) at: value put: index ]

Store>>share: index with: ignored
	other := queue

Store>>touch: ignored with: alsoIgnored
	queue := queue
"# }

/// What may be done, with two small numbers.
const MESSAGES: [&str; 36] = [
    "level:with:",
    "number:at:",
    "add:with:",
    "add:with:",
    "add:with:",
    "addFirst:with:",
    "addAll:with:",
    "removeFirst:with:",
    "removeFirst:with:",
    "removeLast:with:",
    "insert:at:",
    "removeAt:with:",
    "put:at:",
    "drop:with:",
    "reverse:with:",
    "sort:with:",
    "clear:with:",
    "key:value:",
    "key:value:",
    "removeKey:with:",
    "rehash:with:",
    "clearKeys:with:",
    "mark:with:",
    "mark:with:",
    "unmark:with:",
    "count:with:",
    "uncount:with:",
    "text:with:",
    "newText:with:",
    "byte:at:",
    "part:with:",
    "grow:with:",
    "label:at:",
    "forget:with:",
    "swap:with:",
    "sorted:with:",
];
const RARE: [&str; 4] = ["nest:at:", "nested:at:", "share:with:", "touch:with:"];

fn twins() -> Twins {
    Twins::open(&PROGRAM, &Options { shards: 1, memory: 1 << 30, snapshot_every: 50, ..Options::default() }).unwrap()
}

fn store() -> Twins {
    let twins = twins();
    twins.create_blocking("s", "Store", Vec::new()).unwrap();
    twins
}

fn send(twins: &Twins, selector: &str, arguments: &[i64]) {
    twins.send_blocking("s", selector, arguments.iter().map(|&number| Data::Integer(number)).collect()).unwrap();
}

/// The changes of the latest event.
fn latest(twins: &Twins) -> Vec<(String, Change)> {
    let sequence = twins.read_blocking("s", Moment::Now).unwrap().sequence;
    let changes = twins.events_blocking("s", sequence - 1, 1).unwrap().remove(0).changes;
    changes.into_iter().map(|(slot, change)| (slot.to_string(), change)).collect()
}

#[track_caller]
fn check(twins: &Twins) {
    let events = twins.events_blocking("s", 0, usize::MAX).unwrap();
    let mut state: Vec<(String, Data)> = Vec::new();
    for event in &events {
        let after = twins.read_blocking("s", Moment::Sequence(event.sequence)).unwrap().state;
        if state.is_empty() {
            state = after.iter().map(|(name, _)| (name.clone(), Data::Nil)).collect();
        }
        for (name, change) in &event.changes {
            let (_, value) = state.iter_mut().find(|(slot, _)| **slot == **name).unwrap();
            let new = change.apply(value);
            *value = new.unwrap_or_else(|| panic!("{name} of event {} is {value:?}, and not {change:?}", event.sequence));
        }
        for ((name, found), (_, expected)) in state.iter().zip(&after) {
            // A set has no order: an element with another content counts as added.
            let (found, expected) = if name == "owned" { (in_order(found), in_order(expected)) } else { (found.clone(), expected.clone()) };
            assert_eq!(found, expected, "{name} after event {}: {event:?}", event.sequence);
        }
        state = after;
    }
    // Pages of a history are parts of it.
    for after in (0..events.len()).step_by(7) {
        assert_eq!(twins.events_blocking("s", after as u64, 5).unwrap(), events[after..events.len().min(after + 5)]);
    }
}

fn in_order(set: &Data) -> Data {
    let Data::Array(elements) = set else { return set.clone() };
    let mut elements = elements.clone();
    elements.sort_by_key(|element| format!("{element:?}"));
    Data::Array(elements)
}

fn message() -> impl Strategy<Value = Data> {
    let selector = prop_oneof![9 => prop::sample::select(&MESSAGES[..]), 1 => prop::sample::select(&RARE[..])];
    let number = prop_oneof![4 => 0..12_i64, 1 => 0..1_000_000_i64];
    (selector, number.clone(), number)
        .prop_map(|(selector, a, b)| Data::Array(vec![Data::String(selector.to_owned()), Data::Integer(a), Data::Integer(b)]))
}

/// More where the environment asks for them.
fn cases() -> u32 {
    if std::env::var_os("TWINTALK_THOROUGH").is_some() { 800 } else { 40 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn changes_lead_from_state_to_state(turns in prop::collection::vec(prop::collection::vec(message(), 1..4), 1..120)) {
        let twins = store();
        for turn in turns {
            twins.send_blocking("s", "all:", vec![Data::Array(turn)]).unwrap();
        }
        check(&twins);
        twins.close_blocking();
    }
}

fn int(number: i64) -> Data {
    Data::Integer(number)
}

fn sequence(change: SequenceChange) -> Vec<(String, Change)> {
    vec![("queue".to_owned(), Change::Sequence(change))]
}

#[test]
fn a_sequence_tells_what_was_added_removed_and_put() {
    let twins = store();
    for number in 1..=20 {
        send(&twins, "add:with:", &[number, 0]);
        assert_eq!(latest(&twins), sequence(SequenceChange { added: vec![int(number)], ..SequenceChange::default() }));
    }
    send(&twins, "removeFirst:with:", &[0, 0]);
    assert_eq!(latest(&twins), sequence(SequenceChange { removed: vec![(1, int(1))], ..SequenceChange::default() }));
    send(&twins, "removeLast:with:", &[0, 0]);
    assert_eq!(latest(&twins), sequence(SequenceChange { removed: vec![(19, int(20))], ..SequenceChange::default() }));
    for number in 1..=20 {
        send(&twins, "addFirst:with:", &[100 + number, 0]);
        assert_eq!(latest(&twins), sequence(SequenceChange { inserted: vec![(1, int(100 + number))], ..SequenceChange::default() }));
    }
    send(&twins, "insert:at:", &[50, 9]);
    assert_eq!(latest(&twins), sequence(SequenceChange { inserted: vec![(10, int(50))], ..SequenceChange::default() }));
    send(&twins, "removeAt:with:", &[9, 0]);
    assert_eq!(latest(&twins), sequence(SequenceChange { removed: vec![(10, int(50))], ..SequenceChange::default() }));
    send(&twins, "put:at:", &[7, 2]);
    assert_eq!(latest(&twins), sequence(SequenceChange { put: vec![(3, int(7))], ..SequenceChange::default() }));
    // A queue of constant length goes round in its array.
    for number in 1..=100 {
        let turn = [("removeFirst:with:", 0), ("add:with:", 1000 + number)];
        let messages = turn.map(|(selector, number)| Data::Array(vec![Data::String(selector.into()), int(number), int(0)]));
        twins.send_blocking("s", "all:", vec![Data::Array(messages.to_vec())]).unwrap();
        let changes = latest(&twins);
        let [(_, Change::Sequence(change))] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!((change.removed.len(), &change.added[..]), (1, &[int(1000 + number)][..]));
        assert!(change.inserted.is_empty() && change.put.is_empty(), "{change:?}");
        assert_eq!(change.removed[0].0, 1);
    }
    check(&twins);
    // What did not change is not told.
    send(&twins, "touch:with:", &[0, 0]);
    assert_eq!(latest(&twins), []);
    // Another collection is a new value.
    send(&twins, "clear:with:", &[0, 0]);
    let Change::Sequence(SequenceChange { removed, .. }) = &latest(&twins)[0].1 else { panic!() };
    assert_eq!(removed.len(), 38);
    send(&twins, "add:with:", &[1, 0]);
    send(&twins, "reverse:with:", &[0, 0]);
    assert_eq!(latest(&twins), [("queue".to_owned(), Change::Value(Data::Array(vec![int(1)])))]);
}

#[test]
fn growth_and_rehashing_are_not_told() {
    let twins = store();
    for number in 0..100 {
        send(&twins, "key:value:", &[number, number]);
        let put = DictionaryChange { put: vec![(int(number), int(number))], ..DictionaryChange::default() };
        assert_eq!(latest(&twins), [("lookup".to_owned(), Change::Dictionary(put))]);
        send(&twins, "mark:with:", &[number, 0]);
        assert_eq!(latest(&twins), [("marks".to_owned(), Change::Set(SetChange { added: vec![int(number)], ..SetChange::default() }))]);
    }
    send(&twins, "rehash:with:", &[0, 0]);
    assert_eq!(latest(&twins), []);
    for number in 0..100 {
        send(&twins, "removeKey:with:", &[number, 0]);
        let removed = DictionaryChange { removed: vec![int(number)], ..DictionaryChange::default() };
        assert_eq!(latest(&twins), [("lookup".to_owned(), Change::Dictionary(removed))]);
    }
    send(&twins, "count:with:", &[7, 0]);
    send(&twins, "count:with:", &[7, 0]);
    let put = DictionaryChange { put: vec![(int(7), int(2))], ..DictionaryChange::default() };
    assert_eq!(latest(&twins), [("counts".to_owned(), Change::Dictionary(put))]);
}

#[test]
fn what_is_nested_is_told_by_its_path_wherever_it_is_held() {
    let twins = store();
    send(&twins, "part:with:", &[1, 0]);
    send(&twins, "part:with:", &[2, 0]);
    send(&twins, "label:at:", &[9, 1]);
    let labels = SequenceChange { added: vec![int(9)], ..SequenceChange::default() };
    let part = Change::Slots(vec![("labels".to_owned(), Change::Sequence(labels))]);
    let changes = latest(&twins);
    assert_eq!(
        changes[0],
        ("parts".to_owned(), Change::Sequence(SequenceChange { at: vec![(2, part.clone())], ..SequenceChange::default() }))
    );
    let by_name = DictionaryChange { at: vec![(Data::String("2".into()), part)], ..DictionaryChange::default() };
    assert_eq!(changes[1], ("byName".to_owned(), Change::Dictionary(by_name)));
    let ("owned", Change::Set(owned)) = (&*changes[2].0, &changes[2].1) else { panic!("{changes:?}") };
    assert_eq!((owned.removed.len(), owned.added.len()), (1, 1));
    send(&twins, "text:with:", &[0, 352]);
    assert_eq!(latest(&twins), [("text".to_owned(), Change::Value(Data::String("Ɛegin".into())))]);
    send(&twins, "byte:at:", &[300, 12]);
    let put = SequenceChange { put: vec![(13, int(44))], ..SequenceChange::default() };
    assert_eq!(latest(&twins), [("bytes".to_owned(), Change::Sequence(put))]);
}
