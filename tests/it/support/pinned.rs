//! Checks that a statement names the owner of its rows, and that Citus supports it.
//!
//! More than 300 lines, because it is one visitor over the syntax tree.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    Assignment, AssignmentTarget, BinaryOperator, Expr, FromTable, Insert, JoinConstraint, JoinOperator,
    ObjectName, OnConflictAction, OnInsert, Query, Select, SelectItem, SetExpr, Statement, TableFactor,
    TableObject, TableWithJoins, Visit, Visitor, visit_expressions,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// The tables with owners and their owner columns. A statement has to name the value of at least one of them.
pub type Owned = BTreeMap<String, Vec<&'static str>>;

/// Statements about tables and transactions, which affect no rows.
const SHAPING: [&str; 12] = [
    "ALTER",
    "BEGIN",
    "COMMENT",
    "COMMIT",
    "CREATE",
    "DROP",
    "LOCK",
    "RELEASE",
    "ROLLBACK",
    "SAVEPOINT",
    "SET",
    "START",
];

/// The faults of a text of one or more statements.
pub fn faults(text: &str, owned: &Owned) -> Vec<String> {
    let statements: Vec<String> = match Parser::parse_sql(&PostgreSqlDialect {}, text) {
        Ok(parsed) => parsed.iter().map(ToString::to_string).collect(),
        // The parser does not support one of them, so they are checked one by one.
        Err(_) => without_comments(text).split(';').map(str::to_owned).collect(),
    };
    statements
        .iter()
        .flat_map(|one| faults_of_one(one, owned))
        .collect()
}

fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn faults_of_one(text: &str, owned: &Owned) -> Vec<String> {
    let first = text.split_whitespace().next().unwrap_or_default().to_uppercase();
    if first.is_empty() || SHAPING.contains(&first.as_str()) {
        return Vec::new();
    }
    let Ok(parsed) = Parser::parse_sql(&PostgreSqlDialect {}, text) else {
        let named = owned.keys().find(|table| text.contains(table.as_str()));
        return named
            .map(|table| format!("it can't be read, and it names {table}"))
            .into_iter()
            .collect();
    };
    let mut eye = Eye {
        owned,
        faults: Vec::new(),
    };
    for statement in &parsed {
        eye.top(statement);
        let _ = statement.visit(&mut eye);
    }
    eye.faults
}

struct Eye<'a> {
    owned: &'a Owned,
    faults: Vec<String>,
}

impl Eye<'_> {
    fn fault(&mut self, words: impl Into<String>) {
        self.faults.push(words.into());
    }

    fn is_owned(&self, name: &ObjectName) -> Option<String> {
        let name = last(name);
        self.owned.contains_key(&name).then_some(name)
    }

    fn columns(&self, table: &str) -> &[&'static str] {
        self.owned.get(table).map_or(&[], Vec::as_slice)
    }

    /// Only the kinds of statements that are checked below are allowed for tables with owners.
    fn top(&mut self, statement: &Statement) {
        let known = matches!(
            statement,
            Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)
        );
        let text = statement.to_string();
        if !known && self.owned.keys().any(|table| text.contains(table.as_str())) {
            self.fault("it is no SELECT, INSERT, UPDATE or DELETE");
        }
    }

    /// Every table of `from` that has owners is pinned by the conditions of `filter` and of the joins.
    fn all_pinned(&mut self, from: &[TableWithJoins], filter: Option<&Expr>) {
        let mut tables: BTreeMap<String, String> = BTreeMap::new();
        let mut pins = Pins::default();
        if let Some(filter) = filter {
            pins.add(filter);
        }
        for table in from {
            let joined = table.joins.iter().map(|join| &join.relation);
            for factor in std::iter::once(&table.relation).chain(joined) {
                if let TableFactor::Table { name, alias, .. } = factor
                    && let Some(name) = self.is_owned(name)
                {
                    let called = alias
                        .as_ref()
                        .map_or_else(|| name.clone(), |alias| alias.name.value.clone());
                    tables.insert(called, name);
                }
            }
            for join in &table.joins {
                if let JoinOperator::Join(JoinConstraint::On(on))
                | JoinOperator::Inner(JoinConstraint::On(on))
                | JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on)) = &join.join_operator
                {
                    pins.add(on);
                }
            }
        }
        let only = tables.len() == 1;
        let pinned = pins.pinned();
        for (called, name) in tables {
            let has = |table: &str, column: &str| pinned.contains(&(table.to_owned(), column.to_owned()));
            let columns = self.columns(&name);
            if !columns
                .iter()
                .any(|column| has(&called, column) || only && has("", column))
            {
                self.fault(format!("{name}: no {} = …", columns.join(" or ")));
            }
        }
    }

    fn keeps_the_owner(&mut self, table: &str, assignments: &[Assignment]) {
        let owners = self.columns(table).to_vec();
        for assignment in assignments {
            let changed = match &assignment.target {
                AssignmentTarget::ColumnName(name) => vec![last(name)],
                AssignmentTarget::Tuple(names) => names.iter().map(last).collect(),
            };
            for owner in owners
                .iter()
                .filter(|owner| changed.iter().any(|name| name == *owner))
            {
                self.fault(format!("it changes {owner}, which says where a row is"));
            }
        }
    }

    /// Whether the column `place` of a SELECT is `owner` of the one table that it reads, whose rows have owners: then
    /// each new row has the owner that the SELECT is pinned to.
    fn copies_the_owner(&self, select: &Select, place: usize, owner: &str) -> bool {
        let [from] = select.from.as_slice() else {
            return false;
        };
        let TableFactor::Table { name, .. } = &from.relation else {
            return false;
        };
        let selected = select.projection.get(place);
        from.joins.is_empty()
            && self.is_owned(name).is_some()
            && selected.is_some_and(|item| item.to_string() == owner)
    }

    fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(name) = &insert.table else {
            return;
        };
        let Some(table) = self.is_owned(name) else { return };
        let owner = self.columns(&table)[0];
        let Some(place) = insert.columns.iter().position(|column| last(column) == owner) else {
            return self.fault(format!("{table}: a row without {owner}"));
        };
        let values = match insert.source.as_deref().map(|source| &*source.body) {
            Some(SetExpr::Values(values)) => values,
            Some(SetExpr::Select(select)) if self.copies_the_owner(select, place, owner) => return,
            _ => return self.fault(format!("{table}: rows that are not given as VALUES")),
        };
        for row in &values.rows {
            let pinned = row.content.get(place).is_some_and(is_value);
            if !pinned {
                self.fault(format!("{table}: the {owner} of a row is no plain value"));
            }
            if row.content.iter().any(has_query) {
                self.fault(format!("{table}: a sub-select in VALUES"));
            }
        }
        if let Some(OnInsert::OnConflict(conflict)) = &insert.on
            && let OnConflictAction::DoUpdate(update) = &conflict.action
        {
            self.keeps_the_owner(&table, &update.assignments);
            if update
                .assignments
                .iter()
                .any(|assignment| has_query(&assignment.value))
            {
                self.fault(format!("{table}: a sub-select in ON CONFLICT"));
            }
        }
    }
}

impl Visitor for Eye<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for part in query.with.iter().flat_map(|with| &with.cte_tables) {
            if matches!(
                &*part.query.body,
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_)
            ) {
                self.fault("a WITH that writes");
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.all_pinned(&select.from, select.selection.as_ref());
        // Citus supports a sub-select here only without distributed tables.
        let spread = |item: &SelectItem| {
            let text = item.to_string();
            self.owned.keys().any(|table| text.contains(table.as_str()))
        };
        if select
            .projection
            .iter()
            .any(|item| has_query(item) && spread(item))
        {
            self.fault("a sub-select among the columns");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => {
                self.all_pinned(std::slice::from_ref(&update.table), update.selection.as_ref());
                if let TableFactor::Table { name, .. } = &update.table.relation
                    && let Some(table) = self.is_owned(name)
                {
                    self.keeps_the_owner(&table, &update.assignments);
                }
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let mut from = from.clone();
                from.extend(delete.using.iter().flatten().cloned());
                self.all_pinned(&from, delete.selection.as_ref());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// A column and the name of its table, which is empty if the statement omits it.
type Column = (String, String);

/// The columns in conditions that are connected by AND.
#[derive(Default)]
struct Pins {
    /// Columns that are equal to a value.
    values: BTreeSet<Column>,
    /// Pairs of equal columns.
    same: Vec<(Column, Column)>,
}

impl Pins {
    fn add(&mut self, condition: &Expr) {
        match condition {
            Expr::Nested(inner) => self.add(inner),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.add(left);
                self.add(right);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => match (column_of(left), column_of(right)) {
                (Some(column), None) if is_value(right) => drop(self.values.insert(column)),
                (None, Some(column)) if is_value(left) => drop(self.values.insert(column)),
                (Some(one), Some(other)) => self.same.push((one, other)),
                _ => {}
            },
            _ => {}
        }
    }

    fn pinned(mut self) -> BTreeSet<Column> {
        for _ in 0..self.same.len() {
            for (one, other) in &self.same {
                if self.values.contains(one) || self.values.contains(other) {
                    self.values.extend([one.clone(), other.clone()]);
                }
            }
        }
        self.values
    }
}

/// An owner column. Citus derives the shard from these columns only.
fn column_of(expression: &Expr) -> Option<Column> {
    let is_owner = |column: &str| ["book_id", "user_id"].contains(&column);
    match expression {
        Expr::Nested(inner) => column_of(inner),
        Expr::Identifier(name) if is_owner(&name.value) => Some((String::new(), name.value.clone())),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., table, column] if is_owner(&column.value) => {
                Some((table.value.clone(), column.value.clone()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the expression is a bind or a literal.
fn is_value(expression: &Expr) -> bool {
    match expression {
        Expr::Value(_) => true,
        Expr::Nested(inner) => is_value(inner),
        Expr::Cast { expr, .. } => is_value(expr),
        _ => false,
    }
}

fn has_query(part: &impl Visit) -> bool {
    visit_expressions(part, |expression| match expression {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

fn last(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map(|ident| ident.value.clone()).unwrap_or_default()
}
