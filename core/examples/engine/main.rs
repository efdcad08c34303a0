//! An engine worth copying: the guide's page "Wiring an engine", carried out with SQLite and threads.
//!
//! Each file names the sections that it shows. `connection.rs` and this one are how it is spoken to and started.

mod connection;
mod crash;
mod engine;
mod publish;
mod server;
mod snapshots;
mod store;

use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use connection::{Peer, serve};
use server::Server;
use store::{Failure, Synchronous};

const USAGE: &str = "\
expected: engine [--synchronous full|normal]
      or: engine [--synchronous full|normal] --listen ADDRESS:PORT FOLDER

Without --listen it speaks over the standard streams, and the first request names the folder.
Whoever reaches ADDRESS:PORT is obeyed: keep to 127.0.0.1.
With `normal`, what was answered survives the end of the process, however it comes, but not a power cut.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (synchronous, arguments) = match arguments.as_slice() {
        ["--synchronous", "normal", rest @ ..] => (Synchronous::Normal, rest),
        ["--synchronous", "full", rest @ ..] | rest => (Synchronous::Full, rest),
    };
    let ended = match arguments {
        [] => speak(synchronous),
        ["--listen", address, folder] => listen(address, Path::new(folder), synchronous),
        _ => Err(USAGE.into()),
    };
    if let Err(error) = ended {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Serves the process that started this one until the input ends, and ends when all that was asked for is done.
fn speak(synchronous: Synchronous) -> Result<(), Failure> {
    for thread in serve(Peer::Parent(synchronous, None), io::stdin().lock(), io::stdout())? {
        thread.join().map_err(|_| "a thread has panicked")?;
    }
    Ok(())
}

/// Serves whoever connects, until the process is killed: every start is a recovery.
fn listen(address: &str, folder: &Path, synchronous: Synchronous) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).map_err(|error| format!("cannot listen at {address}: {error}"))?;
    let opened = Server::open(folder, synchronous);
    let (server, _writer) = opened.map_err(|error| format!("{} cannot be opened: {error}", folder.display()))?;
    eprintln!("listening at {}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, peer) = (stream?, Peer::Guest(server.clone()));
        thread::spawn(move || {
            if let Err(error) = serve_over(&stream, peer) {
                eprintln!("a connection has ended: {error}");
            }
        });
    }
    Ok(())
}

fn serve_over(stream: &TcpStream, peer: Peer) -> Result<(), Failure> {
    stream.set_nodelay(true)?; // an answer waits for no other
    serve(peer, BufReader::new(stream.try_clone()?), stream.try_clone()?)?;
    Ok(())
}
