use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::journal::{Config, Journal, MemoryLog, Position};
use crate::testing::fixed;

fn text() -> impl Strategy<Value = String> {
    "[a-zé:]{0,6}"
}

fn schema() -> impl Strategy<Value = Schema> {
    let slot = (text(), proptest::option::of("[A-Z][a-z]{1,5}"));
    (text(), vec(slot, 0..5)).prop_map(|(class, slots)| {
        let slots = slots.into_iter().map(|(name, declared)| SlotSchema { name, declared }).collect();
        Schema { class, slots }
    })
}

fn block() -> impl Strategy<Value = Block> {
    (text(), text(), any::<u32>(), any::<u64>()).prop_map(|(class, selector, ordinal, hash)| Block { class, selector, ordinal, hash })
}

fn fold(log: &MemoryLog) -> Tables {
    let mut tables = Tables::default();
    for record in log.reader().records(Position::NONE) {
        let record = record.unwrap();
        assert_eq!(tables.apply(&record), Ok(record.kind != 77));
    }
    tables
}

proptest! {
    #![proptest_config(fixed(256))]

    #[test]
    fn tables_are_a_fold_of_the_journal(
        symbols in vec(text(), 0..20), schemas in vec(schema(), 0..10), blocks in vec(block(), 0..10),
    ) {
        let log = MemoryLog::new(&Config { segment_bytes: 1 << 12, ..Config::default() });
        let (mut tables, mut batch) = (Tables::default(), Batch::new());
        for symbol in &symbols {
            tables.symbols.intern(Symbol(symbol.clone()), &mut batch);
            batch.push(77, b"something else");
        }
        for schema in &schemas {
            tables.schemas.intern(schema.clone(), &mut batch);
        }
        for block in &blocks {
            tables.blocks.intern(block.clone(), &mut batch);
        }
        log.commit(&batch).unwrap();

        let mut read = fold(&log);
        prop_assert_eq!(read.symbols.len(), tables.symbols.len());
        for symbol in &symbols {
            let number = read.symbols.number(symbol.as_str()).unwrap();
            prop_assert_eq!(Some(number), tables.symbols.number(symbol.as_str()));
            prop_assert_eq!(&read.symbols.get(number).unwrap().0, symbol);
        }
        batch.clear();
        for schema in &schemas {
            prop_assert_eq!(Some(read.schemas.intern(schema.clone(), &mut batch)), tables.schemas.number(schema));
        }
        for block in &blocks {
            prop_assert_eq!(Some(read.blocks.intern(block.clone(), &mut batch)), tables.blocks.number(block));
        }
        prop_assert!(batch.is_empty(), "what is known is not written again");
    }

    #[test]
    fn damaged_records_never_panic(kind in 3..6_u8, payload in vec(any::<u8>(), 0..60)) {
        let record = Record { position: Position(8), kind, payload: &payload };
        let _ = Tables::default().apply(&record);
    }
}

fn symbols(texts: &[&str]) -> Vec<Symbol> {
    texts.iter().map(|&text| Symbol(text.to_owned())).collect()
}

#[test]
fn another_build_numbers_otherwise() {
    let (mut table, mut batch) = (Table::default(), Batch::new());
    let first = table.translate(symbols(&["at:", "put", "run"]), &mut batch);
    assert!(first.is_identity());
    assert_eq!(first.to_disk(3), None);

    let second = table.translate(symbols(&["at:", "jump", "run"]), &mut batch);
    assert!(!second.is_identity());
    assert_eq!([0, 1, 2].map(|number| second.to_disk(number)), [Some(0), Some(3), Some(2)]);
    assert_eq!([0, 1, 2, 3, 4].map(|number| second.to_program(number)), [Some(0), None, Some(2), Some(1), None]);

    // The disk knows more than this program: a number of the disk may mean nothing to it.
    assert!(!table.translate(symbols(&["at:", "put", "run"]), &mut batch).is_identity());
    assert!(table.translate(symbols(&["at:", "put", "run", "jump"]), &mut batch).is_identity());
}

#[test]
fn entries_must_come_in_order() {
    let mut tables = Tables::default();
    let payload = [1, 0, 0, 0, b'a'];
    let record = Record { position: Position(8), kind: kinds::SYMBOL, payload: &payload };
    assert!(tables.apply(&record).is_err());
}
