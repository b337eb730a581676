//! What every slice needs of HTTP: pages and fragments, forms, cookies, errors, and the guards around them.

pub mod assets;
pub mod body;
pub mod chrome;
pub mod client_addr;
pub mod cookies;
pub mod error_page;
pub mod errors;
pub mod fields;
pub mod flash;
pub mod head;
pub mod headers;
pub mod ids;
pub mod origin;
pub mod page;
pub mod pages;
pub mod print;
pub mod rate;
pub mod timing;
pub mod view;
