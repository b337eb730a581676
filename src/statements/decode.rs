//! The encoding of a file: its mark, then UTF-8, then what the file says of itself, then what its bytes look like.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};

/// The detector needs no more than this of a file.
const SAMPLE: usize = 256 * 1024;

/// The text of `bytes`; `region` is the top-level domain of a country that the file points to.
///
/// Text that is valid UTF-8 is UTF-8 whatever the file says of itself: many banks write a fixed header, and text in
/// another encoding is hardly ever valid UTF-8.
pub fn decoded<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    region: Option<&str>,
) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, is_wrong) = encoding.decode_without_bom_handling(&bytes[length..]);
        if !is_wrong || encoding != UTF_8 {
            return text;
        }
        return guessed(&bytes[length..], region);
    }
    match bytes {
        [0x01..=0x7f, 0, 0x01..=0x7f, 0, ..] => return UTF_16LE.decode_without_bom_handling(bytes).0,
        [0, 0x01..=0x7f, 0, 0x01..=0x7f, ..] => return UTF_16BE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    // All bytes of ISO-2022-JP are ASCII.
    if declared != Some(ISO_2022_JP)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    if let Some(encoding) = declared {
        let (text, is_wrong) = encoding.decode_without_bom_handling(bytes);
        if !is_wrong {
            return text;
        }
    }
    guessed(bytes, region)
}

fn guessed<'a>(bytes: &'a [u8], region: Option<&str>) -> Cow<'a, str> {
    let start = Encoding::ascii_valid_up_to(bytes).saturating_sub(64);
    let sample = &bytes[start..bytes.len().min(start + SAMPLE)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let encoding = match detector.guess(region.map(str::as_bytes), Utf8Detection::Deny) {
        // A file with a few signs only, such as the pound, is Western far more often.
        encoding if encoding == WINDOWS_1250 && region.is_none() => WINDOWS_1252,
        encoding => encoding,
    };
    encoding.decode_without_bom_handling(bytes).0
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, WINDOWS_1252};

    use super::decoded;

    #[test]
    fn a_header_that_lies_is_not_believed() {
        assert_eq!(decoded("Café".as_bytes(), Some(WINDOWS_1252), None), "Café");
        assert_eq!(
            decoded(b"Caf\xe9 M\xe9tro \x80", Some(UTF_8), None),
            "Café Métro €"
        );
        assert_eq!(decoded(b"Caf\xe9 \x97", Some(WINDOWS_1252), None), "Café —");
        assert_eq!(decoded(b"\xff\xfea\0b\0", None, None), "ab");
        assert_eq!(decoded(b"a\0b\0", None, None), "ab");
        assert_eq!(decoded(b"\xef\xbb\xbfab", None, None), "ab");
    }
}
