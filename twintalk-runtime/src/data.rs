//! The owned, plain tree that crosses borders: the Rust API, JSON, queues between shards.

use num_bigint::BigInt;

/// A Smalltalk value copied out of its twin.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer of at most 64 bits.
    Integer(i64),
    /// Any other integer.
    LargeInteger(BigInt),
    /// A float, which may be NaN or infinite.
    Float(f64),
    /// A character.
    Character(char),
    /// A string.
    String(String),
    /// A symbol.
    Symbol(String),
    /// An array or another sequence.
    Array(Vec<Data>),
    /// Associations in the dictionary's order.
    Dictionary(Vec<(Data, Data)>),
    /// A reference to another twin, by its id.
    Twin(String),
    /// An instance of any other class.
    Object {
        /// Its class.
        class: String,
        /// Its slots by name.
        slots: Vec<(String, Data)>,
    },
    /// Bytes.
    ByteArray(Vec<u8>),
    /// Numerator and denominator, in lowest terms.
    Fraction(BigInt, BigInt),
}

/// Rust values that are arguments as they stand.
macro_rules! from {
    ($($type:ty => |$value:ident| $data:expr;)*) => {$(
        impl From<$type> for Data {
            #[inline]
            fn from($value: $type) -> Self {
                $data
            }
        }
    )*};
}

from! {
    bool => |value| Data::Boolean(value);
    i32 => |value| Data::Integer(value.into());
    i64 => |value| Data::Integer(value);
    u32 => |value| Data::Integer(value.into());
    f64 => |value| Data::Float(value);
    char => |value| Data::Character(value);
    &str => |value| Data::String(value.to_owned());
    String => |value| Data::String(value);
    BigInt => |value| Data::LargeInteger(value);
    Vec<Data> => |value| Data::Array(value);
}

impl<T: Into<Data>> From<Option<T>> for Data {
    fn from(value: Option<T>) -> Self {
        value.map_or(Data::Nil, Into::into)
    }
}
