//! Keys, signed tokens and password hashes.

mod hs256;
pub mod keyed_lock;
pub mod password;
pub mod phc;
pub mod secret;
pub mod signer;
mod strength;
