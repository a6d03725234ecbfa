//! The channels against the sandbox, over real sockets.

mod adm;
mod apns;
mod fcm;
mod goaway;
mod picture;
mod rig;
mod twilio;
mod web;
mod webpush;
mod wire;
