//! Hydrates the server-rendered pages in the browser.
