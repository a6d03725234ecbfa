//! The provider simulator and its virtual devices.
