//! The channels: provider clients, payloads, outcomes.
