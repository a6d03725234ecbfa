//! Twilio Notify as a client sees it.

mod accounts;
mod notification;
mod problem;
mod service;

pub(crate) use accounts::Accounts;
pub(crate) use service::TwilioService;
