//! The colours of categories, and which of them a new category gets.

use diesel::prelude::*;

use crate::db::schema::categories;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Colors that color-blind people can distinguish (Okabe and Ito, then Tol's "muted" scheme), with their names.
pub const PALETTE: [(&str, &str); 14] = [
    ("#0072b2", "Blue"),
    ("#e69f00", "Orange"),
    ("#009e73", "Green"),
    ("#cc79a7", "Pink"),
    ("#56b4e9", "Sky"),
    ("#d55e00", "Vermilion"),
    ("#f0e442", "Yellow"),
    ("#332288", "Indigo"),
    ("#88ccee", "Ice"),
    ("#44aa99", "Teal"),
    ("#999933", "Olive"),
    ("#882255", "Wine"),
    ("#aa4499", "Purple"),
    ("#777777", "Gray"),
];

/// Categories of a book. A restored backup can have more, which stay usable.
pub const MAX_CATEGORIES: i64 = 2_000;

/// How many categories there are, and how many have each colour of the palette: counted when first asked for, then
/// kept up to date, so that many new categories cost one query.
#[derive(Debug, Default)]
pub struct Colors(Option<Counted>);

#[derive(Debug)]
struct Counted {
    uses: [i64; PALETTE.len()],
    all: i64,
}

impl Colors {
    /// The colour for one more category: the one that the fewest have. Where there are [`MAX_CATEGORIES`] already, the error
    /// is at `field`.
    pub(super) fn next(
        &mut self,
        conn: &mut Conn,
        owner: BookId,
        field: &str,
    ) -> Result<&'static str, AppError> {
        let counted = match &mut self.0 {
            Some(counted) => counted,
            empty => empty.insert(Counted::of(conn, owner)?),
        };
        if counted.all >= MAX_CATEGORIES {
            return Err(AppError::invalid(
                field,
                "You've reached the limit of 2,000 categories. Use one that exists, or merge some first.",
            ));
        }
        let least = least_used(&counted.uses);
        counted.uses[least] += 1;
        counted.all += 1;
        Ok(PALETTE[least].0)
    }
}

fn least_used(uses: &[i64; PALETTE.len()]) -> usize {
    (0..uses.len()).min_by_key(|at| uses[*at]).unwrap_or_default()
}

/// The colour that a form offers for one more category: the one that the fewest of these have.
pub fn offered<'a>(colors: impl Iterator<Item = &'a str>) -> &'static str {
    let mut uses = [0; PALETTE.len()];
    for color in colors {
        if let Some(at) = PALETTE.iter().position(|(known, _)| *known == color) {
            uses[at] += 1;
        }
    }
    PALETTE[least_used(&uses)].0
}

impl Counted {
    fn of(conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        let counts: Vec<(String, i64)> = categories::table
            .filter(categories::book_id.eq(owner.0))
            .group_by(categories::color)
            .select((categories::color, diesel::dsl::count_star()))
            .load(conn)?;
        let of_color = |color: &str| counts.iter().find(|(other, _)| other == color);
        Ok(Self {
            uses: PALETTE.map(|(color, _)| of_color(color).map_or(0, |(_, count)| *count)),
            all: counts.iter().map(|(_, count)| count).sum(),
        })
    }
}
