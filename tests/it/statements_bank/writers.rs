//! Writes a ledger in each format.

use std::fmt::Write as _;

use expense_tracker::statements::qif::DateOrder;
use time::Date;

/// A booking of the ledger, in cents; negative is money out.
#[derive(Clone, Debug)]
pub struct Booking {
    pub date: Date,
    pub cents: i64,
    pub name: String,
    pub memo: String,
    pub id: u32,
}

const OPENING: i64 = -12_345;

fn plain(cents: i64, mark: &str) -> String {
    format!("{}{mark}{:02}", cents / 100, cents % 100)
}

fn signed(cents: i64, mark: &str) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}", plain(cents.abs(), mark))
}

fn packed(date: Date) -> String {
    date.to_string().replace('-', "")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub fn ofx1(ledger: &[Booking], mark: &str) -> Vec<u8> {
    let mut file =
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n".to_owned();
    file +=
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\r\n<BANKACCTFROM><ACCTID>12 34</BANKACCTFROM>\r\n";
    file += "<BANKTRANLIST>\r\n";
    for booking in ledger {
        write!(file,
            "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{}233000[-7:MST]<TRNAMT>{}\r\n<FITID>{}<NAME>{}\r\n<MEMO>{}\r\n</STMTTRN>\r\n",
            packed(booking.date),
            signed(booking.cents, mark),
            booking.id,
            escaped(&booking.name),
            escaped(&booking.memo)
        ).unwrap();
    }
    file += "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";
    file.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

pub fn ofx2(ledger: &[Booking]) -> Vec<u8> {
    let mut file =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\"?>\n".to_owned();
    file += "<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF>\n";
    file += "<CCACCTFROM><ACCTID>12 34</ACCTID></CCACCTFROM><BANKTRANLIST>\n";
    for booking in ledger {
        write!(file,
            "<STMTTRN>\n<TRNTYPE>OTHER</TRNTYPE>\n<DTPOSTED>{}</DTPOSTED>\n<TRNAMT>{}</TRNAMT>\n<FITID>{}</FITID>\n\
             <NAME>{}</NAME>\n<MEMO>{}</MEMO>\n</STMTTRN>\n",
            packed(booking.date),
            signed(booking.cents, "."),
            booking.id,
            escaped(&booking.name),
            escaped(&booking.memo)
        ).unwrap();
    }
    file += "</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>";
    file.into_bytes()
}

pub fn qif(ledger: &[Booking], order: DateOrder) -> Vec<u8> {
    let mut file = "!Account\nN12 34\nTBank\n^\n!Type:Bank\n".to_owned();
    for booking in ledger {
        let (year, month, day) = (
            booking.date.year(),
            u8::from(booking.date.month()),
            booking.date.day(),
        );
        let date = match order {
            DateOrder::DayFirst => format!("{day:02}/{month:02}/{year}"),
            DateOrder::MonthFirst => format!("{month}/{day:2}'{:02}", year % 100),
            DateOrder::YearFirst => booking.date.to_string(),
        };
        write!(
            file,
            "D{date}\nT{}\nU{}\nP{}\nM{}\nLFood:Groceries\n^\n",
            signed(booking.cents, "."),
            signed(booking.cents, "."),
            booking.name,
            booking.memo
        )
        .unwrap();
    }
    file.into_bytes()
}

/// Fields of 27 characters and lines of 65, both cut inside words, as German banks cut them.
pub fn mt940(ledger: &[Booking]) -> Vec<u8> {
    let balance = |cents: i64| {
        let mark = if cents < 0 { 'D' } else { 'C' };
        format!("{mark}200101EUR{}", plain(cents.abs(), ","))
    };
    let mut file = format!(
        ":20:STARTUMS\r\n:25:12 34\r\n:28C:1/1\r\n:60F:{}\r\n",
        balance(OPENING)
    );
    for booking in ledger {
        let day = &packed(booking.date)[2..];
        let mark = if booking.cents < 0 { "D" } else { "CR" };
        write!(
            file,
            ":61:{day}{}{mark}{}NMSCNONREF\r\n",
            &day[2..],
            plain(booking.cents.abs(), ",")
        )
        .unwrap();
        let text: Vec<char> = format!("SVWZ+{}", booking.memo).chars().collect();
        let name: Vec<char> = booking.name.chars().collect();
        let mut details = "166?00Kartenzahlung?10931".to_owned();
        for (number, part) in text.chunks(27).enumerate() {
            write!(details, "?{}{}", 20 + number, part.iter().collect::<String>()).unwrap();
        }
        for (number, part) in name.chunks(50).enumerate() {
            write!(details, "?{}{}", 32 + number, part.iter().collect::<String>()).unwrap();
        }
        file += ":86:";
        let details: Vec<char> = details.chars().collect();
        for line in details.chunks(65) {
            write!(file, "{}\r\n", line.iter().collect::<String>()).unwrap();
        }
    }
    let closing = OPENING + ledger.iter().map(|booking| booking.cents).sum::<i64>();
    write!(file, ":62F:{}\r\n-\r\n", balance(closing)).unwrap();
    file.into_bytes()
}

pub fn camt(ledger: &[Booking], version: u8) -> Vec<u8> {
    let direction = |cents: i64| if cents < 0 { "DBIT" } else { "CRDT" };
    let balance = |kind: &str, cents: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>\
             <Dt><Dt>2020-01-01</Dt></Dt></Bal>\n",
            plain(cents.abs(), "."),
            direction(cents)
        )
    };
    let mut file = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}\">\
         <BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>12 34</Id></Othr></Id><Ccy>EUR</Ccy></Acct>\n"
    );
    file += &balance("OPBD", OPENING);
    file += &balance(
        "CLBD",
        OPENING + ledger.iter().map(|booking| booking.cents).sum::<i64>(),
    );
    for booking in ledger {
        let is_new = version >= 8;
        let (name, status) = if is_new {
            ("<Pty><Nm>", "<Cd>BOOK</Cd>")
        } else {
            ("<Nm>", "BOOK")
        };
        let end = if is_new { "</Nm></Pty>" } else { "</Nm>" };
        let party = if booking.cents < 0 { "Cdtr" } else { "Dbtr" };
        writeln!(file,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>{}</Dt></BookgDt>\
             <AcctSvcrRef>{}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><{party}>{name}{}{end}</{party}></RltdPties>\
             <RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>",
            plain(booking.cents.abs(), "."),
            direction(booking.cents),
            booking.date,
            booking.id,
            escaped(&booking.name),
            escaped(&booking.memo)
        ).unwrap();
    }
    file += "</Stmt></BkToCstmrStmt></Document>\n";
    file.into_bytes()
}
