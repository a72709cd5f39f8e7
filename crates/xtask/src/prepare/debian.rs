//! Debian packages, on Debian and its kin.

use std::process::Command;

use anyhow::{Result, bail};

use super::Purpose;
use crate::process;

/// To build the app and run its tests without a window.
const BUILD: &[&str] = &[
    "build-essential",
    "libsoup-3.0-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "perl",
    "pkg-config",
    // The stories make hostile files with it and count pages with pdfinfo.
    "python3",
    "poppler-utils",
];

/// To run the window in a virtual display with its own bus and keyring.
const VIRTUAL_DISPLAY: &[&str] =
    &["dbus", "dbus-daemon", "fonts-dejavu-core", "gnome-keyring", "webkit2gtk-driver", "xvfb"];

/// Installs the packages that are missing when this is allowed, else names them.
pub fn run(purpose: Purpose) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let wanted = wanted(purpose);
    let Ok(listing) = process::output(
        Command::new("dpkg-query")
            .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
            .args(&wanted),
    ) else {
        println!("This is not Debian. What is needed, by its Debian name: {}", wanted.join(" "));
        return Ok(());
    };
    let missing = missing(&wanted, &listing);
    if missing.is_empty() {
        println!("The {} Debian packages are here.", wanted.len());
        return Ok(());
    }
    let Some(privilege) = privilege()? else {
        bail!("install these first: sudo apt-get install {}", missing.join(" "));
    };
    println!("Missing Debian packages: {}", missing.join(" "));
    process::run(apt_get(privilege).arg("update"))?;
    process::run(
        apt_get(privilege).args(["install", "--yes", "--no-install-recommends"]).args(&missing),
    )
}

fn wanted(purpose: Purpose) -> Vec<&'static str> {
    match purpose {
        Purpose::Build => BUILD.to_vec(),
        Purpose::VirtualDisplay => [BUILD, VIRTUAL_DISPLAY].concat(),
    }
}

/// Those of `wanted` that dpkg does not list as installed.
fn missing<'a>(wanted: &[&'a str], listing: &str) -> Vec<&'a str> {
    let installed =
        |name: &str| listing.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    wanted.iter().copied().filter(|name| !installed(name)).collect()
}

#[derive(Clone, Copy)]
enum Privilege {
    Root,
    Sudo,
}

/// How packages may be installed without asking anybody.
fn privilege() -> Result<Option<Privilege>> {
    if process::output(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Some(Privilege::Root));
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).output();
    Ok(sudo.is_ok_and(|output| output.status.success()).then_some(Privilege::Sudo))
}

fn apt_get(privilege: Privilege) -> Command {
    let quiet = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
    let mut command = match privilege {
        Privilege::Root => Command::new("env"),
        Privilege::Sudo => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env"]);
            sudo
        }
    };
    command.args(quiet);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_and_unknown_packages_are_missing() {
        // dpkg keeps a line for a removed package whose settings remain, and
        // writes nothing on standard output for one it never saw.
        let listing = "perl installed\nxvfb config-files\n";
        assert_eq!(missing(&["perl", "xvfb", "dbus"], listing), ["xvfb", "dbus"]);
    }
}
