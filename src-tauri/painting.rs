//! How the web view paints where there is no graphics card.

/// Has the web view paint with the processor where no graphics card is there.
///
/// WebKitGTK then imitates one, and paints through the imitation: a page on screen took
/// twice as long (`docs/adr/0004-painting-without-a-graphics-card.md`). What it reads is an
/// environment variable, which is safe to set only for a program that has not begun: the
/// program starts itself anew, as the same process. A choice already made is left alone.
#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    use std::os::unix::process::CommandExt as _;

    const BY_PROCESSOR: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";
    if std::env::var_os(BY_PROCESSOR).is_some() || has_graphics_card() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        // It returns only if it fails: then the window is slower, and that is all.
        let _ = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(BY_PROCESSOR, "1")
            .exec();
    }
}

/// A card that can render has a node of its own here; one that only shows has none.
#[cfg(target_os = "linux")]
fn has_graphics_card() -> bool {
    std::fs::read_dir("/dev/dri").is_ok_and(|nodes| {
        nodes.flatten().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
    })
}

/// The web views of the other systems choose by themselves.
#[cfg(not(target_os = "linux"))]
pub(crate) fn choose() {}
