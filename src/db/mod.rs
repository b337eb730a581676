//! The database: one handle over `SQLite` and PostgreSQL.
//!
//! The arguments of a model function are a [`Conn`] and an owner, which is a book or a person. [`Db`] runs model functions as
//! units of work: a read in one snapshot,
//! a write in one transaction that is acknowledged after its commit. On `SQLite` one thread writes (`writer.rs`) and up to
//! four read (`readers.rs`); on PostgreSQL both take a connection from the pool (`pool.rs`).

mod acting;
mod background;
mod begin;
mod cache;
#[cfg(feature = "_postgres")]
mod citus;
pub(crate) mod connection;
mod day;
mod file;
mod file_identity;
mod handle;
pub mod ids;
mod limit;
mod marks;
mod migrate;
mod open;
mod open_error;
mod pending;
#[cfg(feature = "_postgres")]
mod pool;
#[cfg(feature = "_postgres")]
mod postgres_migrations;
mod raw_sql;
mod read_queue;
mod readers;
pub mod schema;
#[cfg(feature = "_postgres")]
mod sql_script;
pub(crate) mod statement;
mod unit_of_work;
mod work;
mod write_context;
mod write_later;
mod writer;

pub use self::acting::{act_as, in_request, spawn};
pub use self::begin::{lock_book, set_owner};
pub use self::cache::Cacheable;
pub(crate) use self::connection::on_backend;
pub use self::connection::{Backend, Conn, make_room};
pub use self::day::Day;
pub use self::handle::Db;
pub use self::marks::{next_node, purge_until};
pub use self::migrate::{MigrateError, down_and_up, pending, revert_to};
pub use self::open_error::OpenError;
pub(crate) use self::raw_sql::{RawSql, raw_sql};
pub(crate) use self::statement::{Value, sql};
pub use self::unit_of_work::{BookId, Owner, TxScope, UserId, WritableBook, WriteOwner};
pub use self::write_context::WriteContext;
