//! What is read is what was written, or nothing.

use super::*;

fn some() -> Manifest {
    let span = |base, end| Span { base, end };
    Manifest {
        covered: Position(300),
        time: -5,
        living: BTreeMap::from([(0, 3), (7, -1)]),
        segments: vec![Indexed { span: span(0, 100), entries: 3, changes: 1 }, Indexed { span: span(100, 300), entries: 1, changes: 0 }],
        runs: vec![span(0, 300)],
        names: vec![span(0, 100)],
        kept: vec![Kept { kind: 3, payload: vec![0, 0, 0, 0, 65] }, Kept { kind: 6, payload: Vec::new() }],
        ..Manifest::new(Key([7; 16]))
    }
}

#[test]
fn round_trip_and_every_bit_matters() {
    let bytes = some().encode();
    assert_eq!(Manifest::decode(&bytes), Ok(some()));
    assert_eq!(some().twins(), 2);
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(Manifest::decode(&flipped), Err(NotManifest::Damaged(_))));
    }
    for length in 0..bytes.len() {
        assert!(matches!(Manifest::decode(&bytes[..length]), Err(NotManifest::Damaged(_))));
    }
}

#[test]
fn lengths_are_checked_even_if_the_checksum_fits() {
    let bytes = some().encode();
    for at in 48..bytes.len() - 4 {
        let mut changed = bytes[..bytes.len() - 4].to_vec();
        changed[at] = 0xff;
        let check = crc32c::crc32c(&changed);
        changed.extend_from_slice(&check.to_le_bytes());
        // Whatever it says now: no panic and no endless memory.
        let _ = Manifest::decode(&changed);
    }
}

#[test]
fn newer_formats_are_told() {
    let mut bytes = some().encode();
    bytes.truncate(bytes.len() - 4);
    bytes[8..12].copy_from_slice(&(FORMAT + 1).to_le_bytes());
    let check = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&check.to_le_bytes());
    assert_eq!(Manifest::decode(&bytes), Err(NotManifest::Newer(FORMAT + 1)));
}
