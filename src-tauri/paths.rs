//! Where things are on this system.

use std::io;
use std::path::PathBuf;

/// The folder of profiles: local to the machine, never one that roams or is
/// copied to a server at logoff.
///
/// `LUTRIN_PROFILE_DIR` names another, for tests and demonstrations.
///
/// # Errors
///
/// When the system names no such folder, or it cannot be made.
pub(crate) fn profiles() -> io::Result<PathBuf> {
    let folder = match std::env::var_os("LUTRIN_PROFILE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => local_data().ok_or(io::ErrorKind::NotFound)?.join("lutrin"),
    };
    std::fs::create_dir_all(&folder)?;
    keep_private(&folder)?;
    Ok(folder)
}

#[cfg(windows)]
fn local_data() -> Option<PathBuf> {
    std::env::var_os("LOCALAPPDATA").map(PathBuf::from)
}

#[cfg(target_os = "macos")]
fn local_data() -> Option<PathBuf> {
    home().map(|home| home.join("Library/Application Support"))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn local_data() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    // A relative path there is invalid by the XDG specification.
    named.filter(|path| path.is_absolute()).or_else(|| home().map(|home| home.join(".local/share")))
}

#[cfg(unix)]
fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from)
}

/// Other users of the machine read nothing, not even names.
#[cfg(unix)]
fn keep_private(folder: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// The local application folder is the user's own on Windows.
#[cfg(not(unix))]
fn keep_private(_folder: &std::path::Path) -> io::Result<()> {
    Ok(())
}

/// What people call this machine.
pub(crate) fn machine_name() -> String {
    let named = ["COMPUTERNAME", "HOSTNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let named = named.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let named = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| "poste".to_owned())
}
