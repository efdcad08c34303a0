//! Each check, broken once.
