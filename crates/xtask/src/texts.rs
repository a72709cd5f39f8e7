//! Texts: typography of what people read, and no trace of somebody's machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Where the words of the product are.
const PRODUCT: &[&str] = &["ui/src/", "assets/catalogue/"];

/// Words the product never says of a person or a piece (`ui/design.md`, wording).
const NEVER: &[&str] = &["authentifié", "certifié", "frauduleu", "rejeté", "erreur utilisateur"];

/// What no text of the repository may contain.
struct Traces {
    /// Places of this machine.
    places: Vec<String>,
}

/// Checks every text of the repository, those not yet committed included.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let listing = process::output(
        Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(workspace.root()),
    )?;
    let traces = Traces::of_this_machine(workspace.root());
    let mut found = Vec::new();
    for path in listing.split('\0').filter(|path| !path.is_empty()) {
        // Neither a deleted file nor a picture is a text.
        let Ok(text) = fs::read_to_string(workspace.root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(fault) = fault(path, line, &traces) {
                found.push(format!("{path}:{}: {fault}", number + 1));
            }
        }
    }
    Ok(found)
}

impl Traces {
    fn of_this_machine(root: &Path) -> Self {
        let home = std::env::home_dir();
        let places = [Some(root.to_path_buf()), home]
            .into_iter()
            .flatten()
            .filter(|place| place.components().count() > 1)
            .map(|place| format!("{}/", place.display()))
            .collect();
        Self { places }
    }
}

fn fault(path: &str, line: &str, traces: &Traces) -> Option<String> {
    if let Some(place) = traces.places.iter().find(|place| line.contains(place.as_str())) {
        return Some(format!("a path of this machine, {place}"));
    }
    if ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark)) {
        return Some("a merge left its mark".to_owned());
    }
    let said_to_people = PRODUCT.iter().any(|folder| path.starts_with(folder));
    if !said_to_people || path.ends_with(".test.ts") {
        return None;
    }
    if line.contains('\u{202f}') {
        return Some("U+202F, which the fonts lack: use U+00A0".to_owned());
    }
    if line.contains("« ") || line.contains(" »") {
        return Some("an ordinary space inside guillemets: use U+00A0".to_owned());
    }
    let low = line.to_lowercase();
    NEVER.iter().find(|word| low.contains(**word)).map(|word| format!("never say “{word}”"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_where_they_matter() {
        let traces = Traces { places: vec!["/somewhere/lutrin/".to_owned()] };
        let found = |path, line| fault(path, line, &traces).is_some();
        assert!(found("README.md", "run /somewhere/lutrin/target/debug/lutrin"));
        assert!(found("src-tauri/lib.rs", "<<<<<<< mine"));
        assert!(found("ui/src/texts/fr.ts", "« Reprendre »"));
        assert!(found("ui/src/texts/fr.ts", "1\u{202f}607 h"));
        assert!(found("assets/catalogue/reasons.json", "Pièce rejetée"));
        assert!(!found("docs/sync.md", "the button « Reprendre »"), "not the product");
        assert!(!found("ui/src/texts/fr.ts", "«\u{a0}Reprendre\u{a0}»"));
    }
}
