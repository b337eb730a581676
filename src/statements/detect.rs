//! The format of a file, by its bytes; CSV is what is left.

use encoding_rs::Encoding;

use super::lines::line_at;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Ofx,
    Qif,
    Mt940,
    Camt,
}

/// Comments and banners before the first tag are never longer.
const HEAD: usize = 64 * 1024;

pub fn detect(bytes: &[u8]) -> Format {
    let head = head(bytes);
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    if start.starts_with('<') {
        // Names may have a prefix: `<ns:Document>`.
        let is_camt = [
            "BkToCstmrStmt",
            "BkToCstmrAcctRpt",
            "BkToCstmrDbtCdtNtfctn",
            "camt.05",
        ]
        .iter()
        .any(|name| start.contains(name));
        if is_camt {
            return Format::Camt;
        }
    }
    if is_ofx(start) {
        return Format::Ofx;
    }
    if is_mt940(start) {
        return Format::Mt940;
    }
    if is_qif(start) {
        return Format::Qif;
    }
    Format::Csv
}

/// The beginning as text in which all ASCII is right.
fn head(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(HEAD)];
    if let Some((encoding, length)) = Encoding::for_bom(head) {
        return encoding
            .decode_without_bom_handling(&head[length..])
            .0
            .into_owned();
    }
    // UTF-16 without a mark loses its zeros.
    head.iter()
        .filter(|byte| **byte != 0)
        .map(|byte| char::from(*byte))
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (line, next) = line_at(text, at)?;
        at = next;
        Some(line)
    })
}

fn is_ofx(start: &str) -> bool {
    let upper = start.to_ascii_uppercase();
    if upper.starts_with('<') {
        // Names may have a prefix.
        return ["<OFX", "<?OFX", ":OFX>", ":OFX ", "STMTTRN>"]
            .iter()
            .any(|name| upper.contains(name));
    }
    lines(&upper).map(str::trim_start).any(|line| {
        ["OFXHEADER", "<OFX>", "<OFX ", "<?OFX"]
            .iter()
            .any(|name| line.starts_with(name))
    })
}

fn is_mt940(start: &str) -> bool {
    if start.starts_with("{1:") && start.contains(":20:") {
        return true;
    }
    let starts = |names: &[&str]| {
        lines(start)
            .map(|line| line.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()))
            .any(|line| names.iter().any(|name| line.starts_with(name)))
    };
    let begins = starts(&[":20:", ":940:", ":942:", "{4:"]);
    (begins && starts(&[":25:", ":28", ":60", ":61:"])) || (starts(&[":60F:", ":60M:"]) && starts(&[":61:"]))
}

fn is_qif(start: &str) -> bool {
    let is_header = |line: &str| {
        let line = line.trim().to_ascii_lowercase();
        ["!type:", "!account", "!option:", "!clear:"]
            .iter()
            .any(|name| line.starts_with(name))
    };
    if lines(start).any(is_header) {
        return true;
    }
    // Without a header: records of single letters that end in a caret.
    let record: Vec<&str> = lines(start)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take_while(|line| *line != "^")
        .take(50)
        .collect();
    let has = |letter: char| {
        record.iter().any(|line| {
            line.strip_prefix(letter).is_some_and(|value| {
                value
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit() || c == '-')
            })
        })
    };
    has('D') && (has('T') || has('U')) && lines(start).any(|line| line.trim() == "^")
}

#[cfg(test)]
mod tests {
    use super::{Format, detect};

    #[test]
    fn the_format_is_told_by_the_bytes() {
        for (text, format) in [
            ("\r\n\r\n<OFX>\r\n", Format::Ofx),
            ("OFXHEADER:100\nDATA:OFXSGML\n<OFX>", Format::Ofx),
            ("<!-- made today -->\n<ofx><stmttrn>", Format::Ofx),
            (
                "<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><OFX>",
                Format::Ofx,
            ),
            ("\u{feff}!Type:Bank\nD1/1/20\n", Format::Qif),
            ("### made by hand ###\n\n!type:CCard\n", Format::Qif),
            ("D1/1/20\nT-1.00\nPShop\n^\n", Format::Qif),
            ("ABNANL2A\n940\nABNANL2A\n:20:X\n:25:1\n", Format::Mt940),
            ("{1:F01INGBNL2A}{2:I940}{4:\n:20:X\n:25:1\n", Format::Mt940),
            ("\u{1}:20:X\r\n:60F:C200101EUR1,\r\n", Format::Mt940),
            (
                "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">",
                Format::Camt,
            ),
            (
                "<?xml version='1.0'?>\n<n:Document><n:BkToCstmrAcctRpt>",
                Format::Camt,
            ),
            ("Date,Amount\n2020-01-01,1\n", Format::Csv),
            ("Description;Amount\nThe !Type:Bank line;1\n", Format::Csv),
            ("Date,Note\n2020,\"see <OFX> for more\"\n", Format::Csv),
            ("<html><body>Log in</body></html>", Format::Csv),
            ("", Format::Csv),
        ] {
            assert_eq!(detect(text.as_bytes()), format, "{text}");
        }
        let utf16: Vec<u8> = "<OFX>\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detect(&utf16), Format::Ofx);
    }
}
