//! The rules for a new password: long enough, not too long, and hard to guess.

use zxcvbn::{Score, zxcvbn};

/// The fewest characters (Unicode scalar values) of a password.
const MIN_CHARS: usize = 10;
/// The most bytes of a password, as UTF-8.
pub const MAX_BYTES: usize = 1024;

const MISSING: &str = "Enter a password.";
const TOO_SHORT: &str = "Use at least 10 characters.";
const TOO_LONG: &str = "Use a shorter password: 1,024 bytes, about 1,000 letters, is the limit.";
const CONTROL: &str = "Remove tabs, line breaks and other control characters.";
const OWN_ADDRESS: &str =
    "This is too close to your email address. Use a few words that have nothing to do with it.";
const GUESSABLE: &str =
    "This password is easy to guess. Use four or more unrelated words, or let a password manager create one.";

/// How many characters of a password `zxcvbn` checks. Its time grows with the square of the length and with the number of
/// look-alike characters (`4`, `@`, `$`): 100 of them take 0.7 s. Further characters can only make a password stronger.
const JUDGED_CHARS: usize = 48;

/// Words that an attacker tries first against this app.
const APP_WORDS: [&str; 26] = [
    "expense",
    "tracker",
    "expenses",
    "budget",
    "budgets",
    "category",
    "categories",
    "dashboard",
    "recurring",
    "settings",
    "spending",
    "income",
    "money",
    "import",
    "export",
    "books",
    "recently deleted",
    "monthlybudget",
    "groceries",
    "description",
    "amount",
    "quick add",
    "expensetracker",
    "expensetrackerpro",
    "expense tracker",
    "expense tracker pro",
];

/// Judges a new password for the account with this email address; the error is the message for the field.
///
/// It takes milliseconds, and for hostile input a tenth of a second, so it belongs on a blocking thread
/// (`Hasher::judge`).
pub fn judge(password: &str, email: &str) -> Result<(), String> {
    fault(password, email).map_or(Ok(()), |message| Err(message.to_owned()))
}

fn fault(password: &str, email: &str) -> Option<&'static str> {
    if password.is_empty() {
        return Some(MISSING);
    }
    if password.len() > MAX_BYTES {
        return Some(TOO_LONG);
    }
    // A password with these can be pasted but not typed, so its owner may be locked out on another device.
    if password.chars().any(char::is_control) {
        return Some(CONTROL);
    }
    if password.chars().count() < MIN_CHARS {
        return Some(TOO_SHORT);
    }
    let start: String = password.chars().take(JUDGED_CHARS).collect();
    // The app's own words are as easy to guess with other characters between them.
    let letters: String = start.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_about_app = APP_WORDS.iter().any(|word| letters.to_lowercase().contains(word));
    let is_strong = |words: &[&str]| {
        let is_strong = |text: &str| zxcvbn(text, words).score() >= Score::Three;
        is_strong(&start) && (!is_about_app || is_strong(&letters))
    };
    let own = own_words(email);
    let words: Vec<&str> = own.iter().map(String::as_str).chain(APP_WORDS).collect();
    if is_strong(&words) {
        None
    } else if is_strong(&APP_WORDS) {
        Some(OWN_ADDRESS)
    } else {
        Some(GUESSABLE)
    }
}

/// The address and its parts: an attacker who knows the address tries them first. Bounded, as anything may be
/// typed there.
fn own_words(email: &str) -> Vec<String> {
    let address: String = email.trim().chars().take(254).collect();
    let local = address.split('@').next().unwrap_or_default().to_owned();
    let parts = address
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| part.chars().count() >= 3)
        .map(str::to_owned)
        .take(16)
        .collect::<Vec<_>>();
    let mut words = vec![address.clone(), local];
    words.extend(parts);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "margaret.thistlewood@quillfeather.example";

    #[test]
    fn good_passwords_pass() {
        let long = "k".repeat(5) + &"wombat Ferris 81 lamp ".repeat(40);
        for password in [
            "correct horse battery staple",
            "vT9#kqLw2$xZ",
            "zwölf Boxkämpfer jagen",
            "日曜日に山へ登りました",
            "my expenses drown in purple ink",
            &long,
        ] {
            assert_eq!(fault(password, EMAIL), None, "{password}");
        }
    }

    #[test]
    fn each_bad_password_has_a_message_that_says_what_to_do() {
        let longest = "aB3$ xyz ".repeat(114);
        let cases = [
            ("", MISSING),
            ("vT9#kqLw2", TOO_SHORT),
            ("ééééééééé", TOO_SHORT),
            ("          ", GUESSABLE),
            ("password123", GUESSABLE),
            ("budgets categories", GUESSABLE),
            ("Budgets-Categories", GUESSABLE),
            ("dashboard expenses", GUESSABLE),
            ("Recurring Settings", GUESSABLE),
            ("monthlybudget2026", GUESSABLE),
            ("qwertyuiop", GUESSABLE),
            ("aaaaaaaaaaaaaaaaaaaa", GUESSABLE),
            ("expensetracker", GUESSABLE),
            ("Expense Tracker Pro", GUESSABLE),
            ("expense-tracker-pro", GUESSABLE),
            ("ExpenseTrackerPro1", GUESSABLE),
            ("vT9#kqLw2\tzZ", CONTROL),
            ("vT9#kqLw2zZ\0", CONTROL),
            ("vT9#kqLw2zZ\u{85}", CONTROL),
            (longest.as_str(), TOO_LONG),
            ("margaret.thistlewood", OWN_ADDRESS),
            (EMAIL, OWN_ADDRESS),
            ("Quillfeather1", OWN_ADDRESS),
        ];
        for (password, message) in cases {
            assert_eq!(fault(password, EMAIL), Some(message), "{password:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_its_limit_in_bytes() {
        let tail = "vT9#kqLw2$xZ";
        assert_eq!(fault(&(tail.to_owned() + &"é".repeat(506)), EMAIL), None);
        assert_eq!(
            judge(&(tail.to_owned() + &"é".repeat(507)), EMAIL),
            Err(TOO_LONG.to_owned())
        );
    }

    #[test]
    fn an_absurd_email_costs_nothing() {
        let started = std::time::Instant::now();
        let _ = judge("vT9#kqLw2$xZ", &"ab.c@".repeat(200_000));
        assert!(started.elapsed() < std::time::Duration::from_secs(2));
    }
}
