//! What the program has in its environment, where parts that are not ours read it.

/// Starts the program anew, as the same process, with what its environment lacks.
///
/// It is read before our first line, and safe to set only for a program that has not begun
/// (`docs/adr/0007-memory-of-the-window.md`). A choice already made is left alone.
#[cfg(target_os = "linux")]
pub(crate) fn complete() {
    use std::os::unix::process::CommandExt as _;

    let lacking = lacking(has_graphics_card(), |name| std::env::var_os(name).is_some());
    if lacking.is_empty() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // It returns only if it fails: then the window is larger and slower, and that is all.
        let _ = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .envs(lacking)
            .exec();
    }
}

/// Few arenas, and pieces of 128 KiB or more given back to the system when they are let go
/// of, as they are in glibc until the first such piece: pictures of pages come and go.
#[cfg(target_os = "linux")]
const MEMORY: (&str, &str) =
    ("GLIBC_TUNABLES", "glibc.malloc.arena_max=2:glibc.malloc.mmap_threshold=131072");

/// Nothing is composed: `WebKitGTK` imitates a graphics card otherwise, and composes every
/// frame with the imitation (`docs/adr/0004-painting-without-a-graphics-card.md`).
#[cfg(target_os = "linux")]
const BY_PROCESSOR: (&str, &str) = ("WEBKIT_DISABLE_COMPOSITING_MODE", "1");

#[cfg(target_os = "linux")]
fn lacking(graphics_card: bool, has: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    let wanted = if graphics_card { vec![MEMORY] } else { vec![MEMORY, BY_PROCESSOR] };
    wanted.into_iter().filter(|(name, _)| !has(name)).collect()
}

/// A card that can render has a node of its own here; one that only shows has none.
#[cfg(target_os = "linux")]
fn has_graphics_card() -> bool {
    std::fs::read_dir("/dev/dri").is_ok_and(|nodes| {
        nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
    })
}

/// The web views and the memory of the other systems take no such advice.
#[cfg(not(target_os = "linux"))]
pub(crate) fn complete() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_already_is_left_alone_and_nothing_starts_twice() {
        assert_eq!(lacking(false, |_| false), [MEMORY, BY_PROCESSOR]);
        assert_eq!(lacking(true, |_| false), [MEMORY]);
        assert_eq!(lacking(false, |name| name == MEMORY.0), [BY_PROCESSOR]);
        assert!(lacking(false, |_| true).is_empty());
    }
}
