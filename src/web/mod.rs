//! HTTP for all slices: pages and fragments, forms, cookies, errors, and the middleware.

pub mod acting;
pub mod assets;
pub mod body;
pub(crate) mod book_address;
pub(crate) mod chrome;
pub(crate) mod client_addr;
pub mod compress;
pub mod cookies;
pub(crate) mod error_page;
pub mod errors;
pub mod fields;
pub mod flash;
pub mod head;
pub mod headers;
pub mod numbered_pages;
pub mod origin;
pub mod page;
pub(crate) mod path_id;
pub(crate) mod rate;
pub mod site;
pub mod view;
