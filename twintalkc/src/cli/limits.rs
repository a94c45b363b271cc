//! `--fuel` and `--heap`: what a program may use up.

use clap::Args;
use std::process::Command;

/// What a program may use up.
#[derive(Args, Clone, Copy)]
pub struct Limits {
    /// End with an error after so many method calls and rounds of loops
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    fuel: Option<u64>,

    /// End with an error when objects take more memory than this: 512M, 4G [default: 2G]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    heap: Option<u64>,
}

impl Limits {
    /// Tells the program, whose runtime knows the variables.
    pub fn tell(self, program: &mut Command) {
        for (name, value) in [("TWINTALK_FUEL", self.fuel), ("TWINTALK_HEAP", self.heap)] {
            match value {
                Some(value) => program.env(name, value.to_string()),
                None => program.env_remove(name),
            };
        }
    }
}

/// `512M` as bytes.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_uppercase().trim_end_matches("IB").trim_end_matches('B') {
        "" => Some(1),
        "K" => Some(1 << 10),
        "M" => Some(1 << 20),
        "G" => Some(1 << 30),
        _ => None,
    };
    let bytes = digits.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "a size is a number and perhaps K, M or G: `512M`".into())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(["4096", "1k", "512M", "2GiB", "3gb"].map(|text| size(text).unwrap()), [4096, 1 << 10, 512 << 20, 2 << 30, 3 << 30]);
        for text in ["", "M", "1T", "-1", "0", "1.5G", "99999999999999G"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
