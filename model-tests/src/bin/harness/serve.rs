//! `harness serve`: a run, or the space of states, in the browser, where the real core answers what becomes of other steps.

mod address;
mod answer;
mod runs;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::anyhow;
use model_tests::browse::{Browser, SCOPE};
use tiny_http::Server;

use self::address::Address;
use self::answer::Answering;
use self::runs::{Run, Runs};
use crate::limits::Limits;
use crate::output::{self, say};
use crate::pages::Browsing;
use crate::planted::Planted;
use crate::verdict::Verdict;
use crate::{files, pages, stop};

/// How long it is waited for a request before it is looked whether to stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// Open a run in the browser, and ask the real core what becomes of it if a step is left out or another is taken. Without a
/// file it begins with the empty model: so the whole space of states can be gone about in.
///
/// At every state stands every command that can be tried in it, with its outcome; a state is looked for by what it holds; and each run so made has
/// an address, and can be saved as a trace, shrunk, or made a test.
///
/// Only this machine can reach it, by an address that holds a secret. Ctrl-C ends it, and that is its end: exit status 0. 2 if
/// the usage or the file is bad, or the port is taken.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  harness serve                                     the space of states, from the empty model on
  harness serve failures/T7-1b2c3d4e.trace.jsonl    a failing run
  harness serve --bug restore-keeps-later-checkpoints")]
pub struct Arguments {
    /// The trace to begin with.
    file: Option<PathBuf>,
    /// The port; a free one if not given.
    #[arg(long, default_value_t = 0)]
    port: u16,
    #[command(flatten)]
    browsing: Browsing,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    planted: Planted,
}

/// Serves until it is told to stop.
pub fn serve(arguments: &Arguments) -> anyhow::Result<Verdict> {
    arguments.limits.begin_reading()?;
    let first = match &arguments.file {
        None => Run::default(),
        Some(file) => {
            let (beginning, commands) = files::read_beginning(file)?;
            Run { beginning, commands }
        }
    };
    let name = match &arguments.file {
        None => "the space of states".to_owned(),
        Some(file) => pages::name_of(file),
    };
    let browser = Browser::new(arguments.planted.subject()?, SCOPE)?;
    let server = Server::http((Ipv4Addr::LOCALHOST, arguments.port))
        .map_err(|error| anyhow!("port {} of this machine cannot be listened at: {error}", arguments.port))?;
    let port = server.server_addr().to_ip().map_or(0, |address| address.port());
    let address = Address::new(port)?;
    say!("serving {name} at\n  {address}\nuntil Ctrl-C");
    if output::has_failed() {
        // Nobody knows where it is.
        return Ok(Verdict::Clean);
    }
    arguments.browsing.show(address.to_string());
    let mut answering = Answering {
        address,
        browser,
        name,
        planted: arguments.planted.ids(),
        runs: Runs::new(first),
        seen: None,
    };
    while stop::cause().is_none() {
        if let Ok(Some(request)) = server.recv_timeout(PATIENCE) {
            answering.answer(request);
        }
    }
    stop::end_work();
    Ok(Verdict::Clean)
}
