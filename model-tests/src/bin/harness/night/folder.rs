//! The folders of nights: one each, named by when it began, and the last of them kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, NaiveDateTime, Utc};

use super::record::{FORM, Record};

/// How a folder is named.
const NAME: &str = "%Y-%m-%dT%H-%M-%SZ";

/// The result of a night, for people.
pub const SUMMARY: &str = "summary.md";

/// The result of a night, for machines.
pub const RECORD: &str = "summary.json";

/// The result of a night in the browser.
pub const PAGE: &str = "summary.html";

/// The folder of all nights.
#[derive(Clone, Debug)]
pub struct Nights {
    folder: PathBuf,
}

impl Nights {
    /// The nights in a folder. It is made if it is not there.
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let context = || format!("the folder {} for nights could not be made", folder.display());
        fs::create_dir_all(folder).with_context(context)?;
        Ok(Self {
            folder: fs::canonicalize(folder).with_context(context)?,
        })
    }

    /// Makes the folder of a night.
    pub fn begin(&self, at: DateTime<Utc>) -> anyhow::Result<PathBuf> {
        let name = at.format(NAME).to_string();
        // Two nights may begin in one second.
        for number in 1_u32.. {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!("-{number}")
            };
            let path = self.folder.join(format!("{name}{suffix}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("the folder {} could not be made", path.display()));
                }
            }
        }
        anyhow::bail!("there are too many nights of {name}")
    }

    /// The nights that there are, the oldest first. Nothing else in the folder is one.
    fn all(&self) -> io::Result<Vec<PathBuf>> {
        let mut nights = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() && is_night(&entry.file_name().to_string_lossy()) {
                nights.push(entry.path());
            }
        }
        nights.sort_unstable();
        Ok(nights)
    }

    /// The results of earlier nights, the oldest first. One that cannot be read is left out.
    pub fn before(&self, night: &Path) -> Vec<Record> {
        let nights = self.all().unwrap_or_default();
        let before = nights.iter().filter(|other| other.as_path() < night);
        before.filter_map(|night| record_in(night).ok()).collect()
    }

    /// The folder of the last night that has a result.
    pub fn last(&self) -> Option<PathBuf> {
        let nights = self.all().unwrap_or_default();
        nights.into_iter().rfind(|night| night.join(RECORD).is_file())
    }

    /// Removes all nights but the last ones, and gives those that it removed.
    pub fn prune(&self, keep: usize) -> anyhow::Result<Vec<PathBuf>> {
        let mut nights = self
            .all()
            .with_context(|| format!("the nights in {} could not be listed", self.folder.display()))?;
        nights.truncate(nights.len().saturating_sub(keep));
        for night in &nights {
            fs::remove_dir_all(night).with_context(|| format!("{} could not be removed", night.display()))?;
        }
        Ok(nights)
    }
}

/// The result in the folder of a night.
pub fn record_in(night: &Path) -> anyhow::Result<Record> {
    let path = night.join(RECORD);
    let bytes = fs::read(&path).with_context(|| format!("{} could not be read", path.display()))?;
    let record: Record =
        serde_json::from_slice(&bytes).with_context(|| format!("{} is no result of a night", path.display()))?;
    anyhow::ensure!(
        record.form == FORM,
        "{} is of form {}, and only form {FORM} is read",
        path.display(),
        record.form
    );
    let folder = night.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Record { folder, ..record })
}

fn is_night(name: &str) -> bool {
    let Some((date, rest)) = name.split_once('Z') else {
        return false;
    };
    let number = rest.strip_prefix('-').map(str::parse::<u32>);
    NaiveDateTime::parse_from_str(&format!("{date}Z"), NAME).is_ok()
        && (rest.is_empty() || matches!(number, Some(Ok(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nights(test: &str) -> (Nights, PathBuf) {
        let folder = std::env::temp_dir().join(format!("nights-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        (Nights::in_folder(&folder).expect("it can be made"), folder)
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_769_896_800 + second, 0).expect("a time")
    }

    #[test]
    fn a_night_is_named_by_when_it_began_and_no_two_share_a_folder() {
        let (nights, folder) = nights("names");
        let names: Vec<_> = (0..3)
            .map(|_| nights.begin(at(0)).expect("it can be made"))
            .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names,
            [
                "2026-01-31T22-00-00Z",
                "2026-01-31T22-00-00Z-2",
                "2026-01-31T22-00-00Z-3"
            ]
        );
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn the_last_nights_are_kept_and_what_is_no_night_is_left_alone() {
        let (nights, folder) = nights("prune");
        for second in 0..4 {
            nights.begin(at(second)).expect("it can be made");
        }
        for other in ["notes", "2026-01-31", "2026-01-31T22-00-00Z-old", "0000"] {
            fs::create_dir(folder.join(other)).expect("it can be made");
        }
        fs::write(folder.join("2025-01-31T22-00-00Z"), "a file").expect("it can be written");
        let removed = nights.prune(3).expect("they can be removed");
        assert_eq!(removed.len(), 1);
        assert!(removed[0].ends_with("2026-01-31T22-00-00Z"), "{removed:?}");
        assert_eq!(
            nights.prune(3).expect("there is nothing to remove"),
            Vec::<PathBuf>::new()
        );
        assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 8);
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn earlier_nights_are_read_and_those_that_cannot_be_read_say_nothing() {
        let (nights, folder) = nights("before");
        let write = |second, text: &str| {
            let night = nights.begin(at(second)).expect("it can be made");
            fs::write(night.join(RECORD), text).expect("it can be written");
            night
        };
        let json = |seed| {
            let record = Record {
                form: FORM,
                seed,
                ..Record::default()
            };
            serde_json::to_string(&record).expect("it is JSON")
        };
        write(0, &json(1));
        write(1, "{");
        write(2, &json(2));
        let this = write(3, &json(3));
        write(4, &json(4));
        let seeds: Vec<_> = nights.before(&this).iter().map(|record| record.seed).collect();
        assert_eq!(seeds, [1, 2]);
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let error = Nights::in_folder(Path::new("/dev/null/nights")).expect_err("it cannot be made");
        assert!(
            error.to_string().contains("the folder /dev/null/nights for nights"),
            "{error}"
        );
    }
}
