//! The columns of [`ReadAs`] by position, and its words folded.

use super::date_format::Format;
use super::exclusion_words::{Says, is_transfer_flag};
use super::fold::fold;
use super::header_words::{self, Role};
use super::number::Marks;
use super::own;
use super::read_as::{AmountAs, ReadAs};
use super::table::names;
use super::unreadable::Unreadable;

/// The columns of a file, by position from 0.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub header: Vec<String>,
    pub date: usize,
    pub format: Format,
    /// Other columns of dates, for excluded rows without a booking date.
    pub other_dates: Vec<usize>,
    pub amount: AmountColumns,
    pub marks: Marks,
    pub description: Vec<usize>,
    pub category: Option<usize>,
    pub currency: Option<usize>,
    pub id: Option<usize>,
    pub account: Option<usize>,
    pub says: Vec<(usize, Says)>,
    /// Whether the file is an export of this app.
    pub is_own: bool,
    /// The balance after each row.
    pub balance: Option<usize>,
    /// The kind of the category, in an export of this app.
    pub kind: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum AmountColumns {
    Signed(usize),
    SpentPositive(usize),
    DebitCredit {
        debit: usize,
        credit: usize,
    },
    /// The words are folded.
    Indicator {
        column: usize,
        indicator: usize,
        out: Vec<String>,
        into: Vec<String>,
    },
}

/// The position of a column with this header, or of `#n`.
pub(super) fn position(header: &[String], name: &str) -> Option<usize> {
    let name = name.trim();
    let number = name
        .strip_prefix('#')
        .and_then(|number| number.parse::<usize>().ok());
    if let Some(number) = number.filter(|number| *number > 0) {
        return Some(number - 1);
    }
    let by_text = header.iter().position(|cell| cell.trim() == name);
    let by_words = || {
        let folded = fold(name);
        header
            .iter()
            .position(|cell| !folded.is_empty() && fold(cell) == folded)
    };
    by_text.or_else(by_words)
}

impl Layout {
    pub fn new(read_as: &ReadAs, header: Vec<String>) -> Result<Self, Unreadable> {
        let found = |member, name: &String| position(&header, name).ok_or(Unreadable::NoSuchColumn(member));
        let optional =
            |member, name: &Option<String>| name.as_ref().map(|name| found(member, name)).transpose();
        let date = found("date", &read_as.date.column)?;
        let column = |name: &String| found("amount", name);
        let amount = match &read_as.amount {
            AmountAs::Signed { column: name } => AmountColumns::Signed(column(name)?),
            AmountAs::SpentPositive { column: name } => AmountColumns::SpentPositive(column(name)?),
            AmountAs::DebitCredit { debit, credit } => AmountColumns::DebitCredit {
                debit: column(debit)?,
                credit: column(credit)?,
            },
            AmountAs::Indicator {
                column: name,
                indicator,
                out,
                into,
            } => AmountColumns::Indicator {
                column: column(name)?,
                indicator: column(indicator)?,
                out: out.iter().map(|word| key(word)).collect(),
                into: into.iter().map(|word| key(word)).collect(),
            },
        };
        let description: Vec<usize> = {
            let names = read_as.description.iter();
            names
                .map(|name| found("description", name))
                .collect::<Result<_, _>>()?
        };
        let mut says = match &read_as.status {
            Some(names) => names
                .iter()
                .map(|name| Ok((found("status", name)?, says_of(name).unwrap_or(Says::Status))))
                .collect::<Result<_, Unreadable>>()?,
            None => says_by_header(&header, &description),
        };
        // The words of this column are read with the amount.
        if let AmountColumns::Indicator { indicator, .. } = &amount {
            says.retain(|(column, _)| column != indicator);
        }
        Ok(Self {
            date,
            format: Format::parse(&read_as.date.format)?,
            other_dates: (0..header.len())
                .filter(|at| *at != date && has_role(Role::Date, &header[*at]))
                .collect(),
            amount,
            marks: Marks {
                decimal: read_as.decimal,
                thousands: read_as.thousands,
            },
            description,
            category: optional("category", &read_as.category)?,
            currency: optional("currency", &read_as.currency)?,
            id: optional("id", &read_as.id)?,
            account: optional("account", &read_as.account)?,
            says,
            is_own: own::is_own(&header),
            balance: header.iter().position(|cell| has_role(Role::Balance, cell)),
            kind: own::kind(&header),
            header,
        })
    }

    /// The name of a column for people.
    pub fn name(&self, column: usize) -> String {
        match self.header.get(column) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("#{}", column + 1),
        }
    }

    pub fn amount_columns(&self) -> [usize; 2] {
        match self.amount {
            AmountColumns::Signed(column)
            | AmountColumns::SpentPositive(column)
            | AmountColumns::Indicator { column, .. } => [column; 2],
            AmountColumns::DebitCredit { debit, credit } => [debit, credit],
        }
    }

    /// The last used column.
    pub fn last(&self) -> usize {
        let [first, second] = self.amount_columns();
        let optional = [self.category, self.currency, self.id, self.account];
        let others = self
            .description
            .iter()
            .copied()
            .chain(optional.into_iter().flatten());
        others.fold(self.date.max(first).max(second), usize::max)
    }
}

/// The key by which words of a direction column are compared.
pub(super) fn key(word: &str) -> String {
    let folded = fold(word);
    if folded.is_empty() {
        word.trim().to_owned()
    } else {
        folded
    }
}

fn has_role(role: Role, header: &str) -> bool {
    names(header)
        .iter()
        .any(|name| header_words::rank(role, name).is_some())
}

/// The reasons to exclude a row that a column with this header can have.
fn says_of(header: &str) -> Option<Says> {
    let is_kind = |name: &String| {
        header_words::rank(Role::Indicator, name).is_some()
            || matches!(name.as_str(), "buchungstext" | "mutatiesoort" | "umsatztyp")
    };
    if names(header).iter().any(|name| is_transfer_flag(name)) {
        Some(Says::TransferFlag)
    } else if has_role(Role::Status, header) {
        Some(Says::Status)
    } else if names(header)
        .iter()
        .any(|name| header_words::rank(Role::Category, name) == Some(0))
    {
        Some(Says::Category)
    } else if names(header).iter().any(is_kind) || has_role(Role::Category, header) {
        Some(Says::Kind)
    } else if has_role(Role::Payee, header) || has_role(Role::Text, header) {
        Some(Says::Text)
    } else {
        None
    }
}

fn says_by_header(header: &[String], description: &[usize]) -> Vec<(usize, Says)> {
    let by_header = header
        .iter()
        .enumerate()
        .filter_map(|(at, cell)| Some((at, says_of(cell)?)));
    let mut says: Vec<(usize, Says)> = by_header.collect();
    for column in description {
        if !says.iter().any(|(known, _)| known == column) {
            says.push((*column, Says::Text));
        }
    }
    says
}
