//! Any bytes as JSON: every value that is read survives being written, and every refusal gives a reason.

use std::fmt::Debug;

use orchestration::testing::Unchecked;
use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProviderEvent, Snapshot,
    SnapshotHeader, StoredEvent,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::words::check_words;
use crate::check::invariants::state::check_agreement;
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::between;
use crate::describe::or_none;
use crate::trace::{TraceReader, write_trace};

/// A3: what the text is read as survives being written, and where it is not read there is a reason. R3: the texts in it are
/// values just as they should be.
pub(crate) fn check_text(bytes: &[u8], findings: &mut Findings) {
    check_one::<OrchestrationCommand>("command", bytes, findings);
    check_one::<ProviderEvent>("provider event", bytes, findings);
    check_one::<OrchestrationEvent>("event", bytes, findings);
    check_one::<DeciderError>("error", bytes, findings);
    check_one::<StoredEvent>("stored event", bytes, findings);
    check_one::<OrchestrationReadModel>("model", bytes, findings);
    check_one::<Snapshot>("snapshot", bytes, findings);
    check_version(bytes, findings);
    check_legality(bytes, findings);
    check_lines(bytes, findings);
    check_words(bytes, findings);
}

/// A3 of what the bytes are read as, or that there is a reason why they are not.
fn check_one<T>(name: &str, bytes: &[u8], findings: &mut Findings)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    match serde_json::from_slice::<T>(bytes) {
        Ok(value) => {
            let again = serde_json::to_vec(&value).and_then(|written| {
                let read = serde_json::from_slice::<T>(&written)?;
                Ok((serde_json::to_vec(&read)? == written).then_some(read))
            });
            findings.expect(
                Invariant::A3,
                matches!(&again, Ok(Some(read)) if *read == value),
                || {
                    let change = match &again {
                        Ok(Some(again)) => between(&value, again),
                        Ok(None) => "expected it to be written, found that it cannot be".to_owned(),
                        Err(error) => format!("expected it to be read again, found {error}"),
                    };
                    format!("a {name} that was read does not survive being written: {change}")
                },
            );
        }
        Err(error) => {
            let reason = error.to_string();
            findings.expect(Invariant::A3, !reason.is_empty(), || {
                format!("the text is no {name}: expected a reason, found none")
            });
        }
    }
}

/// A snapshot is read if and only if its version is this build's.
fn check_version(bytes: &[u8], findings: &mut Findings) {
    let (Ok(_), Ok(header)) = (
        serde_json::from_slice::<Snapshot>(bytes),
        serde_json::from_slice::<SnapshotHeader>(bytes),
    ) else {
        return;
    };
    findings.expect(Invariant::A3, header.check().is_ok(), || {
        let (expected, found) = (Snapshot::SCHEMA_VERSION, header.schema_version);
        format!("a snapshot was read: schema_version: expected {expected}, found {found}")
    });
}

/// R2: a model is read if and only if it is legal, by both opinions.
fn check_legality(bytes: &[u8], findings: &mut Findings) {
    let Ok(Unchecked(model)) = serde_json::from_slice(bytes) else {
        return;
    };
    check_agreement(&model, findings);
    let is_read = serde_json::from_slice::<OrchestrationReadModel>(bytes).is_ok();
    findings.expect(Invariant::R2, is_read == model.check().is_ok(), || {
        let illegal = or_none(model.check().err());
        let [read, refused] = ["read", "refused"];
        let [expected, found] = if is_read { [refused, read] } else { [read, refused] };
        format!(
            "a model was to be read only if it is legal: expected it {expected}, found it {found} (illegal: {illegal})"
        )
    });
}

/// The commands of a trace are the same when they are written and read again, and every other line has its reason.
fn check_lines(bytes: &[u8], findings: &mut Findings) {
    let mut commands = Vec::new();
    for line in TraceReader::new(bytes) {
        match line {
            Ok((_, command)) => commands.push(command),
            Err(error) => {
                let reason = error.to_string();
                findings.expect(Invariant::A3, reason.starts_with("line "), || {
                    format!("a refused line of a trace: expected its number, found: {reason}")
                });
            }
        }
    }
    let mut written = Vec::new();
    let read = write_trace(&mut written, &commands)
        .map_err(|error| error.to_string())
        .and_then(|()| {
            let lines = TraceReader::new(written.as_slice());
            let commands = lines.map(|line| line.map(|(_, command)| command));
            commands
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| error.to_string())
        });
    let is_same = read.as_ref().is_ok_and(|read| *read == commands);
    findings.expect(Invariant::A3, is_same, || {
        let change = match &read {
            Ok(read) => between(&commands, read),
            Err(error) => format!("expected it to be read, found {error}"),
        };
        format!("a trace of {} commands does not survive: {change}", commands.len())
    });
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::{check_one, check_text};
    use crate::check::invariants::Findings;

    /// Reads numbers, and writes all but the last digit.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Lossy(u64);

    impl Serialize for Lossy {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u64(self.0 / 10)
        }
    }

    #[test]
    fn what_does_not_survive_is_found() {
        let mut findings = Findings::default();
        check_one::<u64>("number", b"17", &mut findings);
        check_one::<Lossy>("number", b"no number", &mut findings);
        assert_eq!(findings.violations, []);
        check_one::<Lossy>("number", b"17", &mut findings);
        assert_eq!(findings.violations.len(), 1);
    }

    #[test]
    fn whatever_the_bytes_nothing_is_wrong() {
        let deep = [b"[".repeat(100_000), b"{\"type\":".repeat(1_000)].concat();
        for bytes in [
            &b""[..],
            b"null",
            b"\xff\xfe",
            b"{\"schema_version\":2,\"sequence\":0,\"model\":{}}",
            &deep,
        ] {
            let mut findings = Findings::default();
            check_text(bytes, &mut findings);
            assert_eq!(findings.violations, []);
        }
    }
}
