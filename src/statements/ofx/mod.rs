//! OFX and QFX, 1.x (SGML) and 2.x (XML), with or without a header.
//!
//! The reader does not check how tags are nested: banks close them in the wrong place or not at all. A row is what stands
//! between `STMTTRN` and its end; account and currency are those before it.

mod entity;
mod tags;
mod transaction;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use self::tags::{Tag, tag_at};
use self::transaction::{Kind, Transaction};
use super::clean;
use super::decode::decoded;
use super::lines::LineCounter;
use super::row::Record;

/// The parts of an investment list that are no bank bookings.
const INVESTMENTS: [&str; 20] = [
    "BUYDEBT",
    "BUYMF",
    "BUYOPT",
    "BUYOTHER",
    "BUYSTOCK",
    "SELLDEBT",
    "SELLMF",
    "SELLOPT",
    "SELLOTHER",
    "SELLSTOCK",
    "INCOME",
    "REINVEST",
    "INVEXPENSE",
    "TRANSFER",
    "MARGININTEREST",
    "RETOFCAP",
    "SPLIT",
    "JRNLFUND",
    "JRNLSEC",
    "CLOSUREOPT",
];

/// A record for each transaction of the file. OFX has no opening balances that the rows could explain.
pub fn read(bytes: &[u8]) -> Reader<'_> {
    Reader {
        text: decoded(bytes, declared(bytes), None),
        position: 0,
        lines: LineCounter::new(),
        account: None,
        currency: None,
        is_in_investments: false,
        open: None,
    }
}

#[derive(Debug)]
pub struct Reader<'a> {
    text: Cow<'a, str>,
    position: usize,
    lines: LineCounter,
    account: Option<String>,
    currency: Option<String>,
    is_in_investments: bool,
    open: Option<Transaction>,
}

impl Iterator for Reader<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let text = std::mem::take(&mut self.text);
        let record = self.next_in(&text);
        self.text = text;
        record
    }
}

impl Reader<'_> {
    fn next_in(&mut self, text: &str) -> Option<Record> {
        while let Some(tag) = tag_at(text, self.position) {
            if self.open.is_some() && ends_transaction(&tag) {
                let is_own_end =
                    tag.is_closing && self.open.as_ref().is_some_and(|open| open.name == tag.name);
                let end = if is_own_end { tag.end } else { tag.start };
                self.position = end;
                return self.finish(text, end, true);
            }
            self.position = tag.end;
            self.apply(text, &tag);
        }
        self.position = text.len();
        self.finish(text, text.len(), false)
    }

    fn finish(&mut self, text: &str, end: usize, is_whole: bool) -> Option<Record> {
        let open = self.open.take()?;
        let raw = &text[open.start..end];
        Some(open.record(self.account.as_deref(), self.currency.as_deref(), raw, is_whole))
    }

    fn apply(&mut self, text: &str, tag: &Tag<'_>) {
        let name = tag.name.as_ref();
        if tag.is_closing {
            match (name, &mut self.open) {
                ("CURRENCY", Some(open)) => open.set("ORIGCURRENCY", ""),
                ("INVTRANLIST", _) => self.is_in_investments = false,
                _ => {}
            }
            return;
        }
        let kind = match name {
            "STMTTRN" => Some(Kind::Booked),
            "STMTTRNP" => Some(Kind::Pending),
            name if self.is_in_investments && INVESTMENTS.contains(&name) => Some(Kind::Investment),
            _ => None,
        };
        // A `BUYSTOCK` has no other transaction inside.
        if let Some(kind) = kind.filter(|_| self.open.is_none()) {
            let line = self.lines.line_of(text.as_bytes(), tag.start);
            self.open = Some(Transaction::new(kind, name, line, tag.start));
            return;
        }
        let value = || entity::unescaped(Cow::Borrowed(&tag.value));
        if let Some(open) = &mut self.open {
            open.set(name, &value());
            return;
        }
        match name {
            "STMTTRNRS" | "CCSTMTTRNRS" | "INVSTMTTRNRS" | "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                self.account = None;
                self.currency = None;
            }
            "INVTRANLIST" => self.is_in_investments = true,
            "CURDEF" => self.currency = clean::present(&value()).map(|code| code.to_ascii_uppercase()),
            "ACCTID" => self.account = clean::present(&value()),
            _ => {}
        }
    }
}

/// Its own end, or anything that can't stand in a transaction where the end is missing.
fn ends_transaction(tag: &Tag<'_>) -> bool {
    match tag.name.as_ref() {
        "STMTTRN" | "STMTTRNP" | "BANKTRANLIST" | "BANKTRANLISTP" | "INVTRANLIST" | "INVBANKTRAN"
        | "LEDGERBAL" | "AVAILBAL" | "STMTRS" | "CCSTMTRS" | "INVSTMTRS" | "OFX" => true,
        name => tag.is_closing && INVESTMENTS.contains(&name),
    }
}

/// What the header says of the encoding: `CHARSET:1252`, or `encoding="…"` in XML.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(2048)];
    let head = String::from_utf8_lossy(head).to_ascii_uppercase();
    let head = head.split("<OFX>").next().unwrap_or_default();
    let after = |name: &str| {
        let value = head.split_once(name)?.1.trim_start_matches([' ', '"', '\'']);
        value
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
            .next()
    };
    if let Some(label) = after("ENCODING=") {
        return Encoding::for_label(label.as_bytes());
    }
    if matches!(after("ENCODING:"), Some("UTF-8" | "UTF8" | "UNICODE")) {
        return Some(UTF_8);
    }
    match after("CHARSET:")? {
        "1252" | "ISO-8859-1" | "8859-1" => Some(WINDOWS_1252),
        page if page.bytes().all(|byte| byte.is_ascii_digit()) => {
            Encoding::for_label(format!("windows-{page}").as_bytes())
        }
        label => Encoding::for_label(label.as_bytes())
            .or_else(|| Encoding::for_label(format!("iso-{label}").as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, ISO_8859_2, UTF_8, WINDOWS_1250, WINDOWS_1252};

    use super::declared;

    #[test]
    fn the_header_names_the_encoding() {
        for (header, expected) in [
            ("ENCODING:USASCII\nCHARSET:1252\n<OFX>", Some(WINDOWS_1252)),
            ("ENCODING:USASCII CHARSET:1250 <OFX>", Some(WINDOWS_1250)),
            ("ENCODING: UTF-8\nCHARSET:NONE\n", Some(UTF_8)),
            ("ENCODING:USASCII\nCHARSET:8859-2\n", Some(ISO_8859_2)),
            ("<?xml version=\"1.0\" encoding=\"big5\"?>", Some(BIG5)),
            ("<OFX><MEMO>CHARSET:1252", None),
        ] {
            assert_eq!(declared(header.as_bytes()), expected, "{header}");
        }
    }
}
