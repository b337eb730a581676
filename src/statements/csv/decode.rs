//! Detects the encoding of a file and decodes it.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};

use super::unreadable::Unreadable;

const WITH_MARK: &str = " with byte order mark";
/// Bytes of non-ASCII lines for the detector.
const SAMPLE: usize = 256 * 1024;
/// A file with one invalid sequence per this many valid ones still counts as UTF-8.
const GOOD_PER_BROKEN: usize = 10;

/// The text of a file.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// Some bytes are invalid in this encoding. They became U+FFFD, and their rows are rejected.
    pub is_broken: bool,
}

/// Decodes the file with the encoding of this name.
pub(super) fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<Decoded<'a>, Unreadable> {
    let encoding = by_name(name).ok_or(Unreadable::UnknownEncoding)?;
    // The byte order mark of another encoding is ordinary text in this one.
    let bytes = match Encoding::for_bom(bytes) {
        Some((marked, length)) if marked == encoding => &bytes[length..],
        _ => bytes,
    };
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    Ok(Decoded { text, is_broken })
}

fn by_name(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().to_ascii_lowercase();
    match name.strip_suffix(WITH_MARK).unwrap_or(&name) {
        "utf-16-le" => Some(UTF_16LE),
        "utf-16-be" => Some(UTF_16BE),
        other => Encoding::for_label(other.as_bytes()),
    }
}

fn name_of(encoding: &'static Encoding) -> String {
    match encoding.name() {
        "UTF-16LE" => "utf-16-le".to_owned(),
        "UTF-16BE" => "utf-16-be".to_owned(),
        // GB18030 is a superset.
        "GBK" => "gb18030".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

/// The name of the likely encoding.
pub(super) fn detect(bytes: &[u8]) -> Result<String, Unreadable> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(name_of(encoding) + WITH_MARK);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(name_of(encoding));
    }
    if bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    if is_utf8(bytes) {
        return Ok(name_of(UTF_8));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample(bytes), true);
    let mut encoding = detector.guess(None, Utf8Detection::Deny);
    // A file whose only special characters are currency signs fits both; windows-1252 is far more common.
    if encoding == WINDOWS_1250 && !has_central_european_letters(bytes) {
        encoding = WINDOWS_1252;
    }
    let (_, has_errors) = encoding.decode_without_bom_handling(bytes);
    Ok(name_of(if has_errors { WINDOWS_1252 } else { encoding }))
}

/// Whether the bytes are UTF-8, with few exceptions: some banks cut texts in the middle of a character.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    good >= broken * GOOD_PER_BROKEN
}

/// In UTF-16 every second byte of Latin text is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4_096)];
    let zeros = |parity: usize| {
        let bytes = sample.iter().skip(parity).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let half = sample.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 4 => None,
        (0, odd) if odd * 2 > half => Some(UTF_16LE),
        (even, 0) if even * 2 > half => Some(UTF_16BE),
        _ => None,
    }
}

/// The non-ASCII lines, by which encodings differ.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        if !line.is_ascii() {
            sample.extend_from_slice(&line[..line.len().min(SAMPLE)]);
        }
        if sample.len() >= SAMPLE {
            break;
        }
    }
    sample
}

/// Whether there are Polish, Czech or Hungarian letters beside other letters. In windows-1252 these bytes are signs.
fn has_central_european_letters(bytes: &[u8]) -> bool {
    let is_sign = |byte: u8| matches!(byte, 0xa3 | 0xa5 | 0xaf | 0xb3 | 0xb9 | 0xbf | 0x9c | 0x9f | 0x8c);
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    bytes.iter().enumerate().any(|(at, byte)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        is_sign(*byte) && is_letter(before) && is_letter(bytes.get(at + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_show_the_encoding() {
        for (bytes, name) in [
            (&b"Date,Amount\n"[..], "utf-8"),
            ("Währung,Größe".as_bytes(), "utf-8"),
            (b"\xef\xbb\xbfDate", "utf-8 with byte order mark"),
            (b"\xff\xfeD\0a\0", "utf-16-le with byte order mark"),
            (b"\xfe\xff\0D\0a", "utf-16-be with byte order mark"),
            (b"D\0a\0t\0e\0,\0", "utf-16-le"),
            (b"\0D\0a\0t\0e\0,", "utf-16-be"),
            (b"\"\xa310.99\"\n\"\xa32.00\"\n", "windows-1252"),
            (b"Empf\xe4nger;W\xe4hrung;\xdcberweisung\n", "windows-1252"),
            (
                b"Odbiorca;p\xb3atno\x9c\xe6;z\xb3oty;\xbf\xf3\xb3w\n",
                "windows-1250",
            ),
        ] {
            assert_eq!(detect(bytes).as_deref(), Ok(name), "{bytes:?}");
        }
        assert_eq!(detect(b"\x01\x02\0\x03\0\0\x09"), Err(Unreadable::Binary));
    }

    #[test]
    fn a_character_cut_in_half_does_not_change_the_encoding_of_a_file() {
        let mut bytes = "Zürich Genève Köln Größe Straße Überweisung Gebühr Währung Empfänger für"
            .as_bytes()
            .to_vec();
        bytes.push(0xc3);
        assert_eq!(detect(&bytes).as_deref(), Ok("utf-8"));
        let decoded = decode(&bytes, "utf-8").unwrap();
        assert!(decoded.is_broken && decoded.text.ends_with('\u{fffd}'));
    }

    #[test]
    fn a_name_may_be_any_that_is_common() {
        for name in ["utf-8", "UTF8", "utf-8 with byte order mark"] {
            assert_eq!(decode(b"\xef\xbb\xbfa", name).unwrap().text, "a", "{name}");
        }
        assert_eq!(decode(b"\xe4", "latin1").unwrap().text, "ä");
        assert_eq!(decode(b"\xff\xfea\0", "utf-16-le").unwrap().text, "a");
        assert_eq!(decode(b"a", "klingon").unwrap_err(), Unreadable::UnknownEncoding);
    }
}
