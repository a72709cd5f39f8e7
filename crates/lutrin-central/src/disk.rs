//! Small files that last: whole or not at all, whatever is cut off.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file that only the account of the service reads. It is there whole
/// once this returns, and after a power cut it is the old one or the new one.
///
/// # Errors
///
/// When the folder cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes a folder that only the account of the service reads, and those above it.
///
/// # Errors
///
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes names in a folder last: without it a renamed file may, after a power
/// cut, still have its old name. Windows has no such call and needs none.
///
/// # Errors
///
/// When the folder cannot be opened.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // The parent of a bare name is the empty path: the folder one is in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Makes names in a folder last: Windows has no such call and needs none.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the bytes of a file that was written by others last.
///
/// # Errors
///
/// When it cannot be opened or written.
pub fn sync_file(file: &Path) -> io::Result<()> {
    // Windows syncs only what is open for writing.
    OpenOptions::new().write(true).open(file).and_then(|file| File::sync_all(&file))
}
