//! Figures of the real window: `cargo bench --bench window -- AREA` prints one
//! line `area.figure=value unit` each. `cargo xtask bench` builds what it needs.
//!
//! Times between a key and what it shows are taken in the page itself, from the
//! time stamp of the key to the frame that shows it; the start of the app is
//! timed from outside, as for the empty window it is compared with.

#![cfg_attr(
    target_os = "linux",
    expect(dead_code, reason = "only the stories use all of the harness")
)]

#[cfg(target_os = "linux")]
mod app;
#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod decided;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
mod gestures;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod pages;
#[cfg(target_os = "linux")]
mod program;
#[cfg(target_os = "linux")]
mod programs;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod wait;

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the window is driven through WebKitWebDriver, on Linux only");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`.
    let area = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match area.as_deref() {
            Some("start") => measure::start().await,
            Some("page") => pages::page().await,
            Some("decide") => measure::decide().await,
            other => anyhow::bail!("no area {other:?}: start, page or decide"),
        }
    })
}
