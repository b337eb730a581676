//! HTTP for all slices: pages and fragments, forms, cookies, errors, and the middleware.

pub mod assets;
pub mod body;
pub mod book_address;
pub mod chrome;
pub mod client_addr;
pub mod compress;
pub mod cookies;
pub mod error_page;
pub mod errors;
pub mod fields;
pub mod flash;
pub mod head;
pub mod headers;
pub mod origin;
pub mod page;
pub mod pages;
pub mod path_id;
pub mod rate;
pub mod site;
pub mod view;
