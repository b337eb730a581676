//! A library for LD_PRELOAD, by which every sync of a file takes two milliseconds, as on a slow disk. `make bench` builds
//! it with rustc; nothing else needs it.

use std::ffi::c_int;
use std::thread::sleep;
use std::time::Duration;

/// What one sync takes.
const SYNC: Duration = Duration::from_millis(2);

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(_file: c_int) -> c_int {
    sleep(SYNC);
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(_file: c_int) -> c_int {
    sleep(SYNC);
    0
}
