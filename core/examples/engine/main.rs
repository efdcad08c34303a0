//! An engine worth copying: the guide's page "Wiring an engine", carried out with SQLite and threads.
//!
//! | file | section of the guide |
//! |---|---|
//! | `engine.rs` | One transaction, then the rest; Recover; Retries and ids |
//! | `store.rs` | One transaction, then the rest; Retries and ids |
//! | `server.rs` | One transaction, then the rest; Recover |
//! | `publish.rs` | Publish |
//! | `snapshots.rs` | Snapshots, and when |
//! | `crash.rs` | Is it wired right? |
//! | `protocol.rs`, `connection.rs`, `main.rs` | none: how it is started and spoken to |

mod connection;
mod crash;
mod engine;
mod protocol;
mod publish;
mod server;
mod snapshots;
mod store;

use std::error::Error;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use connection::{Peer, serve};
use server::{Server, write_snapshot};
use store::Synchronous;

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
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    ended.map_or_else(
        |error| {
            eprintln!("{error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

/// Serves the process that started this one, until the input ends; then ends with all that was asked for done.
fn speak(synchronous: Synchronous) -> Result<(), Box<dyn Error>> {
    let ended = serve(Peer::Parent(synchronous), io::stdin().lock(), io::stdout())?;
    if let Some((server, writer)) = ended.opened {
        let Server {
            requests,
            published,
            snapshots,
            ..
        } = server;
        drop(requests);
        writer.join().map_err(|_| "the writer has panicked")?;
        published.close();
        write_snapshot(&snapshots, &published.live());
    }
    for sending in ended.sending {
        sending.join().map_err(|_| "a thread that sends has panicked")?;
    }
    Ok(())
}

/// Serves whoever connects, until the process is killed: every start is a recovery.
fn listen(address: &str, folder: &Path, synchronous: Synchronous) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).map_err(|error| format!("{address} cannot be listened at: {error}"))?;
    let (server, _writer) =
        Server::open(folder, synchronous).map_err(|error| format!("{} cannot be opened: {error}", folder.display()))?;
    eprintln!("listening at {}", listener.local_addr()?);
    for stream in listener.incoming() {
        let peer = Peer::Guest(server.clone());
        thread::spawn(move || {
            if let Err(error) = stream.and_then(|stream| serve_over(&stream, peer)) {
                eprintln!("a connection has ended: {error}");
            }
        });
    }
    Ok(())
}

fn serve_over(stream: &TcpStream, peer: Peer) -> io::Result<()> {
    stream.set_nodelay(true)?; // an answer waits for no other
    serve(peer, BufReader::new(stream.try_clone()?), stream.try_clone()?).map(drop)
}
