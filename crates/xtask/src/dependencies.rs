//! What others wrote: where it comes from and under which licence.
//!
//! Known vulnerabilities are not looked up here, since that needs the network:
//! `cargo audit` or `cargo deny` do it where there is one.

use anyhow::Result;
use cargo_metadata::Package;

use crate::workspace::Workspace;

/// The only registry.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Licences that go with the project's own, MIT or Apache-2.0. MPL-2.0 and
/// CDLA-Permissive-2.0 (root certificates) ask only that their own files stay theirs.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks every package the workspace pulls in.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.everything()?;
    Ok(metadata.packages.iter().filter_map(violation).collect())
}

fn violation(package: &Package) -> Option<String> {
    let from = package.source.as_ref().map(|source| source.repr.as_str());
    if from.is_some_and(|from| from != REGISTRY) {
        return Some(format!("{} comes from {}", package.name, from.unwrap_or_default()));
    }
    let licence = package.license.as_deref().unwrap_or_default();
    (!allows(licence)).then(|| format!("{} is under {licence:?}", package.name))
}

/// Whether an SPDX expression can be satisfied with [`LICENCES`].
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest) && rest.is_empty()
}

fn any(words: &mut &[&str]) -> bool {
    let mut allowed = all(words);
    while take(words, "OR") {
        allowed |= all(words);
    }
    allowed
}

fn all(words: &mut &[&str]) -> bool {
    let mut allowed = one(words);
    while take(words, "AND") {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut &[&str]) -> bool {
    if take(words, "(") {
        let allowed = any(words);
        return take(words, ")") && allowed;
    }
    let Some((licence, rest)) = words.split_first() else { return false };
    *words = rest;
    // An exception only adds permissions.
    if take(words, "WITH") {
        *words = words.get(1..).unwrap_or_default();
    }
    LICENCES.contains(licence)
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_allowed_if_one_choice_is() {
        for expression in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 OR GPL-2.0-only",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
            "ISC AND (Apache-2.0 OR ISC) AND (Apache-2.0 OR ISC OR MIT-0)",
        ] {
            assert!(allows(expression), "{expression}");
        }
        for expression in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT", "MIT MIT"] {
            assert!(!allows(expression), "{expression}");
        }
    }
}
