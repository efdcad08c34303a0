//! How nights went, one after the other.

use super::record::Record;

/// How many earlier nights are shown beside the one that has just ended.
const SHOWN: usize = 10;

/// A table in Markdown: the last nights, and this one at its end.
pub fn table(before: &[Record], this: &Record) -> String {
    let shown = before.iter().skip(before.len().saturating_sub(SHOWN)).chain([this]);
    let rows = shown.map(|night| {
        let cells = night
            .cells
            .map_or_else(|| "–".to_owned(), |cells| cells.reached.to_string());
        format!(
            "| {} | {} | {} | {} | {} | {} | {cells} | {} | {}{} |\n",
            night.begun,
            night.commit,
            super::summary::duration(night.seconds),
            night.executions(),
            night.steps(),
            night.corpus(),
            night.findings.len(),
            night.end,
            if night.bugs.is_some() {
                ", with planted bugs"
            } else {
                ""
            },
        )
    });
    let header = "| night | commit | took | executions | steps | corpus | cells | kinds of failure | end |\n\
                  |---|---|---:|---:|---:|---:|---:|---:|---|\n";
    header.to_owned() + &rows.collect::<String>()
}

/// The corpora that have fewer entries than the last night that ran their target left: whoever keeps them lost some.
pub fn losses(before: &[Record], this: &Record) -> Vec<String> {
    let last = |name: &str| {
        before
            .iter()
            .rev()
            .find_map(|night| night.targets.iter().find(|target| target.name == name))
    };
    this.targets
        .iter()
        .filter_map(|target| {
            let left = last(&target.name)?.minimised;
            (target.before < left).then(|| {
                format!(
                    "the corpus of {} had {} entries, and {left} after the last night",
                    target.name, target.before
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::record::Fuzzed;
    use super::*;

    fn night(begun: &str, before: u64, minimised: u64) -> Record {
        Record {
            begun: begun.to_owned(),
            targets: vec![Fuzzed {
                name: "wire".to_owned(),
                executions: 10,
                steps: 20,
                before,
                minimised,
                ..Fuzzed::default()
            }],
            ..Record::default()
        }
    }

    #[test]
    fn a_trend_has_the_last_nights_and_this_one_at_its_end() {
        let before: Vec<_> = (0..15).map(|number| night(&format!("night {number}"), 1, 1)).collect();
        let table = table(&before, &night("this", 1, 30));
        assert_eq!(table.lines().count(), 2 + SHOWN + 1, "{table}");
        assert!(!table.contains("night 4 "), "{table}");
        assert!(table.contains("night 5 "), "{table}");
        let last = table.lines().next_back().expect("there is one");
        assert!(
            last.starts_with("| this |") && last.contains("| 10 | 20 | 30 |"),
            "{last}"
        );
    }

    #[test]
    fn a_corpus_that_lost_entries_since_the_last_night_is_told() {
        let before = [night("old", 0, 500), night("last", 500, 700)];
        assert_eq!(losses(&before, &night("this", 700, 700)), Vec::<String>::new());
        assert_eq!(
            losses(&before, &night("this", 0, 300)),
            ["the corpus of wire had 0 entries, and 700 after the last night"]
        );
        assert_eq!(losses(&[], &night("this", 0, 300)), Vec::<String>::new());
    }
}
