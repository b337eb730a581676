//! A parser for the JSON bodies of the API: an object of strings, and arrays of such objects. All other values are
//! checked to be JSON and dropped during parsing, so that the size of a body does not determine the memory it takes.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

/// Further items of an array are only counted.
const MAX_ITEMS: usize = 1_000;
/// Further members of an object are dropped. No call has so many, and no response lists so many errors.
const MAX_MEMBERS: usize = 128;

/// By name.
pub(super) type Members = BTreeMap<String, Json>;

#[derive(Debug)]
pub(super) enum Json {
    Null,
    Text(String),
    Bool(bool),
    /// Its value if it is a whole number of 64 bits.
    Number(Option<i64>),
    Object(Members),
    Array {
        /// At most [`MAX_ITEMS`].
        first: Vec<Json>,
        /// Including those that were dropped.
        count: usize,
    },
    /// A value that no call reads.
    Other,
}

pub(super) fn read(body: &[u8]) -> serde_json::Result<Json> {
    let mut from = serde_json::Deserializer::from_slice(body);
    let value = Level::Body.deserialize(&mut from)?;
    from.end()?;
    Ok(value)
}

/// The place of a value in the body, which decides what is kept of it.
///
/// Dropped values are parsed as well, because serde's `IgnoredAny` would accept any depth, number and escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Body,
    Member,
    Item,
    MemberOfItem,
    Dropped,
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Json, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(Some(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(i64::try_from(number).ok()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Number(None))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(match self {
            Self::Member | Self::MemberOfItem => Json::Text(text.to_owned()),
            Self::Body | Self::Item | Self::Dropped => Json::Other,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
        let (mut first, mut count) = (Vec::new(), 0);
        loop {
            let keep = self == Self::Member && count < MAX_ITEMS;
            let level = if keep { Self::Item } else { Self::Dropped };
            let Some(value) = values.next_element_seed(level)? else {
                break;
            };
            if keep {
                first.push(value);
            }
            count += 1;
        }
        Ok(match self {
            Self::Member => Json::Array { first, count },
            _ => Json::Other,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let level = match self {
            Self::Body => Self::Member,
            Self::Item => Self::MemberOfItem,
            Self::Member | Self::MemberOfItem | Self::Dropped => {
                while members.next_key_seed(Self::Dropped)?.is_some() {
                    members.next_value_seed(Self::Dropped)?;
                }
                return Ok(Json::Other);
            }
        };
        let mut read = Members::new();
        while let Some(name) = members.next_key::<String>()? {
            if read.len() < MAX_MEMBERS || read.contains_key(&name) {
                read.insert(name, members.next_value_seed(level)?);
            } else {
                members.next_value_seed(Self::Dropped)?;
            }
        }
        Ok(Json::Object(read))
    }
}

/// For the fingerprint of a request. Dropped values all become `null`, because a request with one is refused.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => to.serialize_str(text),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Number(Some(number)) => to.serialize_i64(*number),
            Self::Object(members) => to.collect_map(members),
            Self::Array { first, .. } => to.collect_seq(first),
            Self::Null | Self::Number(None) | Self::Other => to.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Members {
        match read(text.as_bytes()) {
            Ok(Json::Object(members)) => members,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_that_no_call_reads_are_dropped() {
        let body =
            members(r#"{"a":"x","b":null,"c":{"d":[1]},"e":[{"f":"y","g":[{}]},7,[]],"h":true,"i":1.5}"#);
        assert!(matches!(&body["a"], Json::Text(text) if text == "x"));
        assert!(matches!(body["b"], Json::Null));
        assert!(matches!(
            (&body["c"], &body["h"]),
            (Json::Other, Json::Bool(true))
        ));
        assert!(matches!(body["i"], Json::Number(_)));
        let Json::Array { first, count: 3 } = &body["e"] else {
            panic!("{body:?}")
        };
        let [Json::Object(item), Json::Number(_), Json::Other] = first.as_slice() else {
            panic!("{first:?}")
        };
        assert!(matches!(&item["f"], Json::Text(text) if text == "y"));
        assert!(matches!(item["g"], Json::Other));
    }

    #[test]
    fn the_first_items_and_members_are_kept() {
        let items = vec![r#"{"a":1}"#; 300_000].join(",");
        let body = members(&format!("{{\"items\":[{items}]}}"));
        let Json::Array { first, count } = &body["items"] else {
            panic!("an array")
        };
        assert_eq!((first.len(), *count), (MAX_ITEMS, 300_000));
        let many: Vec<String> = (0..50_000).map(|n| format!("\"{n}\":\"x\"")).collect();
        assert_eq!(members(&format!("{{{}}}", many.join(","))).len(), MAX_MEMBERS);
        let last = members(&format!("{{{},\"0\":null}}", many.join(",")));
        assert!(
            matches!(last["0"], Json::Null),
            "of a name that comes twice the last value counts"
        );
    }

    #[test]
    fn dropped_values_must_be_json() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        for text in [
            r#"{"a":{"b":1e999}}"#,
            r#"{"a":{"b":"\ud800"}}"#,
            r#"{"a":{"b":01}}"#,
            r#"{"a":[[1,]]}"#,
            "{} {}",
            deep.as_str(),
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fingerprint_is_of_the_members_in_the_order_of_their_names() {
        let body = members(r#"{"b":[{"d":"2","c":null}],"a":"\"1","e":2,"f":false,"g":1.5}"#);
        let text = serde_json::to_string(&body).unwrap();
        assert_eq!(
            text,
            r#"{"a":"\"1","b":[{"c":null,"d":"2"}],"e":2,"f":false,"g":null}"#
        );
    }
}
