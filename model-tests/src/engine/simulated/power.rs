//! An engine whose power may be cut at any call to its disk.

use std::time::Duration;

use super::disk::Disk;
use crate::engine::protocol::{Body, Message, Opened, Request};
use crate::engine::{Engine, Failure, Received};

/// The crash point that a power cut is told of as: any call to the disk.
pub(super) const POINT: &str = "power_cut";

/// An engine on a simulated disk. Whenever the power is cut it is put on again, and the engine is opened.
pub(super) struct Powered<E> {
    engine: E,
    disk: Disk,
    /// The answers to requests that the engine is not told of.
    own: Vec<Message>,
}

impl<E: Engine> Powered<E> {
    /// With `is_armed` the power may be cut from the first opening on; else once a crash is asked for.
    pub(super) fn new(engine: E, disk: Disk, is_armed: bool) -> Self {
        disk.arm(is_armed);
        Self {
            engine,
            disk,
            own: Vec::new(),
        }
    }
}

impl<E: Engine> Engine for Powered<E> {
    fn open(&mut self, patience: Duration) -> Result<Opened, Failure> {
        loop {
            self.disk.power_on();
            match self.engine.open(patience) {
                Ok(mut opened) => {
                    opened.crash_points = vec![POINT.to_owned()];
                    self.disk.arm(false);
                    return Ok(opened);
                }
                // Cut while it recovered: what that has left must do as well.
                Err(_) if self.disk.is_off() => self.engine.crash(),
                Err(failure) => return Err(failure),
            }
        }
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        match request {
            Request::CrashAt { id, .. } => {
                self.disk.arm(true);
                let body = Body::Done;
                self.own.push(Message { id: *id, body });
                Ok(())
            }
            other => self.engine.send(other),
        }
    }

    fn receive(&mut self, patience: Duration) -> Result<Received, Failure> {
        if let Some(message) = self.own.pop() {
            return Ok(Received::Message(message));
        }
        self.engine.receive(patience)
    }

    /// If the power has not been cut yet, it is now.
    fn crash(&mut self) {
        self.engine.crash();
        self.disk.cut("the end");
    }

    fn is_in_step(&self) -> bool {
        self.engine.is_in_step()
    }

    fn last_words(&self) -> Vec<String> {
        self.engine.last_words()
    }
}
