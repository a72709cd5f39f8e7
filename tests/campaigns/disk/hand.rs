//! A disk under our hand: the calls with which SQLite and the journal write go through here.
//!
//! The functions at the end bear the names of libc's, so that the linker gives them to
//! everything in this program, SQLite's C included; each asks the hand over the file, if
//! there is one, and then the kernel. The product is linked as it ships.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use libc::{c_int, off_t};

use super::log::{Log, Step};

/// What an operation on the disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Open,
    Write,
    Truncate,
    Sync,
    Rename,
    Remove,
    MakeFolder,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Write => "write",
            Self::Truncate => "truncate",
            Self::Sync => "sync",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::MakeFolder => "make_folder",
        }
    }
}

/// What may be done to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process ends before it.
    Abort,
    /// Half of what is written is, and the process ends.
    Torn,
    /// The system answers EIO.
    Refused,
    /// The system answers ENOSPC.
    Full,
    /// Half is written, and said to be.
    Short,
    /// It takes long.
    Delay,
}

/// What is done to the operations on a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Watch,
    /// A fault at the operation of this name, once.
    At(String, Fault),
    /// From the n-th operation that takes room on, there is none.
    FullFrom(u32),
    /// Nothing can be changed: a folder that is read only.
    ReadOnly,
    /// Nothing reaches the disk any more: what a process that was killed does.
    Dead,
}

/// How long a slow operation takes.
const SLOW: Duration = Duration::from_millis(4);

/// The hand over one folder; let go of when dropped.
pub struct Hand(Arc<Held>);

struct Held {
    folder: PathBuf,
    state: Mutex<State>,
}

struct State {
    plan: Plan,
    /// Every operation by its name, in order.
    names: Vec<String>,
    times: BTreeMap<(String, Operation), u32>,
    /// Operations that take room, so far.
    filling: u32,
    /// How often a fault was done.
    faults: u32,
    bytes: u64,
    log: Option<Log>,
}

/// How many hands there are: without any, calls pass at the price of one load.
static HANDS: AtomicUsize = AtomicUsize::new(0);
static HELD: RwLock<Vec<Arc<Held>>> = RwLock::new(Vec::new());
static OPEN: RwLock<BTreeMap<c_int, Opened>> = RwLock::new(BTreeMap::new());

#[derive(Clone)]
struct Opened {
    held: Arc<Held>,
    path: PathBuf,
    /// Which node of the log it is.
    node: u32,
}

impl Hand {
    /// Lays a hand over a folder. Files that are open already escape it.
    pub fn over(folder: &Path, plan: Plan) -> Self {
        Self::laid(folder, plan, None)
    }

    /// The same, keeping every operation with its bytes.
    pub fn recording(folder: &Path) -> Self {
        Self::laid(folder, Plan::Watch, Some(Log::begun(folder)))
    }

    fn laid(folder: &Path, plan: Plan, log: Option<Log>) -> Self {
        let state = State {
            plan,
            names: Vec::new(),
            times: BTreeMap::new(),
            filling: 0,
            faults: 0,
            bytes: 0,
            log,
        };
        let held = Arc::new(Held { folder: folder.to_owned(), state: Mutex::new(state) });
        HELD.write().unwrap().push(Arc::clone(&held));
        HANDS.fetch_add(1, Ordering::SeqCst);
        Self(held)
    }

    /// Does something else from now on.
    pub fn change(&self, plan: Plan) {
        self.0.state.lock().unwrap().plan = plan;
    }

    /// Does something else from now on, and counts from here.
    pub fn restart(&self, plan: Plan) {
        let mut state = self.0.state.lock().unwrap();
        state.plan = plan;
        state.names.clear();
        state.times.clear();
        (state.filling, state.faults) = (0, 0);
    }

    /// The operations so far, by name.
    pub fn names(&self) -> Vec<String> {
        self.0.state.lock().unwrap().names.clone()
    }

    /// How often a fault was done.
    pub fn faults(&self) -> u32 {
        self.0.state.lock().unwrap().faults
    }

    /// Bytes written to files whose path ends so.
    pub fn bytes(&self) -> u64 {
        self.0.state.lock().unwrap().bytes
    }

    /// How many operations there were.
    pub fn length(&self) -> usize {
        self.0.state.lock().unwrap().log.as_ref().map_or(0, Log::length)
    }

    /// What was recorded.
    pub fn recorded(&self) -> Log {
        self.0.state.lock().unwrap().log.clone().unwrap_or_default()
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        HANDS.fetch_sub(1, Ordering::SeqCst);
        HELD.write().unwrap().retain(|held| !Arc::ptr_eq(held, &self.0));
        OPEN.write().unwrap().retain(|_, opened| !Arc::ptr_eq(&opened.held, &self.0));
    }
}

/// What becomes of an operation.
enum Verdict {
    Go,
    /// Go, with half of the bytes.
    Half,
    /// Half of the bytes, then the process ends.
    HalfThenEnd,
    Fail(c_int),
}

impl Held {
    /// Notes an operation and says what becomes of it. `fills`: it takes room.
    fn judge(&self, path: &Path, operation: Operation, fills: bool) -> Verdict {
        let mut state = self.state.lock().unwrap();
        let file = named_alike(&self.relative(path).display().to_string());
        let times = state.times.entry((file.clone(), operation)).or_default();
        *times += 1;
        let name = format!("{file}/{}#{times}", operation.name());
        state.names.push(name.clone());
        state.filling += u32::from(fills);
        let fault = match &state.plan {
            Plan::Watch => None,
            Plan::At(at, fault) => (*at == name).then_some(*fault),
            Plan::FullFrom(first) => (fills && state.filling >= *first).then_some(Fault::Full),
            Plan::ReadOnly if operation == Operation::Open && !fills => None,
            Plan::ReadOnly if operation == Operation::Sync => None,
            Plan::ReadOnly => return Verdict::Fail(libc::EROFS),
            Plan::Dead if operation == Operation::Open && !fills => None,
            Plan::Dead => return Verdict::Fail(libc::EIO),
        };
        let Some(fault) = fault else { return Verdict::Go };
        state.faults += 1;
        match fault {
            Fault::Abort => end(),
            Fault::Torn => Verdict::HalfThenEnd,
            Fault::Refused => Verdict::Fail(libc::EIO),
            Fault::Full => Verdict::Fail(libc::ENOSPC),
            Fault::Short => Verdict::Half,
            Fault::Delay => {
                drop(state);
                std::thread::sleep(SLOW);
                Verdict::Go
            }
        }
    }

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.folder).unwrap_or(path)
    }

    /// Adds a step to the log, if there is one; the path is made relative.
    fn note(&self, step: impl FnOnce(&mut Log)) {
        if let Some(log) = &mut self.state.lock().unwrap().log {
            step(log);
        }
    }
}

/// The name of a file without the number that differs from one creation to the next.
fn named_alike(path: &str) -> String {
    let Some(rest) = path.strip_prefix("creating-") else { return path.to_owned() };
    format!("creating{}", rest.trim_start_matches(|sign: char| sign.is_ascii_digit()))
}

/// Ends the process at once, as a kill does: nothing is flushed, nothing unwinds.
#[expect(unsafe_code, reason = "libc is foreign")]
fn end() -> ! {
    // SAFETY: ends the process; nothing of it is used afterwards.
    unsafe { libc::_exit(ENDED) }
}

/// With what a process ends that the hand has ended.
pub const ENDED: c_int = 86;

fn hand_over(path: &Path) -> Option<Arc<Held>> {
    if HANDS.load(Ordering::Relaxed) == 0 {
        return None;
    }
    HELD.read().unwrap().iter().find(|held| path.starts_with(&held.folder)).cloned()
}

fn opened(fd: c_int) -> Option<Opened> {
    if HANDS.load(Ordering::Relaxed) == 0 {
        return None;
    }
    OPEN.read().unwrap().get(&fd).cloned()
}

/// The path that a call means, if it can be told.
fn named(folder: c_int, path: &CStr) -> Option<PathBuf> {
    let path = Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()));
    if path.is_absolute() {
        return Some(path.to_owned());
    }
    opened(folder).map(|opened| opened.path.join(path))
}

/// The calls of libc, and the kernel's behind them.
#[expect(unsafe_code, reason = "taking the place of foreign functions, with their contract")]
mod calls {
    use libc::{c_char, c_long, c_void, iovec, mode_t, size_t, ssize_t};

    use super::*;

    unsafe fn path_of(folder: c_int, path: *const c_char) -> Option<PathBuf> {
        if HANDS.load(Ordering::Relaxed) == 0 || path.is_null() {
            return None;
        }
        // SAFETY: the caller passes a path that ends with a nul, as libc asks for.
        named(folder, unsafe { CStr::from_ptr(path) })
    }

    fn fail<T: From<i8>>(errno: c_int) -> T {
        // SAFETY: the place of this thread's errno is always valid.
        unsafe { *libc::__errno_location() = errno };
        T::from(-1)
    }

    unsafe fn do_openat(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
        let kernel = || {
            // SAFETY: the arguments are the caller's, passed on.
            unsafe { libc::syscall(libc::SYS_openat, folder, path, flags, mode as c_long) as c_int }
        };
        // SAFETY: as above.
        let Some(name) = (unsafe { path_of(folder, path) }) else { return kernel() };
        let Some(held) = hand_over(&name) else { return kernel() };
        let makes = flags & libc::O_CREAT != 0 && !name.exists();
        let changes = makes || flags & libc::O_TRUNC != 0;
        let writes = flags & libc::O_ACCMODE != libc::O_RDONLY;
        let read_only = held.state.lock().unwrap().plan == Plan::ReadOnly;
        match held.judge(&name, Operation::Open, changes || (read_only && writes)) {
            Verdict::Fail(errno) => return fail(errno),
            Verdict::Go | Verdict::Half => {}
            Verdict::HalfThenEnd => end(),
        }
        let fd = kernel();
        if fd >= 0 {
            let relative = held.relative(&name).to_owned();
            let mut node = 0;
            held.note(|log| {
                node = log.opened(&relative, makes);
                if flags & libc::O_TRUNC != 0 && !makes {
                    log.add(Step::Truncate { node, length: 0 });
                }
            });
            OPEN.write().unwrap().insert(fd, Opened { held, path: name, node });
        }
        fd
    }

    /// Writes through `kernel`, which is told how many bytes, at `at`.
    unsafe fn do_write(
        fd: c_int,
        bytes: *const c_void,
        count: size_t,
        at: impl FnOnce() -> off_t,
        kernel: impl FnOnce(size_t) -> ssize_t,
    ) -> ssize_t {
        let Some(Opened { held, path, node }) = opened(fd) else { return kernel(count) };
        let (count, ends) = match held.judge(&path, Operation::Write, true) {
            Verdict::Fail(errno) => return fail(errno),
            Verdict::Go => (count, false),
            Verdict::Half => (count.div_ceil(2), false),
            Verdict::HalfThenEnd => (count / 2, true),
        };
        let at = at();
        let written = kernel(count);
        if ends {
            end();
        }
        if let Ok(length) = usize::try_from(written) {
            let mut state = held.state.lock().unwrap();
            state.bytes += length as u64;
            if let Some(log) = &mut state.log {
                // SAFETY: the kernel has just read so many bytes from there.
                let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), length) };
                let at = u64::try_from(at).unwrap_or_default();
                log.add(Step::Write { node, at, bytes: bytes.into() });
            }
        }
        written
    }

    unsafe fn do_truncate(fd: c_int, length: off_t) -> c_int {
        // SAFETY: the arguments are the caller's, passed on.
        let kernel = || unsafe { libc::syscall(libc::SYS_ftruncate, fd, length) as c_int };
        let Some(Opened { held, path, node }) = opened(fd) else { return kernel() };
        if let Verdict::Fail(errno) = held.judge(&path, Operation::Truncate, false) {
            return fail(errno);
        }
        let done = kernel();
        if done == 0 {
            let length = u64::try_from(length).unwrap_or_default();
            held.note(|log| log.add(Step::Truncate { node, length }));
        }
        done
    }

    fn do_sync(fd: c_int, call: c_long) -> c_int {
        // SAFETY: the argument is the caller's, passed on.
        let kernel = || unsafe { libc::syscall(call, fd) as c_int };
        let Some(Opened { held, path, node }) = opened(fd) else { return kernel() };
        if let Verdict::Fail(errno) = held.judge(&path, Operation::Sync, false) {
            return fail(errno);
        }
        // The kernel is not asked: no test here takes the power away, and it would wait.
        held.note(|log| log.add(Step::Sync { node }));
        0
    }

    unsafe fn do_rename(
        (from_folder, from): (c_int, *const c_char),
        (to_folder, to): (c_int, *const c_char),
        flags: libc::c_uint,
    ) -> c_int {
        let kernel = || {
            let call = libc::SYS_renameat2;
            // SAFETY: the arguments are the caller's, passed on.
            unsafe { libc::syscall(call, from_folder, from, to_folder, to, flags) as c_int }
        };
        // SAFETY: as above.
        let names = unsafe { (path_of(from_folder, from), path_of(to_folder, to)) };
        let (Some(from), Some(to)) = names else { return kernel() };
        let Some(held) = hand_over(&from) else { return kernel() };
        if let Verdict::Fail(errno) = held.judge(&to, Operation::Rename, false) {
            return fail(errno);
        }
        let done = kernel();
        if done == 0 {
            held.note(|log| log.renamed(held.relative(&from), held.relative(&to)));
        }
        done
    }

    unsafe fn do_remove(folder: c_int, path: *const c_char, flags: c_int) -> c_int {
        // SAFETY: the arguments are the caller's, passed on.
        let kernel = || unsafe { libc::syscall(libc::SYS_unlinkat, folder, path, flags) as c_int };
        // SAFETY: as above.
        let Some(name) = (unsafe { path_of(folder, path) }) else { return kernel() };
        let Some(held) = hand_over(&name) else { return kernel() };
        if let Verdict::Fail(errno) = held.judge(&name, Operation::Remove, false) {
            return fail(errno);
        }
        let done = kernel();
        if done == 0 {
            held.note(|log| log.removed(held.relative(&name)));
        }
        done
    }

    unsafe fn do_make_folder(folder: c_int, path: *const c_char, mode: mode_t) -> c_int {
        // SAFETY: the arguments are the caller's, passed on.
        let kernel = || unsafe { libc::syscall(libc::SYS_mkdirat, folder, path, mode) as c_int };
        // SAFETY: as above.
        let Some(name) = (unsafe { path_of(folder, path) }) else { return kernel() };
        let Some(held) = hand_over(&name) else { return kernel() };
        if let Verdict::Fail(errno) = held.judge(&name, Operation::MakeFolder, true) {
            return fail(errno);
        }
        let done = kernel();
        if done == 0 {
            held.note(|log| log.made_folder(held.relative(&name)));
        }
        done
    }

    fn place(fd: c_int) -> off_t {
        // SAFETY: asks where a file is read or written; no memory is passed.
        unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }
    }

    // The third argument is variadic in C; on Linux it is passed as a named one is.
    macro_rules! opens {
        ($($name:ident),+) => {$(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
                // SAFETY: the contract of libc's function of this name.
                unsafe { do_openat(libc::AT_FDCWD, path, flags, mode) }
            }
        )+};
    }
    opens!(open, open64);

    macro_rules! opens_at {
        ($($name:ident),+) => {$(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name(
                folder: c_int,
                path: *const c_char,
                flags: c_int,
                mode: mode_t,
            ) -> c_int {
                // SAFETY: the contract of libc's function of this name.
                unsafe { do_openat(folder, path, flags, mode) }
            }
        )+};
    }
    opens_at!(openat, openat64);

    #[unsafe(no_mangle)]
    unsafe extern "C" fn close(fd: c_int) -> c_int {
        if HANDS.load(Ordering::Relaxed) > 0 {
            drop(OPEN.write().unwrap().remove(&fd));
        }
        // SAFETY: the argument is the caller's, passed on.
        unsafe { libc::syscall(libc::SYS_close, fd) as c_int }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn write(fd: c_int, bytes: *const c_void, count: size_t) -> ssize_t {
        // SAFETY: the contract of libc's function of this name.
        unsafe {
            let kernel =
                |count: size_t| libc::syscall(libc::SYS_write, fd, bytes, count) as ssize_t;
            do_write(fd, bytes, count, || place(fd), kernel)
        }
    }

    macro_rules! writes_at {
        ($($name:ident),+) => {$(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name(
                fd: c_int,
                bytes: *const c_void,
                count: size_t,
                at: off_t,
            ) -> ssize_t {
                // SAFETY: the contract of libc's function of this name.
                unsafe {
                    let call = libc::SYS_pwrite64;
                    let kernel = |count: size_t| libc::syscall(call, fd, bytes, count, at) as ssize_t;
                    do_write(fd, bytes, count, || at, kernel)
                }
            }
        )+};
    }
    writes_at!(pwrite, pwrite64);

    /// Nothing of the store writes parts: told as one that was not taken whole.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn writev(fd: c_int, parts: *const iovec, count: c_int) -> ssize_t {
        if opened(fd).is_some() && count > 0 {
            // SAFETY: `count` parts are there, each with so many bytes.
            unsafe { write(fd, (*parts).iov_base, (*parts).iov_len) }
        } else {
            // SAFETY: the arguments are the caller's, passed on.
            unsafe { libc::syscall(libc::SYS_writev, fd, parts, count) as ssize_t }
        }
    }

    macro_rules! truncates {
        ($($name:ident),+) => {$(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name(fd: c_int, length: off_t) -> c_int {
                // SAFETY: the contract of libc's function of this name.
                unsafe { do_truncate(fd, length) }
            }
        )+};
    }
    truncates!(ftruncate, ftruncate64);

    #[unsafe(no_mangle)]
    extern "C" fn fsync(fd: c_int) -> c_int {
        do_sync(fd, libc::SYS_fsync)
    }

    #[unsafe(no_mangle)]
    extern "C" fn fdatasync(fd: c_int) -> c_int {
        do_sync(fd, libc::SYS_fdatasync)
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_rename((libc::AT_FDCWD, from), (libc::AT_FDCWD, to), 0) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn renameat(
        from_folder: c_int,
        from: *const c_char,
        to_folder: c_int,
        to: *const c_char,
    ) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_rename((from_folder, from), (to_folder, to), 0) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_remove(libc::AT_FDCWD, path, 0) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn rmdir(path: *const c_char) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_remove(libc::AT_FDCWD, path, libc::AT_REMOVEDIR) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn unlinkat(folder: c_int, path: *const c_char, flags: c_int) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_remove(folder, path, flags) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mkdir(path: *const c_char, mode: mode_t) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_make_folder(libc::AT_FDCWD, path, mode) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mkdirat(folder: c_int, path: *const c_char, mode: mode_t) -> c_int {
        // SAFETY: the contract of libc's function of this name.
        unsafe { do_make_folder(folder, path, mode) }
    }
}

/// The files of a folder and of those in it, with their bytes.
pub fn files_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in tree(folder).into_iter().filter(|path| path.is_file()) {
        found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
    }
    found
}

/// Everything in a folder, folders before what is in them.
pub fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        }
        found.insert(path);
    }
    found
}
