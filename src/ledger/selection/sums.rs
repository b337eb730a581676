//! Sums of a selection: of all, of each category, of each day.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use time::Date;

use super::query::{Part, Selection};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, raw_sql};
use crate::error::AppError;
use crate::ledger::kinds::{CategoryScope, KindSums};
use crate::ledger::paid_by::PaidBy;
use crate::ledger::sum::Sum;
use crate::ledger::totals;
use crate::money::Money;
use crate::period::DateRange;

const SUM: &str = "CAST(SUM(amount) AS BIGINT)";
/// The same where there may be no row.
const ALL: &str = "CAST(COALESCE(SUM(amount), 0) AS BIGINT)";

impl Selection {
    /// Sum and count of every row. Where it has both kinds, income counts against spending.
    pub fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        match self.kind_sums(conn)? {
            Some(sums) => Ok(sums.balance()),
            None => self.sum_of_one_kind(conn),
        }
    }

    /// The sums of the two kinds; `None` where it can have rows of one kind only.
    pub fn kind_sums(&self, conn: &mut Conn) -> Result<Option<KindSums>, AppError> {
        let Some((spending, income)) = self.by_kind() else {
            return Ok(None);
        };
        Ok(Some(KindSums {
            spending: spending.sum_of_one_kind(conn)?,
            income: income.sum_of_one_kind(conn)?,
        }))
    }

    fn sum_of_one_kind(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        let mut all = if self.has_totals() {
            totals::sum(conn, self.scope(&self.totals_of()))?
        } else {
            Sum::default()
        };
        if let Some(search) = &self.search {
            all += self.text(search).sum(conn)?;
        }
        for part in self.summed_parts() {
            let (amount, count) = expenses::table
                .filter(self.rows(part))
                .select((raw_sql::<BigInt>(ALL), raw_sql::<BigInt>("COUNT(*)")))
                .first(conn)?;
            all += Sum { amount, count };
        }
        Ok(all)
    }

    /// Sum and count of each category that has rows.
    pub fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
        let mut add = |(id, sum): (i64, Sum)| *sums.entry(id).or_default() += sum;
        if let Some(search) = &self.search {
            self.text(search)
                .by_category(conn)?
                .into_iter()
                .for_each(&mut add);
        }
        for part in self.summed_parts() {
            let rows: Vec<(i64, Money, i64)> = expenses::table
                .filter(self.rows(part))
                .group_by(expenses::category_id)
                .select((
                    expenses::category_id,
                    raw_sql::<BigInt>(SUM),
                    raw_sql::<BigInt>("COUNT(*)"),
                ))
                .load(conn)?;
            rows.into_iter().map(summed).for_each(&mut add);
        }
        if self.has_totals() {
            totals::by_category(conn, self.scope(&self.totals_of()))?
                .into_iter()
                .for_each(&mut add);
        }
        Ok(sums.into_iter().filter(|(_, sum)| sum.count != 0).collect())
    }

    /// Sum and count of each day that has rows, oldest first. Where it has both kinds, income counts against spending.
    pub fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let Some((spending, income)) = self.by_kind() else {
            return self.days_of_one_kind(conn);
        };
        let mut sums: BTreeMap<Date, Sum> = spending.days_of_one_kind(conn)?.into_iter().collect();
        for (day, sum) in income.days_of_one_kind(conn)? {
            *sums.entry(day).or_default() += sum.with_opposite_amount();
        }
        Ok(sums.into_iter().collect())
    }

    fn days_of_one_kind(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let mut sums: BTreeMap<Date, Sum> = BTreeMap::new();
        let mut add = |(day, sum): (Date, Sum)| *sums.entry(day).or_default() += sum;
        if let Some(search) = &self.search {
            self.text(search).by_day(conn)?.into_iter().for_each(&mut add);
        }
        for part in self.summed_parts() {
            let rows: Vec<(Date, Money, i64)> = expenses::table
                .filter(self.rows(part))
                .group_by(expenses::spent_on)
                .select((
                    expenses::spent_on,
                    raw_sql::<BigInt>(SUM),
                    raw_sql::<BigInt>("COUNT(*)"),
                ))
                .load(conn)?;
            rows.into_iter().map(summed).for_each(&mut add);
        }
        if self.has_totals() {
            totals::by_day(conn, self.scope(&self.totals_of()))?
                .into_iter()
                .for_each(&mut add);
        }
        Ok(sums.into_iter().filter(|(_, sum)| sum.count != 0).collect())
    }

    fn scope<'a>(&self, categories: &'a CategoryScope) -> totals::Scope<'a> {
        totals::Scope {
            owner: self.owner,
            days: self.days,
            categories,
            paid_by: self.paid_by,
        }
    }

    /// What each person paid, of a selection of one kind without its search; the person who made the book first.
    pub fn by_payer(&self, conn: &mut Conn) -> Result<Vec<(PaidBy, Sum)>, AppError> {
        let only = self.totals_of();
        let others = totals::by_payer(conn, self.owner, self.days, &only)?;
        let mut maker = totals::sum(conn, self.scope(&only))?;
        for (_, sum) in &others {
            maker += -*sum;
        }
        let others = others
            .into_iter()
            .map(|(person, sum)| (PaidBy::Member(person), sum));
        let all = std::iter::once((PaidBy::Maker, maker)).chain(others);
        Ok(all.filter(|(_, sum)| sum.count != 0).collect())
    }

    /// Whether the daily totals tell a part of the sums: everything without a search, else its categories.
    fn has_totals(&self) -> bool {
        let search = self.search.as_ref();
        self.import.is_none() && search.is_none_or(|search| !search.categories.is_empty())
    }

    /// The parts whose rows are added up one by one: the amounts of a search, and of an import everything that is not found
    /// by its text.
    fn summed_parts(&self) -> Vec<Part> {
        let amounts = self.search.iter().flat_map(|search| &search.amounts);
        let amounts = amounts.copied().map(Part::Amount);
        match (self.import, &self.search) {
            (None, _) => amounts.collect(),
            (Some(_), None) => vec![Part::Everything],
            (Some(_), Some(search)) if search.categories.is_empty() => amounts.collect(),
            (Some(_), Some(_)) => amounts.chain([Part::Categories]).collect(),
        }
    }

    /// The categories whose totals count.
    fn totals_of(&self) -> CategoryScope {
        match &self.search {
            Some(search) => CategoryScope::Only(search.categories.clone()),
            None => self.scope.clone(),
        }
    }
}

fn summed<K>((key, amount, count): (K, Money, i64)) -> (K, Sum) {
    (key, Sum { amount, count })
}

/// The first and the last day that have expenses; `None` for an account without any.
pub fn recorded_days(conn: &mut Conn, owner: BookId) -> Result<Option<DateRange>, AppError> {
    totals::recorded_days(conn, owner)
}
