//! Other programs that are measured in the same run. They are installed below
//! `target/peers`, in a given version, and are part of nothing that is shipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// Another reader of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// pdfium, through its Python binding.
    Pdfium,
    /// pdf.js.
    Pdfjs,
}

/// The peers that are here, and where.
pub struct Installed {
    places: Vec<(Peer, PathBuf)>,
}

impl Installed {
    /// Whether a peer is here.
    pub fn has(&self, peer: Peer) -> bool {
        self.places.iter().any(|(here, _)| *here == peer)
    }

    /// How the bench targets are told.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        self.places.iter().map(|(peer, place)| (peer.variable(), place))
    }
}

impl Peer {
    /// The variable that names the place: a Python that has pdfium, the package of pdf.js.
    const fn variable(self) -> &'static str {
        match self {
            Self::Pdfium => "LUTRIN_PDFIUM_PYTHON",
            Self::Pdfjs => "LUTRIN_PDFJS",
        }
    }

    fn install(self, workspace: &Workspace) -> Result<PathBuf> {
        let folder = workspace.target().join("peers");
        match self {
            Self::Pdfium => pdfium(&folder.join("pdfium")),
            Self::Pdfjs => pdfjs(workspace, &folder.join("pdfjs")),
        }
    }
}

/// Installs those that can be, and names the others.
pub fn install(workspace: &Workspace, peers: &[Peer]) -> Installed {
    let mut places = Vec::new();
    for peer in peers {
        match peer.install(workspace) {
            Ok(place) => places.push((*peer, place)),
            Err(error) => eprintln!("{peer:?} cannot be installed: {error:#}"),
        }
    }
    Installed { places }
}

fn pdfium(folder: &Path) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let has = |python: &PathBuf| {
        let mut import = Command::new(python);
        import.args(["-c", "import pypdfium2"]);
        process::run(&mut import).is_ok()
    };
    if !(python.exists() && has(&python)) {
        process::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut pip = Command::new(&python);
        process::run(pip.args(["-m", "pip", "install", "--quiet", "pypdfium2==5.15.2"]))?;
    }
    Ok(python)
}

fn pdfjs(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    let package = folder.join("node_modules/pdfjs-dist");
    if !package.join("package.json").exists() {
        fs::create_dir_all(folder).context("no folder for pdf.js")?;
        let mut npm = workspace.npm(["install", "--no-save", "--no-audit", "--no-fund"]);
        // What node would draw with is of no use in a window.
        npm.args(["--ignore-scripts", "--omit=optional", "--prefix"]).arg(folder);
        process::run(npm.arg("pdfjs-dist@6.5.438"))?;
    }
    Ok(package)
}
