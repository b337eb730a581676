//! The one writer of SQLite: what shares a transaction, and what has one of its own.

use expense_tracker::db::Conn;
use expense_tracker::error::AppError;
use expense_tracker::expenses::model::{self, NewExpense};
use expense_tracker::money::Money;

use super::support::{App, date};

#[test]
fn work_that_fails_takes_nothing_of_others_with_it_whether_or_not_it_is_alone() {
    let app = App::start();
    let person = app.person();
    let (owner, state) = (app.owner(&person), app.state.clone());
    actix_web::rt::System::new().block_on(async move {
        let jobs: Vec<_> = (0..60)
            .map(|n| {
                let (db, pen) = (state.db.clone(), state.pen());
                let work = move |conn: &mut Conn| {
                    let new = NewExpense {
                        amount: Money::from_minor(100),
                        category: "Food".to_owned(),
                        date: date("2026-11-20"),
                        description: format!("row {n}"),
                    };
                    model::create_many(conn, owner, &[new], &pen)?;
                    if n % 3 == 0 {
                        Err(AppError::NotFound)
                    } else {
                        Ok(())
                    }
                };
                actix_web::rt::spawn(async move {
                    if n % 2 == 0 {
                        db.write_alone(owner, work).await
                    } else {
                        db.write(owner, work).await
                    }
                })
            })
            .collect();
        for (n, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.await.unwrap().is_err(), n % 3 == 0, "{n}");
        }
    });
    let page = person.page("/expenses?period=all&q=row");
    assert_eq!(page.rows().len(), 40);
    assert_eq!(person.total("/?period=all"), "40.00");
}
