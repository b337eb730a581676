//! Books for stories: made, shared and joined.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use expense_tracker::db::{BookId, Conn, UserId};
use expense_tracker::error::AppError;
use expense_tracker::ledger::expense::NewExpense;
use expense_tracker::ledger::schedule::dismissed::{self, DismissedSchedule};
use expense_tracker::ledger::write;
use expense_tracker::money::Money;

use super::app::{App, Writable};
use super::date;
use super::visitor::Visitor;

/// A second book of `person`; its base.
pub fn new_book(person: &Visitor, name: &str) -> String {
    let made = person.post("/books", &[("name", name), ("currency", "USD")]);
    made.location().trim_end_matches('/').to_owned()
}

/// The path of a new link to the book at `base`.
pub fn invite(owner: &Visitor, base: &str, role: &str) -> String {
    let made = owner.post(&format!("{base}/book/invitations"), &[("role", role)]);
    let link = made.expect(200).page().attr("#invitation_link", "value");
    link[link.find("/join/").expect("a link")..].to_owned()
}

/// A person who has joined the book at `base`.
pub fn member(app: &App, owner: &Visitor, base: &str, role: &str) -> Visitor {
    let person = app.person();
    let link = invite(owner, base, role);
    let joined = person.post(&link, &[]);
    assert_eq!(joined.location(), format!("{base}/"));
    person
}

pub fn id(app: &App, person: &Visitor) -> String {
    app.user(person).0.to_string()
}

/// A household of an owner with a few rows; the base of the book.
pub fn household(owner: &Visitor) -> String {
    let base = new_book(owner, "Household");
    for (amount, category, description) in [("4.50", "Coffee", "Espresso"), ("700", "Rent", "November")] {
        let form = [
            ("amount", amount),
            ("category", category),
            ("date", "2026-11-20"),
            ("description", description),
        ];
        owner.post(&format!("{base}/expenses"), &form).location();
    }
    owner
        .post(&format!("{base}/budgets"), &[("amount", "1000")])
        .location();
    base
}

pub const NEW: [(&str, &str); 4] = [
    ("amount", "9"),
    ("category", "Tea"),
    ("date", "2026-11-20"),
    ("description", "forged"),
];

/// A token for the book at `base`; an empty one is the own book.
pub fn token(person: &Visitor, base: &str) -> String {
    let book = base.trim_start_matches("/b/");
    let form = [("name", "Script"), ("access", "write"), ("book", book)];
    let made = person.post("/settings/tokens", &form);
    made.expect(200).page().attr("#new_token", "value")
}

/// Enters an expense of another payer into the own book of `person`.
pub fn enter_for_another(app: &App, person: &Visitor) {
    let (owner, maker) = (app.owner(person), app.user(person));
    let context = app.state.write_context(UserId(7), maker);
    let new = NewExpense::new(Money::from_minor(100), "Coffee".to_owned(), date("2026-11-20"));
    app.write_of(owner, move |conn| {
        write::create_many(conn, owner, &[new], &context)
    });
}

/// Makes a row of each table of recurring entries in the own book of `person`.
pub fn make_recurring(app: &App, person: &Visitor) {
    let body = serde_json::json!({"amount": "9.99", "category": "Music", "date": "2026-11-01"});
    app.api(person).post("/recurring", &body).expect(201);
    let owner = app.owner(person);
    let dismissed = DismissedSchedule {
        book_id: owner.0,
        text_key: 77,
        dismissed_at: time::macros::datetime!(2026-11-22 12:00),
    };
    app.write_of(owner, move |conn| dismissed::restore(conn, dismissed));
    person.post("/book/feeds", &[]).expect(200);
}

/// How long a request of [`during`] has to reach the database.
const TIME_TO_ARRIVE: Duration = Duration::from_millis(400);

/// Sends a request while a transaction of `owner` that has done `work` is open. It is committed when the request has
/// been answered, or waits for it.
pub fn during<T: Send>(
    app: &App,
    owner: impl Writable + Send,
    work: impl FnOnce(&mut Conn) -> Result<(), AppError> + Send + 'static,
    send: impl FnOnce() -> T + Send,
) -> T {
    let (begun, has_begun) = mpsc::channel();
    let (commit, may_commit) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            app.write_of(owner, move |conn| {
                work(conn)?;
                begun.send(()).expect("the test waits");
                may_commit.recv().expect("the test goes on");
                Ok(())
            });
        });
        has_begun.recv().expect("the transaction has begun");
        let answering = scope.spawn(send);
        let end = Instant::now() + TIME_TO_ARRIVE;
        while !answering.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(2));
        }
        commit.send(()).expect("the transaction waits");
        writing.join().expect("it is committed");
        answering.join().expect("it is answered")
    })
}

/// The book at `base`.
pub fn book(base: &str) -> BookId {
    BookId(base.trim_start_matches("/b/").parse().expect("a base of a book"))
}
