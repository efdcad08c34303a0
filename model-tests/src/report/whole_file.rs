//! Files that are written as a whole, or not at all.

use std::ffi::OsString;
use std::fs;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use foldhash::quality::FixedState;

/// Writes a file, and its folder if need be. If that fails, an earlier file stays as it was, and none is half written. What is
/// no file, such as a device or a pipe, is written into.
///
/// # Errors
///
/// What the operating system says.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let is_other = |kind: fs::FileType| !kind.is_file() && !kind.is_dir();
    if fs::metadata(path).is_ok_and(|found| is_other(found.file_type())) {
        return fs::write(path, bytes);
    }
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // It may not exist, and the first error says more.
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Writes a file to a folder, named by what it shows and by what it holds: the same is always written to the same file.
///
/// # Errors
///
/// What the operating system says.
pub fn write_named(folder: &Path, shows: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let hash = FixedState::with_seed(0).hash_one(bytes);
    let path = folder.join(format!("{shows}-{:08x}.{ending}", hash >> 32));
    write(&path, bytes)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write;

    #[test]
    fn a_file_is_written_with_its_folder_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("of/traces/one.jsonl");
        write(&path, b"first").expect("it can be written");
        write(&path, b"second").expect("it can be written again");
        assert_eq!(fs::read(&path).expect("it is there"), b"second");
        let beside = fs::read_dir(folder.path().join("of/traces")).expect("a folder").count();
        assert_eq!(beside, 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_replaced_by_one() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("socket");
        let _listening = std::os::unix::net::UnixListener::bind(&path).expect("it can be made");
        write(&path, b"text").expect_err("no file can be written there");
        let found = fs::metadata(&path).expect("it is there").file_type();
        assert!(found.is_socket());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn what_cannot_be_put_there_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("taken");
        fs::create_dir(&path).expect("it can be made");
        write(&path, b"text").expect_err("there is a folder");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
