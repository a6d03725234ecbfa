//! Pages, features and server functions.
