//! What the category of a QIF record says: a name and a class, or that money only moved between accounts.

use super::super::clean::{folded, present};

/// How programs name the first booking of an account, in small letters.
const OPENING_BALANCES: [&str; 14] = [
    "opening balance",
    "starting balance",
    "initial balance",
    "beginning balance",
    "anfangssaldo",
    "eröffnungssaldo",
    "anfangsbestand",
    "solde initial",
    "solde d'ouverture",
    "beginsaldo",
    "openingssaldo",
    "saldo inicial",
    "saldo iniziale",
    "saldo początkowe",
];

/// Whether the payee is no one, but the start of the account.
pub fn is_opening_balance(payee: &str) -> bool {
    OPENING_BALANCES.contains(&folded(payee).to_lowercase().as_str())
}

/// What programs write for the category of a whole split.
pub fn is_split_mark(category: &str) -> bool {
    matches!(
        category.trim().to_ascii_lowercase().as_str(),
        "--split--" | "|split" | "split"
    )
}

/// `Name:Sub/Class` or, of a transfer, `[Account]`.
pub struct Category {
    pub name: Option<String>,
    pub class: String,
    pub is_transfer: bool,
}

impl Category {
    pub fn of(text: &str) -> Self {
        let (name, class) = text.split_once('/').unwrap_or((text, ""));
        let name = name.trim();
        let is_transfer = text.trim().starts_with('[') && text.contains(']');
        Self {
            name: present(name).filter(|_| !is_transfer),
            class: if is_transfer {
                text.trim().to_owned()
            } else {
                folded(class)
            },
            is_transfer,
        }
    }
}
