//! ADM and Amazon's token endpoint as a client sees them.

mod message;
mod profiles;
mod service;

pub(crate) use profiles::Profiles;
pub(crate) use service::AdmService;
