//! The TypeScript of commands and events is what the window is built with.
//!
//! `LUTRIN_WRITE_BINDINGS=1 cargo test --test bindings` writes it anew.

use std::path::Path;

#[test]
fn the_bindings_of_the_window_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bindings.ts");
    lutrin::write_typescript(&fresh).unwrap();
    if std::env::var_os("LUTRIN_WRITE_BINDINGS").is_some() {
        std::fs::copy(&fresh, &path).unwrap();
    }
    let generated = std::fs::read_to_string(&fresh).unwrap();
    let held = std::fs::read_to_string(&path).unwrap();
    assert!(
        held == generated,
        "ui/src/ipc/bindings.ts is stale: LUTRIN_WRITE_BINDINGS=1 cargo test --test bindings"
    );
}
