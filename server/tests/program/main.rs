//! The real binary from outside, as its users meet it. One test target with a
//! module per subject, since each target links the whole server anew.

mod carillon;
mod render;
mod serving;
