//! Where the memory of Carillon's programs comes from: mimalloc, for Rust and SQLite
//! alike.
//!
//! Requests and deliveries are many small pieces of memory, taken on one thread and
//! given back on another, and a chunk's are some large ones. A program has this
//! allocator when it calls [`give_back_soon`].

use std::ffi::{c_int, c_long};

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long freed memory is kept for who asks next, in milliseconds. mimalloc keeps it
/// for a second, in which a campaign that is being sent frees more than it ever has in
/// use. At a few milliseconds, what is wanted again at once comes from the system each
/// time: sending takes a twentieth more work at 10, and none more at 50.
const KEPT: c_long = 50;

/// `mi_option_purge_delay` in mimalloc's `mi_option_e`.
const PURGE_DELAY: c_int = 15;

/// Has freed memory go back to the system soon. What `MIMALLOC_PURGE_DELAY` says in the
/// environment goes before it.
///
/// It is to be called first in `main`: mimalloc's options are not to be set while other
/// threads run.
pub fn give_back_soon() {
    c::mi_option_set_default(PURGE_DELAY, KEPT);
}

/// The functions of mimalloc that its crate has no safe form of.
#[expect(unsafe_code, reason = "mimalloc's options can be set in C alone")]
mod c {
    use std::ffi::{c_int, c_long};

    // SAFETY: as `mimalloc.h` declares them. They take and give numbers by value, and
    // refuse an option that there is not.
    unsafe extern "C" {
        pub(crate) safe fn mi_option_set_default(option: c_int, value: c_long);
        #[cfg(test)]
        pub(crate) safe fn mi_option_get(option: c_int) -> c_long;
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, PURGE_DELAY, c, give_back_soon};

    #[test]
    fn the_option_with_this_number_is_the_delay() {
        // No other option has this default.
        assert_eq!(c::mi_option_get(PURGE_DELAY), 1000);
        give_back_soon();
        assert_eq!(c::mi_option_get(PURGE_DELAY), KEPT);
    }
}
