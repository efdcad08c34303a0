//! Nights, as programs, in a repository where cargo and the fuzz targets are fakes: what a night does with what they come to.
#![cfg(unix)]

mod ends;
mod findings;
mod pages;
mod repository;
