//! The orders that strings are compared in, as keys of characters. Characters beyond Latin-1 stand by their codes.

use super::character::upper;

/// A small letter is as its capital, if that is in Latin-1 too.
pub(super) fn folded(code: u32) -> u32 {
    match u8::try_from(code) {
        Ok(byte) => Some(u32::from(upper(char::from(byte)))).filter(|upper| *upper < 256).unwrap_or(code),
        Err(_) => code,
    }
}

/// What comes first, in this order; then the others of Latin-1 by their codes.
const FIRST: &[u8] = b" 0123456789AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz";

/// The place of each character of Latin-1.
const PLACES: [u8; 256] = places();

const fn places() -> [u8; 256] {
    let mut places = [0; 256];
    let mut known = [false; 256];
    let mut next = 0;
    while next < FIRST.len() {
        places[FIRST[next] as usize] = next as u8;
        known[FIRST[next] as usize] = true;
        next += 1;
    }
    let mut code = 0;
    while code < 256 {
        if !known[code] {
            places[code] = next as u8;
            next += 1;
        }
        code += 1;
    }
    places
}

/// The space, digits, letters, each capital before its small one, then the others.
pub(super) fn dictionary(code: u32) -> u32 {
    u8::try_from(code).map_or(code, |byte| u32::from(PLACES[usize::from(byte)]))
}
