//! A planted engine from outside: what the harness drives.

use std::time::Duration;

use super::process::{Process, Start};
use super::store::Store;
use super::wiring::Wiring;
use crate::engine::protocol::{Opened, Request};
use crate::engine::simulated::Disk;
use crate::engine::{Engine, Failure, Received};

/// A small engine in this process, sound or with one thing wrong.
///
/// It keeps its store on a simulated disk, which outlives every crash. It commits together what is sent before somebody
/// waits for an answer.
pub struct PlantedEngine {
    wiring: &'static dyn Wiring,
    disk: Disk,
    process: Option<Process>,
    ended: String,
    clock: u32,
}

impl PlantedEngine {
    pub(super) fn new(wiring: &'static dyn Wiring, disk: Disk) -> Self {
        Self {
            wiring,
            disk,
            process: None,
            ended: "it has not been opened".to_owned(),
            clock: 0,
        }
    }

    /// How it has ended, if it has, once all that it said is received.
    const fn is_running(&self) -> bool {
        self.ended.is_empty()
    }
}

impl Engine for PlantedEngine {
    fn open(&mut self, _patience: Duration) -> Result<Opened, Failure> {
        // No time comes twice, even if the last start came to nothing.
        self.clock = self.clock.saturating_add(1_000);
        let store = Store::new(self.disk.clone());
        match Process::start(store, self.clock, self.wiring) {
            Ok(process) => {
                let opened = process.opened();
                self.process = Some(process);
                self.ended.clear();
                Ok(opened)
            }
            Err(Start::Refused(reason)) => Err(Failure::NotStarted { reason }),
            Err(Start::Stopped(stop)) => Err(Failure::Died { how: stop.how() }),
        }
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        if let Some(process) = self.process.as_mut().filter(|_| self.ended.is_empty()) {
            process.hand(request.clone());
        }
        Ok(())
    }

    fn receive(&mut self, _patience: Duration) -> Result<Received, Failure> {
        while let Some(process) = &mut self.process {
            if let Some(message) = process.said() {
                return Ok(Received::Message(message));
            }
            if !self.ended.is_empty() {
                break;
            }
            match process.work(self.wiring) {
                Ok(true) => {}
                Ok(false) => return Ok(Received::Nothing),
                Err(stop) => self.ended = stop.how(),
            }
        }
        self.crash();
        Ok(Received::Ended {
            how: self.ended.clone(),
        })
    }

    fn is_in_step(&self) -> bool {
        true
    }

    fn crash(&mut self) {
        if let Some(process) = self.process.take() {
            self.clock = process.clock();
        }
        if self.is_running() {
            "it was killed".clone_into(&mut self.ended);
        }
    }
}
