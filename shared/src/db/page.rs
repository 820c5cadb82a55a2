//! Lists come in pages: ordered by a binary key, then by id, continued by an opaque cursor.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// Where a list goes on: after this key. `list` names the list, so a cursor of another one is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub list: String,
    pub after: String,
}

impl Cursor {
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{}", self.list, self.after))
    }

    pub fn decode(text: &str, list: &str) -> Result<Self> {
        let unreadable = || Error::invalid("cursor", "invalid_cursor", "this cursor does not belong to this list");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
        let (of, after) = text.split_once('\n').ok_or_else(unreadable)?;
        if of == list { Ok(Self { list: of.to_owned(), after: after.to_owned() }) } else { Err(unreadable()) }
    }
}

/// How much of a list is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    pub limit: u64,
    pub after: Option<String>,
}

impl PageRequest {
    pub const DEFAULT_LIMIT: u64 = 50;
    pub const MAX_LIMIT: u64 = 200;

    /// Reads `limit` (1 to 200, default 50) and `cursor`.
    pub fn read(limit: Option<u64>, cursor: Option<&str>, list: &str) -> Result<Self> {
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT);
        if limit == 0 || limit > Self::MAX_LIMIT {
            return Err(Error::invalid("limit", "out_of_range", format!("must be from 1 to {}", Self::MAX_LIMIT)));
        }
        let after = cursor.map(|text| Cursor::decode(text, list)).transpose()?.map(|cursor| cursor.after);
        Ok(Self { limit, after })
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// Cuts a result that was fetched with one row more than wanted.
    pub fn cut(mut items: Vec<T>, request: &PageRequest, list: &str, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        if items.len() <= limit {
            return Self::whole(items);
        }
        items.truncate(limit);
        let next_cursor = items.last().map(|last| Cursor { list: list.to_owned(), after: key(last) }.encode());
        Self { items, next_cursor }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_round_and_stays_in_its_list() {
        let cursor = Cursor { list: "clients".into(), after: "018f".into() };
        assert_eq!(Cursor::decode(&cursor.encode(), "clients").expect("own"), cursor);
        assert!(Cursor::decode(&cursor.encode(), "staff").is_err());
        assert!(Cursor::decode("%%%", "clients").is_err());
        assert!(PageRequest::read(Some(0), None, "clients").is_err());
        assert!(PageRequest::read(Some(201), None, "clients").is_err());
    }
}
