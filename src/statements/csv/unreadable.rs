//! Why a file can't be read as CSV.

use std::fmt;

use super::limits::{MAX_BYTES, MAX_ROWS};

/// The reason. `Display` prints a sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    TooLarge,
    TooManyRows,
    Pdf,
    /// Includes XLSX and ODS, which are archives.
    Zip,
    /// XLS and other old office files.
    OldSpreadsheet,
    Compressed,
    Image,
    Html,
    Xml,
    Json,
    RichText,
    /// The bytes are no text in any encoding.
    Binary,
    /// The chosen encoding is unknown.
    UnknownEncoding,
    /// The column of this member of [`ReadAs`](super::read_as::ReadAs) is not in the file.
    NoSuchColumn(&'static str),
    /// The chosen date format has no day, month or year.
    WrongDateFormat,
    /// The delimiter is no single ASCII character, or is a quote or a line end.
    WrongDelimiter,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("The file is empty."),
            Self::TooLarge => write!(f, "The file is larger than {} MiB.", MAX_BYTES / 1024 / 1024),
            Self::TooManyRows => write!(f, "The file has more than {MAX_ROWS} rows."),
            Self::Pdf => f.write_str("This is a PDF. Download the bookings as CSV instead."),
            Self::Zip => f.write_str(
                "This is a ZIP archive or a spreadsheet (XLSX, ODS). Unpack it, or save the sheet as CSV.",
            ),
            Self::OldSpreadsheet => f.write_str("This is a spreadsheet (XLS). Save the sheet as CSV."),
            Self::Compressed => f.write_str("This is a compressed file. Unpack it first."),
            Self::Image => f.write_str("This is an image. Download the bookings as CSV instead."),
            Self::Html => f.write_str("This is a web page (HTML). Download the bookings as CSV instead."),
            Self::Xml => f.write_str("This is an XML file, not a CSV file."),
            Self::Json => f.write_str("This is a JSON file, not a CSV file."),
            Self::RichText => f.write_str("This is a text document (RTF). Save it as plain text."),
            Self::Binary => f.write_str("This is not a text file."),
            Self::UnknownEncoding => f.write_str("This encoding is unknown."),
            Self::NoSuchColumn(_) => f.write_str("A column that was chosen is not in this file."),
            Self::WrongDateFormat => f.write_str("A date format needs a day, a month and a year."),
            Self::WrongDelimiter => f.write_str("This character can't separate cells."),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Refuses known other formats by their first bytes.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let text = marks
        .iter()
        .find_map(|mark| bytes.strip_prefix(*mark))
        .unwrap_or(bytes);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    let known: [(&[u8], Unreadable); 14] = [
        (b"%PDF", Unreadable::Pdf),
        (b"PK\x03\x04", Unreadable::Zip),
        (b"PK\x05\x06", Unreadable::Zip),
        (b"\xd0\xcf\x11\xe0", Unreadable::OldSpreadsheet),
        (b"\x1f\x8b", Unreadable::Compressed),
        (b"7z\xbc\xaf", Unreadable::Compressed),
        (b"Rar!", Unreadable::Compressed),
        (b"\x89PNG", Unreadable::Image),
        (b"\xff\xd8\xff", Unreadable::Image),
        (b"GIF8", Unreadable::Image),
        (b"RIFF", Unreadable::Image),
        (b"II*\0", Unreadable::Image),
        (b"MM\0*", Unreadable::Image),
        (b"{\\rtf", Unreadable::RichText),
    ];
    for (magic, kind) in known {
        if bytes.starts_with(magic) {
            return Err(kind);
        }
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(Unreadable::Image);
    }
    check_markup(bytes)
}

fn check_markup(bytes: &[u8]) -> Result<(), Unreadable> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start: Vec<u8> = text
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take(512)
        .map(u8::to_ascii_lowercase)
        .collect();
    if start.starts_with(b"<") {
        let is_html = [
            &b"<!doctype html"[..],
            b"<html",
            b"<head",
            b"<body",
            b"<table",
            b"<meta",
        ]
        .iter()
        .any(|tag| start.windows(tag.len()).any(|part| part == *tag));
        return Err(if is_html {
            Unreadable::Html
        } else {
            Unreadable::Xml
        });
    }
    let is_json = match start.first() {
        Some(b'{') => true,
        Some(b'[') => start
            .iter()
            .skip(1)
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|byte| matches!(byte, b'{' | b'[' | b']')),
        _ => false,
    };
    if is_json {
        return Err(Unreadable::Json);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_text_is_named() {
        for (bytes, kind) in [
            (&b""[..], Unreadable::Empty),
            (b" \r\n\t", Unreadable::Empty),
            (b"%PDF-1.7", Unreadable::Pdf),
            (b"PK\x03\x04\x14", Unreadable::Zip),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", Unreadable::OldSpreadsheet),
            (b"\x89PNG\r\n", Unreadable::Image),
            (b"\xff\xd8\xff\xe0", Unreadable::Image),
            (b"\0\0\0\x18ftypheic", Unreadable::Image),
            (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", Unreadable::Html),
            (b"<table><tr><td>1</td></tr></table>", Unreadable::Html),
            (b"<?xml version=\"1.0\"?><Document/>", Unreadable::Xml),
            (b"[ {\"date\": 1}]", Unreadable::Json),
            (b"{\"date\": 1}", Unreadable::Json),
            (b"{\\rtf1 x}", Unreadable::RichText),
        ] {
            assert_eq!(check(bytes), Err(kind));
            assert!(kind.to_string().ends_with('.'));
        }
        assert_eq!(check(b"Date,Amount\n"), Ok(()));
        assert_eq!(check(b"[Date],Amount\n"), Ok(()));
        assert_eq!(check(&vec![b'a'; MAX_BYTES]), Ok(()));
        assert_eq!(check(&vec![b'a'; MAX_BYTES + 1]), Err(Unreadable::TooLarge));
    }
}
