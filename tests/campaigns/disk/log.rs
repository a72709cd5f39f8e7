//! What was done to a folder, in order, and what a power cut may leave of it.
//!
//! What a sync has covered is there. Of the rest any part may be: each write, cut or name
//! on its own, and of a write any of its sectors. Names last when their folder was synced.

use lutrin_testkit::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::hand::{files_of, tree};

/// A file or folder, whatever its name is now.
type Node = u32;

/// The folder itself.
const ROOT: Node = 0;

/// One thing done.
#[derive(Clone, Debug)]
pub enum Step {
    Write {
        node: Node,
        at: u64,
        bytes: Arc<[u8]>,
    },
    Truncate {
        node: Node,
        length: u64,
    },
    Sync {
        node: Node,
    },
    /// Names in folders that begin to mean a node or nothing, all at once.
    Names(Vec<(Node, OsString, Option<Node>)>),
}

/// What was done to a folder since the log was begun.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// What was there, and lasts.
    first: Vec<Step>,
    steps: Vec<Step>,
    names: BTreeMap<PathBuf, Node>,
    folders: BTreeSet<Node>,
    nodes: Node,
}

/// What a power cut spares of what no sync has covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spared {
    /// All of it: a process that was killed.
    All,
    /// Nothing.
    Nothing,
    /// Any part: so many in a hundred steps.
    Steps(u64),
    /// Any sectors of this size of any step.
    Sectors(usize),
}

impl Log {
    /// Begins one on a folder as it is.
    pub fn begun(folder: &Path) -> Self {
        let mut log = Self { folders: BTreeSet::from([ROOT]), nodes: 1, ..Self::default() };
        log.names.insert(PathBuf::new(), ROOT);
        for path in tree(folder) {
            let relative = path.strip_prefix(folder).unwrap();
            if path.is_dir() {
                log.made_folder(relative);
            } else {
                log.opened(relative, true);
            }
        }
        for (path, bytes) in files_of(folder) {
            let node = log.node(&path);
            log.add(Step::Write { node, at: 0, bytes: bytes.into() });
        }
        log.first = std::mem::take(&mut log.steps);
        log
    }

    /// Adds a step.
    pub fn add(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// How many steps there are.
    pub fn length(&self) -> usize {
        self.steps.len()
    }

    /// A file or folder was opened, and made before if there was none. Gives its node.
    pub fn opened(&mut self, path: &Path, made: bool) -> Node {
        if !made && let Some(node) = self.names.get(path) {
            return *node;
        }
        let node = self.nodes;
        self.nodes += 1;
        self.enter(path, node);
        node
    }

    /// A folder was made.
    pub fn made_folder(&mut self, path: &Path) {
        let node = self.opened(path, true);
        self.folders.insert(node);
    }

    /// A file or folder got another name.
    pub fn renamed(&mut self, from: &Path, to: &Path) {
        let node = self.node(from);
        let under: Vec<_> = self.names.keys().filter(|path| path.starts_with(from)).collect();
        for path in under.into_iter().cloned().collect::<Vec<_>>() {
            let node = self.names.remove(&path).unwrap();
            let rest = path.strip_prefix(from).unwrap();
            let name = if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) };
            self.names.insert(name, node);
        }
        let (old, new) = (self.name(from), self.name(to));
        self.add(Step::Names(vec![(old.0, old.1, None), (new.0, new.1, Some(node))]));
    }

    /// A file or an empty folder lost its name.
    pub fn removed(&mut self, path: &Path) {
        self.names.remove(path);
        let (folder, name) = self.name(path);
        self.add(Step::Names(vec![(folder, name, None)]));
    }

    fn enter(&mut self, path: &Path, node: Node) {
        self.names.insert(path.to_owned(), node);
        let (folder, name) = self.name(path);
        self.add(Step::Names(vec![(folder, name, Some(node))]));
    }

    fn node(&self, path: &Path) -> Node {
        self.names[path]
    }

    fn name(&self, path: &Path) -> (Node, OsString) {
        (self.node(path.parent().unwrap()), path.file_name().unwrap().to_owned())
    }

    /// Makes in an empty folder what is left when the power goes before the step `cut`.
    pub fn make_state(&self, folder: &Path, cut: usize, spared: Spared, dice: &mut Dice) {
        let steps = &self.steps[..cut];
        let mut left = Left::default();
        self.first.iter().for_each(|step| left.apply(step));
        for (at, step) in steps.iter().enumerate() {
            if spared == Spared::All || covered(step, &steps[at + 1..]) {
                left.apply(step);
                continue;
            }
            match spared {
                Spared::All | Spared::Nothing => {}
                Spared::Steps(percent) if dice.chance(percent) => left.apply(step),
                Spared::Steps(_) => {}
                Spared::Sectors(size) => left.apply_some(step, size, dice),
            }
        }
        left.write(folder, ROOT, &self.folders);
    }
}

/// Whether a sync has covered a step.
fn covered(step: &Step, later: &[Step]) -> bool {
    let of = |node: &Node| match step {
        Step::Write { node: of, .. } | Step::Truncate { node: of, .. } => of == node,
        Step::Names(names) => names.iter().any(|(folder, _, _)| folder == node),
        Step::Sync { .. } => false,
    };
    later.iter().any(|step| matches!(step, Step::Sync { node } if of(node)))
}

/// What is on the disk.
#[derive(Default)]
struct Left {
    bytes: BTreeMap<Node, Vec<u8>>,
    names: BTreeMap<(Node, OsString), Node>,
}

impl Left {
    fn apply(&mut self, step: &Step) {
        match step {
            Step::Write { node, at, bytes } => self.lay(*node, *at, bytes),
            Step::Truncate { node, length } => {
                let length = usize::try_from(*length).unwrap();
                self.bytes.entry(*node).or_default().resize(length, 0);
            }
            Step::Sync { .. } => {}
            Step::Names(names) => {
                for (folder, name, node) in names {
                    let key = (*folder, name.clone());
                    match node {
                        Some(node) => drop(self.names.insert(key, *node)),
                        None => drop(self.names.remove(&key)),
                    }
                }
            }
        }
    }

    /// Some sectors of a write; of anything else all or nothing.
    fn apply_some(&mut self, step: &Step, size: usize, dice: &mut Dice) {
        let Step::Write { node, at, bytes } = step else {
            if dice.chance(50) {
                self.apply(step);
            }
            return;
        };
        let mut from = 0;
        while from < bytes.len() {
            let place = usize::try_from(*at).unwrap() + from;
            let to = (from + size - place % size).min(bytes.len());
            if dice.chance(50) {
                self.lay(*node, place as u64, &bytes[from..to]);
            }
            from = to;
        }
    }

    fn lay(&mut self, node: Node, at: u64, bytes: &[u8]) {
        let at = usize::try_from(at).unwrap();
        let file = self.bytes.entry(node).or_default();
        if file.len() < at + bytes.len() {
            file.resize(at + bytes.len(), 0);
        }
        file[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn write(&self, folder: &Path, node: Node, folders: &BTreeSet<Node>) {
        let inside = self.names.iter().filter(|((of, _), _)| *of == node);
        for ((_, name), node) in inside {
            let path = folder.join(name);
            if folders.contains(node) {
                std::fs::create_dir(&path).unwrap();
                self.write(&path, *node, folders);
            } else {
                std::fs::write(&path, self.bytes.get(node).map_or(&[][..], Vec::as_slice)).unwrap();
            }
        }
    }
}
