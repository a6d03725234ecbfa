//! Every row of the providers' tables, from the answer on the wire to what it
//! leaves behind: the delivery's state and reason, the attempt's record, the
//! device with its history, the credential, and when the next attempt is.

mod adm;
mod apns;
mod fcm;
mod pauses;
mod refusals;
mod table;
mod twilio;
mod webpush;
