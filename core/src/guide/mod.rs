//! A guide, for whoever builds a server on this crate. Prose only; each page is read once, in ten minutes.
//!
//! | page | answers |
//! |---|---|
//! | [Wiring an engine](wiring_an_engine) | how to store, publish, recover and retry, so that nothing is lost, doubled or told too early |
//! | [Mapping agents](mapping_agents) | which command each message of Codex, Claude Code, an ACP agent, opencode or Gemini CLI becomes, and where recordings of real sessions were refused |
//! | [Growing the wire form](growing_the_wire_form) | what may change in what is stored, what never, and how an older build meets a newer log |
//!
//! What the pages claim, their programs show: they are tests of this crate.
//!
//! # What the programs begin with
//!
//! Most begin with this, a server of one project and one thread that keeps its log in memory.
//!
//! ```
#![doc = include_str!("kit.rs")]
//! ```

pub mod growing_the_wire_form {
    #![doc = include_str!("growing_the_wire_form.md")]
}

pub mod mapping_agents {
    #![doc = include_str!("mapping_agents.md")]
}

pub mod wiring_an_engine {
    #![doc = include_str!("wiring_an_engine.md")]
}
