//! The closure that a unit of work consists of.

use super::connection::Conn;
use crate::error::AppError;

/// A closure that runs on another thread, inside a transaction.
pub trait Work<T>: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static {}

impl<T, F> Work<T> for F where F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static {}
