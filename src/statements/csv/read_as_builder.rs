//! Determines how a file is read, from the choices of a person and the cells of all rows.

use super::amount_columns::{self, Amounts};
use super::columns::Columns;
use super::date_format::Format;
use super::direction::{self, Direction};
use super::layout::position;
use super::number::{Marks, POINT};
use super::own;
use super::question::Question;
use super::read_as::{AmountAs, Choices, DateAs, ReadAs};
use super::settle::{self, Settled};
use super::split::Splitter;
use super::unreadable::Unreadable;

/// An incomplete description.
pub(super) struct ReadAsBuilder<'a> {
    pub(super) columns: Columns,
    pub(super) rows: Splitter<'a>,
    pub(super) delimiter: u8,
    pub(super) choices: &'a Choices,
    /// Of the currency, if it is known.
    pub(super) decimals: Option<u8>,
    pub(super) questions: Vec<Question>,
}

impl ReadAsBuilder<'_> {
    /// Fills in what was chosen, and determines the rest.
    pub(super) fn fill(&mut self, read_as: &mut ReadAs) -> Result<(), Unreadable> {
        read_as.date = self.date()?;
        let date = position(&self.columns.header, &read_as.date.column);
        let amounts = match &self.choices.amount {
            Some(chosen) => self.chosen_amounts(chosen)?,
            None => self.amounts(date),
        };
        let marks = self.marks(&amounts);
        (read_as.decimal, read_as.thousands) = (marks.decimal, marks.thousands);
        read_as.amount = match &self.choices.amount {
            Some(chosen) => chosen.clone(),
            None => self.amount(&amounts, marks),
        };
        let columns = &self.columns;
        let name = |at: usize| columns.name(at);
        let amount = amounts.first().copied().unwrap_or(0);
        let choices = self.choices;
        read_as.category = choices
            .category
            .clone()
            .unwrap_or_else(|| columns.category().map(name));
        read_as.currency = choices
            .currency
            .clone()
            .unwrap_or_else(|| columns.currency(amount).map(name));
        read_as.id = choices.id.clone().unwrap_or_else(|| columns.id().map(name));
        read_as.account = choices
            .account
            .clone()
            .unwrap_or_else(|| columns.account().map(name));
        let optional = [
            &read_as.category,
            &read_as.currency,
            &read_as.id,
            &read_as.account,
        ];
        let named = optional
            .into_iter()
            .flatten()
            .filter_map(|name| position(&columns.header, name));
        let taken: Vec<usize> = named.chain(amounts).chain(date).collect();
        let found = || columns.description(&taken).into_iter().map(name).collect();
        read_as.description = choices.description.clone().unwrap_or_else(found);
        Ok(())
    }

    fn date(&mut self) -> Result<DateAs, Unreadable> {
        let choice = self.choices.date.clone().unwrap_or_default();
        let found = match &choice.column {
            Some(name) => Some(self.position("date", name)?),
            None => self.columns.date(),
        };
        let Some(at) = found else {
            let options = self.names();
            let column = options.first().cloned().unwrap_or_else(|| "#1".to_owned());
            self.questions.push(Question::DateColumn { options });
            return Ok(DateAs {
                column,
                format: choice.format.unwrap_or_else(|| "YYYY-MM-DD".to_owned()),
            });
        };
        let column = choice.column.unwrap_or_else(|| self.columns.name(at));
        let settled = settle::date_format(&self.columns, at);
        if let Some(format) = choice.format {
            Format::parse(&format)?;
            let fits = match &settled {
                None => true,
                Some(Settled::Sure(sure)) => sure.to_string() == format,
                Some(Settled::Open { options, .. }) => {
                    options.iter().any(|option| option.to_string() == format)
                }
            };
            if fits || !self.choices.is_remembered {
                return Ok(DateAs { column, format });
            }
        }
        let format = match settled {
            Some(Settled::Sure(format)) => format.to_string(),
            Some(Settled::Open { options, example }) => {
                let options: Vec<String> = options.iter().map(Format::to_string).collect();
                let first = options[0].clone();
                self.questions.push(Question::DateOrder { options, example });
                first
            }
            None => "YYYY-MM-DD".to_owned(),
        };
        Ok(DateAs { column, format })
    }

    fn position(&self, member: &'static str, name: &str) -> Result<usize, Unreadable> {
        position(&self.columns.header, name)
            .filter(|at| *at < self.columns.count())
            .ok_or(Unreadable::NoSuchColumn(member))
    }

    fn names(&self) -> Vec<String> {
        (0..self.columns.count())
            .map(|at| self.columns.name(at))
            .collect()
    }

    fn chosen_amounts(&self, chosen: &AmountAs) -> Result<Vec<usize>, Unreadable> {
        let names = match chosen {
            AmountAs::Signed { column }
            | AmountAs::SpentPositive { column }
            | AmountAs::Indicator { column, .. } => vec![column],
            AmountAs::DebitCredit { debit, credit } => vec![debit, credit],
        };
        names
            .into_iter()
            .map(|name| self.position("amount", name))
            .collect()
    }

    /// The column of the amount, or those of money out and money in.
    fn amounts(&mut self, date: Option<usize>) -> Vec<usize> {
        match amount_columns::find(&self.columns, date, &self.rows, self.delimiter) {
            Amounts::Sure(columns) => columns,
            Amounts::Open(possible) => {
                let options = if possible.is_empty() {
                    self.names()
                } else {
                    possible.iter().map(|at| self.columns.name(*at)).collect()
                };
                self.questions.push(Question::AmountColumn { options });
                vec![possible.first().copied().unwrap_or(0)]
            }
        }
    }

    fn marks(&mut self, amounts: &[usize]) -> Marks {
        let settled = settle::marks(&self.columns, amounts, self.delimiter, self.decimals);
        let fits = match &settled {
            Settled::Sure(_) => false,
            Settled::Open { options, .. } => {
                let decimals = options.iter().map(|marks| Some(marks.decimal));
                decimals
                    .into_iter()
                    .any(|decimal| decimal == self.choices.decimal)
            }
        };
        let is_chosen = fits || !self.choices.is_remembered;
        let decimal = self.choices.decimal.filter(|_| is_chosen);
        if let Settled::Open { options, example } = &settled
            && decimal.is_none()
        {
            self.questions.push(Question::DecimalMark {
                options: options.iter().map(|marks| marks.decimal).collect(),
                example: example.clone(),
            });
        }
        let mut marks = settled.or_first().unwrap_or(POINT);
        if let Some(decimal) = decimal {
            marks.decimal = decimal;
            if matches!(marks.thousands, Some('.' | ',')) {
                marks.thousands = Some(if decimal == '.' { ',' } else { '.' });
            }
        }
        if let Some(thousands) = self.choices.thousands.filter(|_| is_chosen) {
            marks.thousands = thousands;
        }
        marks
    }

    fn amount(&mut self, amounts: &[usize], marks: Marks) -> AmountAs {
        let columns = &self.columns;
        if let [debit, credit] = amounts[..] {
            return AmountAs::DebitCredit {
                debit: columns.name(debit),
                credit: columns.name(credit),
            };
        }
        let at = amounts.first().copied().unwrap_or(0);
        let column = columns.name(at);
        if own::is_own(&columns.header) {
            return own::amount(&columns.header);
        }
        match direction::find(columns, at, marks, &self.rows) {
            Direction::Signed => AmountAs::Signed { column },
            Direction::SpentPositive => AmountAs::SpentPositive { column },
            Direction::Indicator(indicator) => {
                let (out, into) = direction::words(columns, indicator);
                AmountAs::Indicator {
                    column,
                    indicator: columns.name(indicator),
                    out,
                    into,
                }
            }
            Direction::Open => {
                let options = vec!["signed".to_owned(), "spent_positive".to_owned()];
                self.questions.push(Question::Direction { options });
                AmountAs::Signed { column }
            }
        }
    }
}
