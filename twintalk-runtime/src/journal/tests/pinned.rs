//! The format of the files, byte by byte. A change here is a new format number.

use super::super::faulty::Disk;
use super::{Driven, Durability, small};

#[test]
fn format_1() {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    log.append(0x41, &[3, 1]).unwrap();
    log.drain();
    log.close().unwrap();
    let (name, bytes) = disk.contents().remove(0);
    assert_eq!(name, "0000000000000000.log");
    let lines: Vec<String> = bytes.chunks(8).map(|word| word.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
    let expected = [
        "20000000534547ff", // 32, "SEG"
        "5457494e54414c4b", // "TWINTALK"
        "0100000001000000", // format 1, epoch 1
        "0000000000000000", // base 0
        "00000000",         // (nothing), check
        "2000000046524dff", // 32, "FRM"
        "0100000030000000", // epoch 1, 48 bytes of records
        "2800000000000000", // position 40
        "0000000000000000", // nothing is durable yet
        "",                 // CRC-32C of the records, check
        "0b000000",         // 11 bytes, check, kind 0x41
        "0000000000000000", // no previous record
        "4142430000000000", // its bytes, padding
        "09000000",         // 9 bytes, check, kind 0x41
        "5000000000000000", // the record before, at position 80
        "4200000000000000", // its byte, padding
        "20000000454e44ff", // 32, "END"
        "0100000000000000", // epoch 1, no records
        "8000000000000000", // position 128
        "8000000000000000", // all before is durable
        "00000000",         // (nothing), check
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line} is not {expected}\n{lines:#?}");
    }
}
