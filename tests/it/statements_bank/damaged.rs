//! Damaged and hostile files are read completely and quickly, and never give wrong rows.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use expense_tracker::statements::detect::Format;
use expense_tracker::statements::row::{Reason, Record};
use proptest::prelude::*;

use super::super::support::cases;
use super::{Read, read, read_as};

const FORMATS: [Format; 4] = [Format::Ofx, Format::Qif, Format::Mt940, Format::Camt];

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/statements/bank");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| !["md", "json"].contains(&path.extension().unwrap().to_str().unwrap()))
        .map(|path| {
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// No text that could not be decoded is stored.
fn check_texts(found: &Read) {
    for record in &found.records {
        let text = match record {
            Record::Row(row) => format!("{row:?}"),
            Record::Rejected(rejected) => format!("{rejected:?}"),
        };
        assert!(!text.contains('\u{fffd}'), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(400)))]

    /// Rows after the cut are missing, the truncated row can be rejected, and other rows are unchanged.
    #[test]
    fn a_file_cut_anywhere_has_no_other_rows(file in 0_usize..14, cut in any::<proptest::sample::Index>()) {
        let (name, bytes) = files().swap_remove(file);
        let whole = read(&bytes);
        let found = read_as(whole.format, &bytes[..cut.index(bytes.len() + 1)]);
        check_texts(&found);
        // The order of dates and the encoding depend on the whole file.
        if whole.format == Format::Qif || name.contains("1252") {
            return Ok(());
        }
        for row in found.rows() {
            let is_there = whole.rows().iter().any(|known| (known.date, known.amount) == (row.date, row.amount));
            prop_assert!(is_there, "{name}: {row:?}");
        }
    }

    #[test]
    fn a_file_with_wrong_bytes_is_read(
        file in 0_usize..14,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let (_, mut bytes) = files().swap_remove(file);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        check_texts(&read(&bytes));
        for format in FORMATS {
            check_texts(&read_as(format, &bytes));
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_texts(&read(&bytes));
        for format in FORMATS {
            check_texts(&read_as(format, &bytes));
        }
    }
}

/// Reads `bytes` in every format and gives the slowest time.
fn slowest(bytes: &[u8]) -> Duration {
    let times = FORMATS.into_iter().map(|format| {
        let start = Instant::now();
        check_texts(&read_as(format, bytes));
        start.elapsed()
    });
    times.max().unwrap()
}

/// Texts that are repeated until they fill a file.
const PIECES: &[&str] = &[
    "<",
    "<A",
    "<A>",
    "</A>",
    "<A ",
    "<A a=\"",
    "<!--",
    "<![CDATA[",
    "<?",
    "&",
    "&amp;",
    "&amp",
    "<STMTTRN>",
    "<STMTTRN><NAME>",
    "<NAME>x",
    "<CURRENCY>",
    "<STMTRS>",
    "{4:",
    "-}{4:",
    "{1:",
    ":20:",
    ":61:",
    ":61:\n",
    ":61:2001010101D1,NMSC\n:86:",
    ":60F:C200101EUR1,\n",
    "166?20",
    "?20",
    "/NAME/",
    "SVWZ+",
    "-\n",
    "^\n",
    "^",
    "D\n",
    "S\n",
    "!Account\n",
    "!Type:Bank\n",
    "D1/1/20\nT1\n",
    "x",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\0",
    "é",
    "\u{feff}",
    "'",
    "1,",
];

#[test]
fn no_file_takes_more_than_linear_time() {
    for piece in PIECES {
        let bytes = piece.repeat(256 * 1024 / piece.len()).into_bytes();
        let time = slowest(&bytes);
        assert!(time < Duration::from_secs(3), "{piece:?} took {time:?}");
        // After the start of a row.
        for start in [
            "<STMTTRN><NAME>",
            ":61:2001010101D1,00NMSC\n:86:166?20",
            "!Type:Bank\nD1/1/20\nP",
            "<Ntry><AddtlNtryInf>",
        ] {
            let bytes = [start.as_bytes(), &bytes[..32 * 1024]].concat();
            let time = slowest(&bytes);
            assert!(
                time < Duration::from_secs(1),
                "{piece:?} behind {start:?} took {time:?}"
            );
        }
    }
}

#[test]
fn elements_in_elements_end_the_file_at_a_limit() {
    let file = "<Document><BkToCstmrStmt><Stmt><Ntry>".to_owned() + &"<a>".repeat(1_000_000);
    let found = read(file.as_bytes());
    let rejected = found.rejected();
    assert_eq!((rejected.len(), rejected[0].reason), (1, Reason::TooFewCells));
    let file = "<Document><BkToCstmrStmt><Stmt>".to_owned() + &"<a>".repeat(1_000_000);
    let found = read(file.as_bytes());
    let rejected = found.rejected();
    assert_eq!(
        (rejected.len(), rejected[0].reason, rejected[0].line),
        (1, Reason::TooLong, 1)
    );
}

#[test]
fn no_entity_is_expanded() {
    let mut file = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..30 {
        write!(
            file,
            "<!ENTITY a{level} \"{}\">",
            format!("&a{};", level - 1).repeat(10)
        )
        .unwrap();
    }
    file += "<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"EUR\">1</Amt>\
             <CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-01-01</Dt></BookgDt>\
             <AddtlNtryInf>&a29; &x; &amp; &#65;&#x42;</AddtlNtryInf></Ntry></Stmt></BkToCstmrStmt></Document>";
    let found = read(file.as_bytes());
    assert_eq!(found.rows()[0].description, "&a29; &x; & AB");
}

#[test]
fn an_unterminated_field_is_rejected_and_the_next_row_is_read() {
    let long = "x".repeat(200_000);
    let ofx = format!(
        "<OFX><STMTTRN><DTPOSTED>20260101<TRNAMT>-1.00<NAME>{long}</STMTTRN>\
         <STMTTRN><DTPOSTED>20260102<TRNAMT>-2.00<NAME>B</STMTTRN></OFX>"
    );
    let qif = format!("!Type:Bank\nD2026-01-01\nT-1.00\nP{long}\n^\nD2026-01-02\nT-2.00\nPB\n^\n");
    let mt940 = format!(
        ":20:X\n:25:1\n:60F:C260101EUR3,\n:61:260101D1,00NMSCX\n:86:{long}\n:61:260102D2,00NMSCX\n:86:B\n:62F:C260101EUR0,\n-\n"
    );
    let entry = |text: &str, day: u8| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{day}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-01-{day:02}</Dt></BookgDt>\
             <AddtlNtryInf>{text}</AddtlNtryInf></Ntry>"
        )
    };
    let camt = format!(
        "<Document><BkToCstmrStmt><Stmt>{}{}</Stmt></BkToCstmrStmt></Document>",
        entry(&long, 1),
        entry("B", 2)
    );
    for file in [ofx, qif, mt940, camt] {
        let found = read(file.as_bytes());
        assert_eq!(
            found.rejected().iter().map(|row| row.reason).collect::<Vec<_>>(),
            [Reason::TooLong]
        );
        assert_eq!(
            found
                .rows()
                .iter()
                .map(|row| row.description.as_str())
                .collect::<Vec<_>>(),
            ["B"]
        );
    }
}

#[test]
fn a_truncated_row_is_rejected() {
    for file in [
        "<OFX><STMTTRN><DTPOSTED>20260101<NAME>A<TRNAMT>-14",
        "!Type:Bank\nD2026-01-01\nPA\nT-14",
        ":20:X\n:25:1\n:60F:C260101EUR3,\n:61:260101D14",
        "<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"EUR\">14",
    ] {
        let found = read(file.as_bytes());
        assert_eq!((found.rows().len(), found.rejected().len()), (0, 1), "{file}");
        assert_eq!(found.rejected()[0].reason, Reason::TooFewCells, "{file}");
    }
}

#[test]
fn the_time_per_row_is_constant() {
    let mut file = "!Type:Bank\n".to_owned();
    for day in 0..20_000 {
        write!(
            file,
            "D{}/{}'20\nT-1,234.56\nPShop\n^\n",
            1 + day % 12,
            13 + day % 15
        )
        .unwrap();
    }
    let start = Instant::now();
    assert_eq!(read(file.as_bytes()).rows().len(), 20_000);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
