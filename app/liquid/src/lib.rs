//! A small, strict Liquid: parse, render, limits.
