//! The command line of a built server and its environment variables.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::engine::api;
use crate::store::Store;

/// A server of digital twins.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
pub struct Options {
    /// Address and port to listen on; beyond this machine only with --token-file
    #[arg(long, env = "TWINTALK_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: String,

    /// Directory of the twins' events and snapshots; made when it does not exist
    #[arg(long, env = "TWINTALK_DATA", value_name = "DIR", default_value = "./twintalk-data")]
    pub data: PathBuf,

    /// When a message counts as done
    #[arg(long, env = "TWINTALK_DURABILITY", value_enum, default_value_t)]
    pub durability: Durability,

    /// Bound of resident memory, such as 4GiB; half of what the machine allows when not given
    #[arg(long, env = "TWINTALK_MEMORY", value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,

    /// Threads that run twins; one a core when not given
    #[arg(long, env = "TWINTALK_SHARDS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub shards: Option<u16>,

    /// Room on the disk below which messages are refused; 1GiB or a twentieth of the disk, whichever is more, when not given
    #[arg(long, env = "TWINTALK_MIN_FREE", value_name = "SIZE", value_parser = size)]
    pub min_free: Option<u64>,

    /// How long events are kept, at least, such as 30d, 12h or 90s, unless a twin's class says it; for ever when not given
    #[arg(long, env = "TWINTALK_RETAIN", value_name = "TIME", value_parser = length)]
    pub retain: Option<std::time::Duration>,

    /// File of bearer tokens, a line each: TOKEN read|send|admin[,…]
    #[arg(long, env = "TWINTALK_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,

    /// Tell what this program makes of every twin in --data, record nothing, and exit: 1 if twins would be refused
    #[arg(long)]
    pub check: bool,

    /// What to do instead of serving
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What a server does instead of serving.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Look after a data directory
    Store(Store),
}

/// When a message counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Durability {
    /// Its event survives a power failure
    #[default]
    Sync,
    /// Its event survives a crash of the server, not of the machine
    Os,
    /// Nothing is kept on disk
    Memory,
}

impl From<&Options> for api::Options {
    fn from(options: &Options) -> Self {
        let default = Self::default();
        Self {
            data: Some(options.data.clone()),
            durability: match options.durability {
                Durability::Sync => api::Durability::Sync,
                Durability::Os => api::Durability::Os,
                Durability::Memory => api::Durability::Memory,
            },
            memory: options.memory.unwrap_or(default.memory),
            min_free: options.min_free,
            retain: options.retain,
            shards: options.shards.map_or(default.shards, usize::from),
            ..default
        }
    }
}

/// A number of bytes: `4GiB`, `500MB`, `1073741824`.
fn size(text: &str) -> Result<u64, String> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err("write a whole number and KiB, MiB or GiB, such as 4GiB".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "write a whole number of bytes, such as 4GiB".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "that is more than 16 EiB".to_owned())
}

/// A length of time: `30d`, `12h`, `15m`, `90s`, `2w`.
pub(crate) fn length(text: &str) -> Result<std::time::Duration, String> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let seconds: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err("write a whole number and s, m, h, d or w, such as 30d".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "write a whole number and a unit, such as 30d".to_owned())?;
    number.checked_mul(seconds).map(std::time::Duration::from_secs).ok_or_else(|| "that is longer than anything".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn all_options() {
        let line = "server --listen [::1]:9 --data d --durability os --memory 4GiB --shards 2 --min-free 2GiB --retain 30d --token-file t";
        let options = Options::try_parse_from(line.split(' ')).expect("it parses");
        assert_eq!(options.listen, "[::1]:9");
        let engine = api::Options::from(&options);
        assert_eq!(engine.data, Some(PathBuf::from("d")));
        assert_eq!(engine.durability, api::Durability::Os);
        assert_eq!(engine.memory, 4 << 30);
        assert_eq!(engine.shards, 2);
        assert_eq!(engine.min_free, Some(2 << 30));
        assert_eq!(engine.retain, Some(std::time::Duration::from_secs(30 * 86_400)));
        assert_eq!(options.token_file, Some(PathBuf::from("t")));
    }

    #[test]
    fn lengths() {
        let seconds = |text| length(text).map(|length| length.as_secs());
        let all = ["0s", "90s", "15m", "12h", "30 d", "2w"].map(seconds);
        assert_eq!(all, [0, 90, 900, 43_200, 2_592_000, 1_209_600].map(Ok));
        for wrong in ["", "30", "d", "-1d", "1.5h", "3 years", "99999999999999999999w", "9999999999999999w"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("4GiB"), Ok(4 << 30));
        assert_eq!(size("512 MiB"), Ok(512 << 20));
        assert_eq!(size("1gb"), Ok(1_000_000_000));
        assert_eq!(size("77"), Ok(77));
        for wrong in ["", "GiB", "-1", "1.5GiB", "4 parsecs", "99999999999TiB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
