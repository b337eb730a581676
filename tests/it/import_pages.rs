//! The walk of an import without scripts: choose a file, read as, review, done.
//!
//! More than 300 lines, because each story walks all pages of an import.

use std::io::Write as _;
use std::net::TcpStream;

use super::imports::file;
use super::support::{Answer, App, Page, Request, Visitor};

/// The body of the form with a file, and its content type.
fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let boundary = "----a-boundary";
    let mut body = Vec::new();
    for (name, file, content) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        let file = file
            .map(|file| format!("; filename=\"{file}\""))
            .unwrap_or_default();
        body.extend_from_slice(
            format!("Content-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Chooses a file and continues.
#[track_caller]
pub fn choose(person: &Visitor, name: &str, content: &[u8]) -> Answer {
    choose_at(person, "/import", name, content)
}

fn choose_at(person: &Visitor, path: &str, name: &str, content: &[u8]) -> Answer {
    let (kind, body) = multipart(&[("file", Some(name), content), ("text", None, b"")]);
    person.send(&Request::new("POST", path).body(&kind, body))
}

/// The count of a verdict on the page of an import.
fn count(page: &Page, verdict: &str) -> String {
    page.attr(
        &format!("[aria-label=Verdicts] [data-verdict={verdict}]"),
        "data-count",
    )
}

#[test]
fn a_bank_file_is_reviewed_imported_seen_and_taken_back() {
    let app = App::start();
    let person = app.person();
    assert!(person.page("/expenses?period=all").has_link("Import"));
    let form = person.page("/import").form("Import a file");
    assert!(form.action.contains("form_for="), "{}", form.action);
    let chosen = choose(&person, "/home/sam/chase.csv", &file("us-chase-checking.csv"));
    let page = person.follow(&chosen);
    let address = chosen.location().to_owned();
    assert_eq!(page.text("h1"), "Import chase.csv");
    assert_eq!(count(&page, "new"), "5");
    for verdict in ["known", "maybe", "left-out", "rejected"] {
        assert_eq!(count(&page, verdict), "0", "{verdict}");
    }
    assert_eq!(
        page.count("table[aria-label=Rows] input[type=checkbox][checked]"),
        5
    );
    let name = &page.attrs("table[aria-label=Rows] input[type=checkbox]", "aria-label")[0];
    assert!(name.starts_with("Take ") && name.contains('$'), "{name}");
    assert!(page.text("main").contains("Import 5 rows"));

    let done = person.post(&format!("{address}/confirm"), &[]);
    let page = person.follow(&done);
    assert!(page.status().contains("Imported 5 expenses"), "{}", page.status());
    let list = person.page(&page.link("View expenses"));
    assert_eq!(list.rows().len(), 5);
    let again = person.follow(&choose(&person, "chase.csv", &file("us-chase-checking.csv")));
    assert_eq!(count(&again, "new"), "0");
    assert_eq!(count(&again, "known"), "5");

    let undone = person.post(&format!("{address}/undo"), &[]);
    let page = person.follow(&undone);
    assert!(page.status().contains("Moved 5 expenses to the trash"));
    assert_eq!(person.page("/expenses?period=all&kind=all").rows().len(), 0);
    assert!(person.page("/import").text("main").contains("undone"));
}

#[test]
fn what_two_readings_fit_is_asked_and_then_remembered() {
    let app = App::start();
    let person = app.person();
    let chosen = choose(&person, "monefy.csv", &file("peer-monefy-ambiguous.csv"));
    let page = person.follow(&chosen);
    let address = chosen.location().to_owned();
    assert!(page.count("details.read-as[open]") > 0);
    assert!(page.count(".question") > 0, "the question stands at its field");
    assert_eq!(page.count("table[aria-label=Rows]"), 0);
    assert!(page.count(".import-preview tbody tr") > 0);
    person.post(&format!("{address}/confirm"), &[]).expect(409);
    let form = page.form("Read as");
    let still = person.submit(&form, &[]);
    assert!(person.follow(&still).count(".question") > 0, "nothing is guessed");
    let read = person.submit(&form, &[("date_order", "DD/MM/YYYY")]);
    let page = person.follow(&read);
    assert_eq!(page.count(".question"), 0);
    assert_eq!(count(&page, "new"), "6");
    person.post(&format!("{address}/confirm"), &[]).location();
    let next = person.follow(&choose(&person, "monefy.csv", &file("peer-monefy-ambiguous.csv")));
    assert!(
        next.text("main")
            .contains("Your choices from the last file with these columns are used")
    );
    assert_eq!(count(&next, "known"), "6");
}

const THREE: &[u8] =
    b"Date,Description,Amount\n2026-10-01,Coffee,-2.50\n2026-10-02,Bus,-3.00\n2026-10-09,Coffee,-2.75\n";

#[test]
fn choices_are_saved_for_single_rows_for_those_like_them_and_for_all() {
    let app = App::start();
    let person = app.person();
    let chosen = choose(&person, "three.csv", THREE);
    let address = chosen.location().to_owned();
    let page = person.follow(&chosen);
    let rows = page.form("Rows of the file");
    let saved = person.submit(&rows, &[("category_1", "Cafés"), ("take_2", "")]);
    let page = person.follow(&saved);
    assert!(page.text("main").contains("the other row like it"));
    let like = page
        .posting()
        .into_iter()
        .find(|form| form.filled(&[]).iter().any(|(name, _)| name == "like"))
        .expect("a form for the others");
    let page = person.follow(&person.submit(&like, &[]));
    assert_eq!(page.attr("#row-3 [aria-label=Category]", "value"), "Cafés");
    assert_eq!(
        page.attr("#row-2 [aria-label=Category]", "value"),
        "Uncategorized"
    );
    let all = page.form("All of these rows");
    let mut fields = all.filled(&[]);
    // The button "Leave out all".
    fields.push(("take".to_owned(), "0".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let page = person.follow(&person.post(&all.action, &fields));
    assert_eq!(page.count("table[aria-label=Rows] input[checked]"), 0);
    let empty = person.post(&format!("{address}/confirm"), &[]).expect(422).page();
    assert!(empty.text("main").contains("No rows are ticked"));
    // The button "Import" takes the ticks of the page along.
    let rows = page.form("Rows of the file");
    let mut fields = rows.filled(&[]);
    fields.push(("take_1".to_owned(), "1".to_owned()));
    fields.retain(|(name, _)| name != "take_2" && name != "take_3");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    person.post(&format!("{address}/confirm"), &fields).location();
    let names: Vec<String> = person.page("/expenses?period=all").names();
    assert_eq!(names, ["Coffee"]);
}

#[test]
fn a_form_without_a_file_and_one_that_cannot_be_read_say_so() {
    let app = App::start();
    let person = app.person();
    let nothing = choose(&person, "", b"").expect(422).page();
    assert_eq!(
        nothing.form("Import a file").error("file"),
        Some("Choose a file, or paste its text.")
    );
    let pdf = choose(&person, "a.pdf", b"%PDF-1.7").expect(422).page();
    assert!(pdf.form("Import a file").error("file").unwrap().contains("PDF"));
    let (kind, body) = multipart(&[("file", Some(""), b""), ("text", None, THREE)]);
    let pasted = person.send(&Request::new("POST", "/import").body(&kind, body));
    assert_eq!(person.follow(&pasted).text("h1"), "Import Pasted text");
    let plain = person.post("/import", &[("text", "x")]);
    assert_eq!(plain.status, 415);
    let broken = Request::new("POST", "/import").body("multipart/form-data; boundary=x", "--y\r\n");
    assert_eq!(person.send(&broken).status, 400);
}

#[test]
fn rejected_rows_come_back_as_they_stood_with_the_reason() {
    let app = App::start();
    let person = app.person();
    let text =
        b"Date;Description;Amount\n01.10.2026;Milk;-2,50\n02.10.2026;Bus;-3,x\n03.10.2026;\"A; B\";-1,00\n";
    let chosen = choose(&person, "bank.csv", text);
    let page = person.follow(&chosen);
    assert_eq!(count(&page, "rejected"), "1");
    let file = person
        .get(&format!("{}/rejected.csv", chosen.location()))
        .expect(200);
    assert_eq!(
        file.text(),
        "\u{feff}\"Date\";\"Description\";\"Amount\";\"rejected because\"\r\n02.10.2026;Bus;-3,x;\"the amount can't be read\"\r\n"
    );
    // Corrected, it is a file of its own.
    let mended = file.text().replace("-3,x", "-3,00");
    let next = person.follow(&choose(&person, "rejected.csv", mended.as_bytes()));
    assert_eq!(count(&next, "new"), "1");
}

#[test]
fn a_draft_can_be_deleted_and_a_done_import_keeps_its_ledger() {
    let app = App::start();
    let person = app.person();
    let chosen = choose(&person, "three.csv", THREE);
    let address = chosen.location().to_owned();
    assert_eq!(
        person.post(&format!("{address}/delete"), &[]).location(),
        "/import"
    );
    person.get(&address).expect(404);
    let chosen = choose(&person, "three.csv", THREE);
    let address = chosen.location().to_owned();
    person.post(&format!("{address}/confirm"), &[]).location();
    person.post(&format!("{address}/delete"), &[]).expect(409);
    let page = person.page(&address);
    assert_eq!(page.count("table[aria-label=Rows] tbody tr[data-verdict]"), 3);
    // Pressed twice, it is one import.
    person.post(&format!("{address}/confirm"), &[]).location();
    assert_eq!(person.page("/expenses?period=all").rows().len(), 3);
}

#[test]
fn thousands_of_rows_are_shown_a_hundred_at_a_time() {
    let app = App::start();
    let person = app.person();
    let mut text = "Date,Description,Amount\n".to_owned();
    for row in 0..250 {
        text.extend([format!(
            "2026-{:02}-{:02},Shop {row},-{row}.50\n",
            1 + row % 9,
            1 + row % 28
        )]);
    }
    let page = person.follow(&choose(&person, "many.csv", text.as_bytes()));
    assert_eq!(page.count("tr[data-verdict]"), 100);
    let page = person.page(&page.link("Next rows"));
    let page = person.page(&page.link("Next rows"));
    assert_eq!(page.count("tr[data-verdict]"), 50);
    // Saving a choice stays on the page, and the page before the last is the second.
    let saved = person.submit(&page.form("Rows of the file"), &[("category_201", "Shops")]);
    let page = person.follow(&saved);
    assert_eq!(page.attr("#row-201 [aria-label=Category]", "value"), "Shops");
    let page = person.page(&page.link("Previous rows"));
    assert_eq!(page.count("#row-101"), 1);
    let page = person.page(&page.link("Previous rows"));
    assert_eq!(page.count("#row-1"), 1);
    assert!(!page.has_link("Previous rows"));
}

#[test]
fn a_draft_ends_after_thirty_days_with_its_file() {
    let app = App::start();
    let person = app.person();
    let address = choose(&person, "three.csv", THREE).location().to_owned();
    app.advance(time::Duration::days(31));
    let state = app.state.clone();
    actix_web::rt::System::new()
        .block_on(async move { expense_tracker::ops::purge::once(&state).await })
        .unwrap();
    let person = app.known(&person.email);
    person.get(&address).expect(404);
}

#[test]
fn uploads_of_strangers_keep_nobody_waiting() {
    let app = App::start();
    let person = app.person();
    // More than may be in memory at once; each announces a file and never sends it.
    let slow: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(app.host()).unwrap();
            let head = format!(
                "POST {}/import HTTP/1.1\r\nHost: {}\r\nContent-Type: multipart/form-data; boundary=x\r\n\
                 Content-Length: 20000000\r\n\r\n",
                app.base(),
                app.host()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    person.page("/import");
    assert_eq!(choose(&person, "three.csv", THREE).status, 303);
    drop(slow);
    let unread = app
        .anonymous()
        .send(&Request::new("POST", "/import").body("text/plain", vec![b'x'; 3 << 20]));
    assert!(unread.location().starts_with("/login"), "the answer arrives");
}

#[test]
fn a_file_that_cannot_be_read_leaves_no_draft() {
    let app = App::start();
    let person = app.person();
    let booking = "<STMTTRN><DTPOSTED>20261001<TRNAMT>-1<NAME>x</STMTTRN>";
    let too_many = format!(
        "OFXHEADER:100\n<OFX><BANKTRANLIST>{}</OFX>",
        booking.repeat(200_001)
    );
    let refused = choose(&person, "many.ofx", too_many.as_bytes())
        .expect(422)
        .page();
    assert!(
        refused
            .form("Import a file")
            .error("file")
            .unwrap()
            .contains("200000")
    );
    assert!(person.page("/import").text("main").contains("No imports yet"));
}
