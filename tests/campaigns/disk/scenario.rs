//! What a profile goes through while the disk fails: one scenario for each thing it does.

use std::path::Path;

use tempfile::TempDir;

use super::deed::{Deed, Desk};
use super::hand::{Hand, Plan, files_of};
use super::old;
use super::seen::Seen;

/// How many decisions wait in a profile of the first version besides the 292 of its fixture; two
/// of those were refused, and are settled by later ones.
const MORE_WORK: u128 = 710;

/// A profile made ready, and what is then asked of it.
#[derive(Clone)]
pub struct Scenario {
    pub name: &'static str,
    prepared: Vec<Deed>,
    /// How the profile is left before what is asked.
    left: Before,
    /// What is asked.
    pub deeds: Vec<Deed>,
}

/// How a profile is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Open.
    Open,
    /// Closed.
    Closed,
    /// As a process left it that was killed.
    Killed,
    /// As the first version left it, with a thousand decisions unsent.
    OfSchema1,
}

/// Every scenario.
pub fn all() -> Vec<Scenario> {
    use Deed::*;
    let fresh = vec![Create, Catalogue, Changes(1, 3, 10)];
    let with = |more: &[Deed]| [fresh.clone(), more.to_vec()].concat();
    let decided = with(&[Record(1), Record(2), Record(3)]);
    let carrying = with(&[
        Begin(0),
        Append(0, 0, 10),
        Finish(0),
        Text(0),
        SettleTexts,
        Begin(1),
        Append(1, 0, 4),
    ]);
    let open = |name, prepared: &[Deed], deeds: &[Deed]| Scenario {
        name,
        prepared: prepared.to_vec(),
        left: Before::Open,
        deeds: deeds.to_vec(),
    };
    let found = |name, prepared: &[Deed], left, deeds: &[Deed]| Scenario {
        left,
        ..open(name, prepared, deeds)
    };
    let draft = [Draft(1), SealDraft];
    let spoken = [decided.clone(), vec![Withdraw(3), Acknowledged(vec![1], 5)]].concat();
    vec![
        found("create", &[], Before::Closed, &[Create, Close]),
        found("open", &decided, Before::Closed, &[Open, Record(4), Close]),
        found(
            "recover",
            &[&spoken[..], &draft].concat(),
            Before::Killed,
            &[Open, Record(4), Close],
        ),
        found("set-aside", &decided, Before::Closed, &[SetAside, Create, Catalogue, Close]),
        found("export", &decided, Before::Closed, &[Export]),
        open("record", &fresh, &[Record(1)]),
        open("record-many", &fresh, &[Record(1), Record(2), Record(3), Record(4), Close]),
        open("withdraw", &decided, &[Withdraw(3), Withdraw(2), Record(4)]),
        open("draft", &fresh, &[Draft(1), SealDraft, Draft(2), SealDraft, DeleteDraft]),
        open("pull", &fresh, &[Catalogue, Changes(2, 20, 11), Leaves(3, 12), Close]),
        open("snapshot", &fresh, &[Snapshot(1, 12), Snapshot(4, 13)]),
        open(
            "push",
            &decided,
            &[Send(vec![1, 2, 3]), Acknowledged(vec![1, 2], 9), Refused(3), Arbitrated(3)],
        ),
        open("unsent", &decided, &[Send(vec![1, 2]), NotSent(vec![1, 2])]),
        open("prune", &[&spoken[..], &draft].concat(), &[Prune(8), Record(4), Close]),
        open("recipient", &[&spoken[..], &draft].concat(), &[Recipient, Record(4)]),
        open("receive", &fresh, &[Begin(0), Append(0, 0, 5), Append(0, 5, 10), Finish(0)]),
        open(
            "receive-more",
            &carrying,
            &[Append(1, 4, 10), Finish(1), Begin(2), Append(2, 0, 10), Finish(2), Close],
        ),
        open("mismatch", &carrying, &[BeginWrong(3), AppendWrong(3), FinishWrong]),
        open("forget", &carrying, &[Forget(vec![1]), Close]),
        open("recheck", &carrying, &[Recheck(0), Turned(0), Looked(0)]),
        open(
            "index",
            &carrying,
            &[Text(0), SettleTexts, Append(1, 4, 10), Finish(1), Text(1), SettleTexts],
        ),
        open("carry", &fresh, &[Juries(1), Carry(2), CarryKnown(2), Carry(1)]),
        open("rebuild", &decided, &[Rebuild, Changes(1, 2, 20), Sweep, Erase]),
        open("all-sent", &decided, &[Acknowledged(vec![1, 2, 3], 5), AllSent]),
        open("session", &fresh, &[Token(1), Contact, Token(2), Setting(1), Setting(2)]),
    ]
}

/// An upgrade of a profile with unsent work.
pub fn upgrade() -> Scenario {
    Scenario {
        name: "upgrade",
        prepared: Vec::new(),
        left: Before::OfSchema1,
        deeds: vec![Deed::Open, Deed::Record(5000), Deed::Close],
    }
}

impl Scenario {
    /// Whether the profile is open when the deeds begin.
    pub fn begins_open(&self) -> bool {
        self.left == Before::Open
    }

    /// Makes the profile ready, once for all cases.
    pub async fn prepare(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        if self.left == Before::OfSchema1 {
            old::of_schema_1(folder.path()).await;
            old::more_work(folder.path(), MORE_WORK).await;
            return folder;
        }
        let hand = Hand::over(folder.path(), Plan::Watch);
        let mut desk = Desk::at(folder.path());
        for deed in &self.prepared {
            desk.perform(deed).await.unwrap();
        }
        if self.left == Before::Killed {
            hand.change(Plan::Dead);
        }
        desk.perform(&Deed::Close).await.unwrap();
        folder
    }

    /// What is seen before the deeds and after each, where the disk works.
    pub async fn seen(&self, prepared: &Path) -> Vec<Seen> {
        let folder = copied(prepared);
        let mut seen = vec![Seen::of_folder(copied(prepared).path()).await.unwrap()];
        let mut desk = self.desk(folder.path()).await;
        for deed in &self.deeds {
            desk.perform(deed).await.unwrap();
            seen.push(match &desk.store {
                Some(store) => Seen::of(folder.path(), store).await,
                None => Seen::of_folder(copied(folder.path()).path()).await.unwrap(),
            });
        }
        desk.perform(&Deed::Close).await.unwrap();
        seen
    }

    /// The profile in this folder, as the deeds find it.
    pub async fn desk(&self, folder: &Path) -> Desk {
        let mut desk = Desk::at(folder);
        if self.begins_open() {
            desk.perform(&Deed::Open).await.unwrap();
        }
        desk
    }
}

/// A copy of a folder.
pub fn copied(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_into(folder, copy.path());
    copy
}

/// Copies what is in a folder into another.
pub fn copy_into(folder: &Path, copy: &Path) {
    for (path, bytes) in files_of(folder) {
        let path = copy.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
