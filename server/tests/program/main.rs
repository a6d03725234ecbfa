//! The real binary from outside, as its users meet it. One test target with a
//! module per subject, since each target links the whole server anew.

mod api;
mod bad_input;
mod carillon;
mod channels;
mod commands;
mod demo;
mod devices;
mod doors;
mod functions;
mod import;
mod ingest;
mod pages;
mod refusals;
mod refused_credential;
mod render;
mod rest;
mod secrets;
mod serving;
