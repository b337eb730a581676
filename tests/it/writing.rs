//! The single writer of SQLite: shared and separate transactions.

use std::future::Future;
use std::time::Duration;

use expense_tracker::db::{Conn, Db, TxScope};
use expense_tracker::error::AppError;
use expense_tracker::ledger::category_kind::CategoryKind;
use expense_tracker::ledger::expense::NewExpense;
use expense_tracker::ledger::write;
use expense_tracker::money::Money;

use expense_tracker::db::UserId;

use super::support::{App, Writable, date};

#[test]
fn failed_work_rolls_back_nothing_else() {
    let app = App::start();
    let person = app.person();
    let (owner, state) = (app.owner(&person), app.state.clone());
    actix_web::rt::System::new().block_on(async move {
        let jobs: Vec<_> = (0..60)
            .map(|n| {
                let (db, context) = (state.db.clone(), state.write_context(UserId(1), UserId(1)));
                let work = move |conn: &mut Conn| {
                    let new = NewExpense {
                        amount: Money::from_minor(100),
                        category: "Food".to_owned(),
                        date: date("2026-11-20"),
                        description: format!("row {n}"),
                        paid_by: None,
                        kind: CategoryKind::Spending,
                    };
                    write::create_many(conn, owner, &[new], &context)?;
                    if n % 3 == 0 {
                        Err(AppError::NotFound)
                    } else {
                        Ok(())
                    }
                };
                actix_web::rt::spawn(async move {
                    if n % 2 == 0 {
                        db.write_in(TxScope::Own, owner.write_owner(), work).await
                    } else {
                        db.write(owner.write_owner(), work).await
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

/// Keeps the writer busy, so that the next writes share a transaction.
fn hold_up(db: &Db) -> impl Future<Output = Result<(), AppError>> + use<> {
    let db = db.clone();
    async move {
        db.write_shared(|_| {
            std::thread::sleep(Duration::from_millis(300));
            Ok(())
        })
        .await
    }
}

#[test]
fn each_error_reaches_exactly_the_jobs_it_concerns() {
    let app = App::on_sqlite();
    let db = app.state.db.clone();
    actix_web::rt::System::new().block_on(async move {
        let held_up = actix_web::rt::spawn(hold_up(&db));
        tokio::time::sleep(Duration::from_millis(100)).await;
        let jobs: Vec<_> = (0..5)
            .map(|n| {
                let db = db.clone();
                actix_web::rt::spawn(async move {
                    db.write_shared(move |_| match n {
                        1 => Err(AppError::NotFound),
                        2 => Err(AppError::DiskFull("full".into())),
                        _ => Ok(()),
                    })
                    .await
                })
            })
            .collect();
        held_up.await.unwrap().unwrap();
        for (n, job) in jobs.into_iter().enumerate() {
            let told = job.await.unwrap().unwrap_err();
            match n {
                1 => assert!(matches!(told, AppError::NotFound), "{n}: {told}"),
                _ => assert!(matches!(told, AppError::DiskFull(_)), "{n}: {told}"),
            }
        }
        assert!(db.write_shared(|_| Ok(())).await.is_ok(), "the next one is well");
    });
}

#[test]
fn a_panic_fails_one_job_only() {
    let app = App::start();
    let person = app.person();
    let (owner, db) = (app.owner(&person), app.state.db.clone());
    actix_web::rt::System::new().block_on(async move {
        for _ in 0..6 {
            let panicked = db.write(owner.write_owner(), |_| -> Result<(), AppError> {
                panic!("of a test")
            });
            let told = panicked.await.unwrap_err();
            assert!(!told.is_outage(), "{told}");
            let panicked = db.read(owner, |_| -> Result<(), AppError> { panic!("of a test") });
            let told = panicked.await.unwrap_err();
            assert!(!told.is_outage(), "{told}");
        }
    });
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    assert_eq!(person.total("/"), "4.50");
}

#[test]
fn a_rollback_is_no_commit() {
    let app = App::start();
    let person = app.person();
    let (owner, db) = (app.owner(&person), app.state.db.clone());
    let before = db.commits();
    let work = |_: &mut Conn| Err::<(), _>(AppError::NotFound);
    let told = actix_web::rt::System::new().block_on(db.write(owner.write_owner(), work));
    assert!(matches!(told, Err(AppError::NotFound)));
    assert_eq!(db.commits(), before);
    person.add("4.50", "Coffee", "2026-11-20", "Espresso");
    assert_eq!(db.commits(), before + 1);
}
