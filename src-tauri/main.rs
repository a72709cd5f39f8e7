//! The program.

// No console window beside ours on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() {
    if let Err(error) = lutrin::run() {
        // The log may be what failed; this line is the last resort.
        eprintln!("Lutrin n'a pas pu démarrer : {error}");
        std::process::exit(1);
    }
}
