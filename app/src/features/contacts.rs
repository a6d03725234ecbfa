//! Contacts: the list, imports by upload, and the page of one contact, which
//! says of every push why it did or did not arrive.

pub mod api;
pub mod consent;
pub mod detail;
pub mod devices;
pub mod import;
pub mod import_job;
pub mod page;
pub mod past_imports;
pub mod profile;
pub mod rendered_again;
pub mod search_row;
pub mod send;
pub mod timeline;
pub mod why;
pub mod why_chain;
pub mod why_page;
pub mod why_whom;
pub mod words;

pub use detail::ContactPage;
pub use import::ImportPage;
pub use page::ContactsPage;
pub use why_page::WhyPage;
pub use why_whom::PushWhyPage;
