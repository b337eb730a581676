//! Books: who owns data, and which people may see or change it.

pub mod book;
pub mod currency;
pub mod feed;
pub mod invitation;
pub mod leaving;
pub mod member;
pub mod names;
pub mod people;
pub mod role;
pub mod zone;
