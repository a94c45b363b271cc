//! Steps by chance.

use proptest::prelude::*;

use super::history::{Message, Step};
use super::*;

/// Messages of all kinds.
pub fn message() -> impl Strategy<Value = Message> {
    let data = prop_oneof![
        4 => any::<u16>().prop_map(|number| int(number.into())),
        1 => Just(Data::Float(0.5)),
        1 => Just(Data::Nil),
        1 => Just(int(i64::MIN)),
        1 => "[a-zé€]{0,9}".prop_map(Data::String),
        1 => "(red|blue|green|[a-c]{2})".prop_map(Data::Symbol),
        1 => (any::<i32>(), "[a-z]{0,40}").prop_map(|(number, text)| array(&[int(number.into()), Data::String(text)])),
    ];
    let level = prop_oneof![any::<i32>().prop_map(|level| int(level.into())), Just(Data::Float(0.5)), Just(Data::Nil)];
    prop_oneof![
        6 => Just(Message::Bump),
        6 => data.prop_map(Message::Enter),
        3 => "[a-zé€]{0,90}".prop_map(Message::Replace),
        2 => any::<i64>().prop_map(Message::Stamp),
        2 => level.prop_map(Message::Level),
        1 => Just(Message::Boom),
        1 => Just(Message::Ask),
    ]
}

/// Steps of all kinds, on so many twins.
pub fn step(twins: u8) -> impl Strategy<Value = Step> {
    let id = move || 0..twins;
    prop_oneof![
        4 => id().prop_map(Step::Create),
        1 => id().prop_map(Step::Delete),
        1 => (id(), id()).prop_map(|(from, to)| Step::Clone(from, to)),
        14 => (id(), message()).prop_map(|(id, message)| Step::Tell(id, message)),
        2 => prop::collection::vec((id(), message()), 0..6).prop_map(Step::Bulk),
        3 => id().prop_map(Step::Read),
        2 => (1..9_u8).prop_map(Step::Index),
        1 => Just(Step::Compact),
        1 => any::<bool>().prop_map(Step::Restart),
    ]
}

/// The same, where the disk does not fail.
pub fn any_step(twins: u8) -> impl Strategy<Value = Step> {
    prop_oneof![19 => step(twins), 1 => (0..twins).prop_map(Step::Erase)]
}
