//! The channels against the sandbox, over real sockets.

mod apns;
mod fcm;
mod goaway;
mod rig;
mod webpush;
mod wire;
