//! Who may import whom: the table of the design, and the test that keeps it.

use std::collections::BTreeSet;

use anyhow::Result;
use cargo_metadata::{DependencyKind, Package};

use crate::workspace::{SHELL, Workspace};

/// Each crate and those it may import. A crate that is not here has no layer,
/// which is an error: give it a row, and the design too.
const LAYERS: &[(&str, &[&str])] = &[
    ("lutrin-domain", &[]),
    ("lutrin-protocol", &["lutrin-domain"]),
    // Of the protocol, the form of the journal only.
    ("lutrin-store", &["lutrin-protocol", "lutrin-domain"]),
    ("lutrin-preview", &["lutrin-domain"]),
    ("lutrin-sync", &["lutrin-store", "lutrin-protocol", "lutrin-domain"]),
    ("lutrin-papers", &["lutrin-domain"]),
    (
        "lutrin-app",
        &["lutrin-sync", "lutrin-store", "lutrin-preview", "lutrin-papers", "lutrin-domain"],
    ),
    (SHELL, &["lutrin-app"]),
    // The specimens only behind the feature `seed`: see OPTIONAL.
    ("lutrin-central", &["lutrin-protocol", "lutrin-domain", "lutrin-specimens"]),
    ("lutrin-specimens", &["lutrin-domain", "lutrin-papers"]),
    (
        TESTKIT,
        &[
            "lutrin-app",
            "lutrin-central",
            "lutrin-domain",
            "lutrin-papers",
            "lutrin-preview",
            "lutrin-protocol",
            "lutrin-specimens",
            "lutrin-store",
            "lutrin-sync",
        ],
    ),
    ("xtask", &[]),
];

/// Imported by tests only, and by any.
const TESTKIT: &str = "lutrin-testkit";

/// Edges that must stay behind a feature.
const OPTIONAL: &[(&str, &str)] = &[("lutrin-central", "lutrin-specimens")];

/// Libraries that belong to some crates only.
const KEPT: &[Kept] = &[
    // The campaigns look into the index of words beside the store.
    Kept { library: "sqlx", in_code: &["lutrin-store", "lutrin-central"], in_tests: &[TESTKIT] },
    Kept {
        library: "reqwest",
        in_code: &["lutrin-sync", TESTKIT],
        in_tests: &["lutrin-central", TESTKIT],
    },
    Kept { library: "tauri", in_code: &[SHELL], in_tests: &[] },
    // A campaign compiles the shell's one module that speaks to the keyring.
    Kept { library: "keyring", in_code: &[SHELL], in_tests: &[TESTKIT] },
];

struct Kept {
    /// A word of its name: `keyring` is also `keyring-core` and `…-keyring-store`.
    library: &'static str,
    in_code: &'static [&'static str],
    in_tests: &'static [&'static str],
}

/// Something a crate declares that it imports.
struct Import {
    from: String,
    to: String,
    kind: DependencyKind,
    optional: bool,
}

/// The feature that makes the product wrong on purpose.
const SEEDED_BUGS: &str = "seeded-bugs";

/// Who may ask for it: the domain has it, and the test kit has it on when it is told.
const SEEDED_BY: [(&str, &[&str]); 2] =
    [("lutrin-domain", &[]), (TESTKIT, &["lutrin-domain/seeded-bugs"])];

/// Checks the workspace as it is.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.members()?;
    let members = metadata.workspace_packages().into_iter().map(|package| package.name.to_string());
    let imports = metadata.workspace_packages().into_iter().flat_map(|package| {
        package.dependencies.iter().map(|dependency| Import {
            from: package.name.to_string(),
            to: dependency.name.clone(),
            kind: dependency.kind,
            optional: dependency.optional,
        })
    });
    let mut found = violations(&members.collect(), &imports.collect::<Vec<_>>());
    found.extend(metadata.workspace_packages().into_iter().flat_map(seeded_violations));
    Ok(found)
}

/// Where a crate could bring the feature into a program that is shipped: by asking for it of
/// another, or by a feature of its own, `default` included.
fn seeded_violations(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    let asked = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.features.iter().any(|feature| feature == SEEDED_BUGS));
    let asked =
        asked.map(|dependency| format!("{name} asks {} for {SEEDED_BUGS}", dependency.name));
    let own = package.features.iter().filter(|(feature, enabled)| {
        let may = SEEDED_BY.iter().any(|(of, may)| {
            *of == name
                && *feature == SEEDED_BUGS
                && enabled.iter().all(|one| may.contains(&one.as_str()))
        });
        let is_about_it = |text: &String| text.split('/').any(|part| part == SEEDED_BUGS);
        !may && (is_about_it(feature) || enabled.iter().any(is_about_it))
    });
    let own = own.map(|(feature, _)| format!("the feature {feature} of {name} has {SEEDED_BUGS}"));
    asked.chain(own).collect()
}

fn violations(members: &BTreeSet<String>, imports: &[Import]) -> Vec<String> {
    let strangers = members
        .iter()
        .filter(|member| row(member).is_none())
        .map(|member| format!("{member} has no row in the table of layers"));
    let edges = imports.iter().filter_map(|import| {
        let violation = if members.contains(&import.to) {
            layer_violation(import)
        } else {
            library_violation(import)
        };
        violation.map(|rule| format!("{} imports {}: {rule}", import.from, import.to))
    });
    strangers.chain(edges).collect()
}

fn row(member: &str) -> Option<&'static [&'static str]> {
    LAYERS.iter().find(|(name, _)| *name == member).map(|(_, may)| *may)
}

fn layer_violation(import: &Import) -> Option<&'static str> {
    if import.to == TESTKIT {
        let test = import.kind == DependencyKind::Development;
        return (!test).then_some("the test kit is for tests");
    }
    if !row(&import.from)?.contains(&import.to.as_str()) {
        return Some("not in the table of layers");
    }
    let must_be_optional = OPTIONAL.contains(&(&import.from, &import.to));
    let in_code = import.kind != DependencyKind::Development;
    (must_be_optional && in_code && !import.optional).then_some("it must be behind a feature")
}

fn library_violation(import: &Import) -> Option<&'static str> {
    let kept = KEPT.iter().find(|kept| import.to.split('-').any(|word| word == kept.library))?;
    let in_code = kept.in_code.contains(&import.from.as_str());
    let in_tests =
        import.kind == DependencyKind::Development && kept.in_tests.contains(&import.from.as_str());
    (!in_code && !in_tests).then_some("this library belongs elsewhere")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_its_layers() {
        let violations = check(&Workspace::find().unwrap()).unwrap();
        assert!(violations.is_empty(), "\n{}", violations.join("\n"));
    }

    #[test]
    fn every_crate_of_the_table_exists() {
        let metadata = Workspace::find().unwrap().members().unwrap();
        let members = metadata.workspace_packages();
        for (name, may) in LAYERS {
            assert!(members.iter().any(|member| member.name == *name), "{name}");
            assert!(may.iter().all(|to| row(to).is_some()), "a row of {name} is unknown");
        }
    }

    fn refused(from: &str, to: &str, kind: DependencyKind, optional: bool) -> bool {
        let members = LAYERS.iter().map(|(name, _)| (*name).to_owned()).collect();
        let import = Import { from: from.to_owned(), to: to.to_owned(), kind, optional };
        !violations(&members, &[import]).is_empty()
    }

    #[test]
    fn edges_of_the_table_pass_and_others_do_not() {
        use DependencyKind::{Build, Development, Normal};
        let cases = [
            ("lutrin-app", "lutrin-sync", Normal, false, false),
            ("lutrin-domain", "lutrin-store", Normal, false, true),
            ("lutrin-sync", "lutrin-app", Development, false, true),
            ("lutrin-store", "lutrin-sync", Build, false, true),
            ("lutrin", "lutrin-store", Normal, false, true),
            ("lutrin-sync", TESTKIT, Development, false, false),
            ("lutrin-sync", TESTKIT, Normal, false, true),
            ("lutrin-sync", TESTKIT, Build, false, true),
            ("lutrin-central", "lutrin-specimens", Normal, true, false),
            ("lutrin-central", "lutrin-specimens", Normal, false, true),
            ("lutrin-central", "lutrin-specimens", Development, false, false),
        ];
        for (from, to, kind, optional, expected) in cases {
            assert_eq!(refused(from, to, kind, optional), expected, "{from} → {to} ({kind})");
        }
    }

    #[test]
    fn libraries_stay_in_their_crates() {
        use DependencyKind::{Build, Development, Normal};
        let cases = [
            ("lutrin-store", "sqlx", Normal, false),
            ("lutrin-sync", "sqlx", Development, true),
            ("lutrin-sync", "reqwest", Normal, false),
            ("lutrin-central", "reqwest", Development, false),
            ("lutrin-central", "reqwest", Normal, true),
            ("lutrin-app", "tauri", Normal, true),
            ("lutrin-app", "tauri-plugin-dialog", Normal, true),
            ("lutrin", "tauri-build", Build, false),
            ("lutrin-store", "keyring-core", Normal, true),
            ("lutrin-app", "zbus-secret-service-keyring-store", Normal, true),
            ("lutrin-store", "keyrings", Normal, false),
        ];
        for (from, to, kind, expected) in cases {
            assert_eq!(refused(from, to, kind, false), expected, "{from} → {to} ({kind})");
        }
    }

    #[test]
    fn nothing_that_is_shipped_can_have_the_seeded_bugs() {
        let metadata = Workspace::find().unwrap().members().unwrap();
        let of = |name: &str| {
            let packages = metadata.workspace_packages();
            let package = packages.into_iter().find(|package| package.name == name);
            package.unwrap().clone()
        };
        for (name, _) in LAYERS {
            assert_eq!(seeded_violations(&of(name)), Vec::<String>::new());
        }
        let mut leaking = of("lutrin-store");
        leaking.features.insert("default".into(), vec!["lutrin-domain/seeded-bugs".into()]);
        assert_eq!(seeded_violations(&leaking).len(), 1);
        let mut leaking = of(TESTKIT);
        leaking.features.insert("default".into(), vec![SEEDED_BUGS.into()]);
        assert_eq!(seeded_violations(&leaking).len(), 1);
        let mut leaking = of("lutrin-app");
        leaking.dependencies[0].features.push(SEEDED_BUGS.into());
        assert_eq!(seeded_violations(&leaking).len(), 1);
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        let members = BTreeSet::from(["lutrin-novelty".to_owned()]);
        assert_eq!(violations(&members, &[]).len(), 1);
    }
}
