//! Why a push did or did not reach a contact: what let the contact in or kept
//! it out, where it stands, what each gate saw at its time, and what would make
//! it pass. Pure: whoever asks brings what is known.

mod entrance;
mod gates;
mod pass;
mod standing;
#[cfg(test)]
mod tests;

pub use entrance::{Entrance, EntranceFacts, KeptOut, entrance};
pub use gates::{ContactThen, DeviceThen, GateSaw, contact_saw, device_saw};
pub use pass::{Place, WouldPass, would_pass};
pub use standing::{Standing, StandingFacts, standing};
