//! One who speaks the protocol: over the standard streams, or over TCP.

use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use orchestration::uuid::Uuid;

use crate::crash::Point;
use crate::engine::{Answer, Request, Snapshots};
use crate::protocol::{Ask, Asked, Body, Id, Problem, VERSION, write_line};
use crate::server::{Caller, Server};
use crate::store::{Log, Synchronous};

/// Who is at the other end.
pub enum Peer {
    /// The process that started this one. It opens the store, may have the process crash, and numbers its requests once,
    /// over all restarts: so each number is a key.
    Parent(Synchronous),
    /// One of several, who knows nothing of the others' numbers: it gives a key with what must take effect once.
    Guest(Server),
}

/// What is left when nothing more is asked for.
pub struct Ended {
    /// The server and its writer, if they were opened here.
    pub opened: Option<(Server, JoinHandle<()>)>,
    /// The threads that still send.
    pub sending: Vec<JoinHandle<()>>,
}

struct Connection {
    peer: Peer,
    opened: Option<(Server, JoinHandle<()>)>,
    log: Option<Log>,
    output: Output,
    answers: Sender<(u64, Answer)>,
    sending: Vec<JoinHandle<()>>,
}

/// Answers requests until the input ends.
pub fn serve(peer: Peer, mut input: impl BufRead, output: impl Write + Send + 'static) -> io::Result<Ended> {
    let output = Output(Arc::new(Mutex::new(output)));
    let (answers, answered) = mpsc::channel();
    let to = output.clone();
    let sending = vec![thread::spawn(move || send_answers(&answered, &to))];
    let mut connection = Connection {
        peer,
        opened: None,
        log: None,
        output,
        answers,
        sending,
    };
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            connection.take(&line)?;
        }
        line.clear();
    }
    Ok(Ended {
        opened: connection.opened,
        sending: connection.sending,
    })
}

impl Connection {
    /// Carries out the request of a line, and replies, if nobody else will.
    fn take(&mut self, line: &[u8]) -> io::Result<()> {
        let (id, carried_out) = match serde_json::from_slice(line.trim_ascii()) {
            Ok(Asked { id, ask }) => (Some(id), self.carry_out(id, ask)),
            Err(error) => {
                let Id { id } = serde_json::from_slice(line).unwrap_or_default();
                (id, Err(bad_request(error)))
            }
        };
        let reply = carried_out.unwrap_or_else(|error| Some(reply(id, Body::Error { error })));
        reply.map_or(Ok(()), |reply| self.output.send(&reply))
    }

    fn carry_out(&mut self, id: u64, ask: Ask) -> Result<Option<Vec<u8>>, Problem> {
        let body = match ask {
            Ask::Open { folder, protocol } => self.open(&folder, protocol)?,
            Ask::Dispatch { command, key } => {
                let numbered = matches!(self.peer, Peer::Parent(_)).then(|| Uuid::from_u128(id.into()));
                let (key, caller) = (
                    key.or(numbered),
                    Caller {
                        id,
                        answers: self.answers.clone(),
                    },
                );
                let handed_in = self.server()?.requests.send(Request { key, command, caller });
                return handed_in.map(|()| None).map_err(|_| failed("the writer has ended"));
            }
            Ask::Log { after, limit } => {
                // No further than is published: else whoever reads it would find an older model than this.
                let published = self.server()?.published.live().sequence.saturating_sub(after);
                let limit = usize::try_from(published).map_or(limit, |published| published.min(limit));
                let events = self.log()?.after(after, limit).map_err(failed)?;
                return Ok(Some(reply(Some(id), Body::Log { events: &events })));
            }
            Ask::Model => {
                let live = self.server()?.published.live();
                let (sequence, model) = (live.sequence, &live.model);
                return Ok(Some(reply(Some(id), Body::Model { sequence, model })));
            }
            Ask::Snapshot => {
                let live = self.server()?.published.live();
                self.server()?.snapshots.write(&live).map_err(failed)?;
                Body::Snapshot {
                    sequence: live.sequence,
                }
            }
            Ask::Subscribe { after } => return self.subscribe(id, after).map(|()| None),
            Ask::CrashAt { point, hits } => {
                let Peer::Parent(_) = self.peer else {
                    return Err(bad_request("crash_at is for the standard streams"));
                };
                point.arm(hits);
                Body::Armed {}
            }
        };
        Ok(Some(reply(Some(id), body)))
    }

    fn open(&mut self, folder: &Path, protocol: Option<u32>) -> Result<Body<'static>, Problem> {
        if let Some(other) = protocol.filter(|protocol| *protocol != VERSION) {
            return Err(bad_request(format!("the protocol is {other}: expected {VERSION}")));
        }
        if let Ok(server) = self.server() {
            return Err(bad_request(format!(
                "the store is open already, in {}",
                server.folder.display()
            )));
        }
        let Peer::Parent(synchronous) = self.peer else {
            return Err(bad_request("the folder was given at the start"));
        };
        let opened = Server::open(folder, synchronous)
            .map_err(|error| bad_request(format!("{} cannot be opened: {error}", folder.display())))?;
        let sequence = opened.0.published.live().sequence;
        self.opened = Some(opened);
        let crash_points = Point::ALL;
        Ok(Body::Opened {
            protocol: VERSION,
            sequence,
            crash_points,
            deduplicates: true,
            recovers: true,
        })
    }

    fn server(&self) -> Result<&Server, Problem> {
        match (&self.peer, &self.opened) {
            (Peer::Guest(server), _) | (Peer::Parent(_), Some((server, _))) => Ok(server),
            (Peer::Parent(_), None) => Err(bad_request("no store is open: expected the op `open` before this one")),
        }
    }

    fn log(&mut self) -> Result<&Log, Problem> {
        let log = match self.log.take() {
            Some(log) => log,
            None => Log::open(&self.server()?.folder).map_err(failed)?,
        };
        Ok(self.log.insert(log))
    }

    /// Sends events from a thread of their own, so that the peer can ask for other things meanwhile.
    fn subscribe(&mut self, id: u64, after: u64) -> Result<(), Problem> {
        let published = Arc::clone(&self.server()?.published);
        let log = Log::open(&self.server()?.folder).map_err(failed)?;
        let output = self.output.clone();
        self.sending.push(thread::spawn(move || {
            let followed = published.follow(&log, after, |events| {
                let mut lines = Vec::new();
                for event in events {
                    write_line(&mut lines, Some(id), Body::Event { event });
                }
                output.send(&lines)
            });
            if let Err(error) = followed {
                // To nobody, if it is the peer that is gone.
                let _ = output.send(&reply(Some(id), Body::Error { error: failed(error) }));
            }
        }));
        Ok(())
    }
}

/// Where replies are written. Whoever has much to send waits here for a peer that is slow; the writer never does.
#[derive(Clone)]
struct Output(Arc<Mutex<dyn Write + Send>>);

impl Output {
    fn send(&self, lines: &[u8]) -> io::Result<()> {
        let mut output = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(lines)?;
        output.flush()
    }
}

/// Sends the answers that wait, all at once.
fn send_answers(answered: &Receiver<(u64, Answer)>, output: &Output) {
    while let Ok(first) = answered.recv() {
        let mut lines = Vec::new();
        for (id, answer) in std::iter::once(first).chain(answered.try_iter()) {
            write_line(&mut lines, Some(id), answer.into());
        }
        if output.send(&lines).is_err() {
            return;
        }
    }
}

fn reply(id: Option<u64>, body: Body) -> Vec<u8> {
    let mut line = Vec::new();
    write_line(&mut line, id, body);
    line
}

fn bad_request(message: impl Display) -> Problem {
    Problem::BadRequest {
        message: message.to_string(),
    }
}

fn failed(message: impl Display) -> Problem {
    Problem::Failed {
        message: message.to_string(),
    }
}
