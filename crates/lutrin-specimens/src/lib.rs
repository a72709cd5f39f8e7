//! Fictitious dossiers: people, employers and pieces invented from a seed and a
//! day, for demonstrations, tests and measures.
//!
//! The same seed and day always give the same bytes: nothing reads a clock or
//! the system's randomness. Nobody here exists: names are put together, SIRETs
//! have right keys but invented bodies, and every social security number has a
//! wrong key (case D06 of the domain notes).
//!
//! Telling a story is cheap and making its files is not, so the two are apart:
//! `stories` gives plans whose files are `Sheet`s, the `press` makes each
//! distinct sheet once, on every core. [`volume`] draws any number of further
//! dossiers from the files already made.
//!
//! Start with [`ten_dossiers`], the examples of the domain notes (section 11).

mod calendar;
mod draw;
mod employers;
mod employment;
mod finish;
mod juries;
mod money;
mod numbers;
mod pay;
mod people;
mod pieces;
mod plan;
mod pool;
mod press;
mod sheet;
mod stories;
mod training;

use std::sync::Arc;

use jiff::civil::Date;
use lutrin_domain::digest::Digest;
use lutrin_domain::intake::Intake;
use lutrin_domain::jury::JurySession;
pub use lutrin_papers::Papers;

use crate::plan::Plan;
use crate::pool::Pool;
pub use crate::press::SpecimenError;
use crate::press::{Press, Printed};
use crate::sheet::{Finish, Sheet};
use crate::stories::World;

/// The password of the PDF that is locked.
pub const PASSWORD: &str = finish::PASSWORD;

/// Dossiers to hand over, and the sittings of the jury they are planned for.
#[derive(Clone, Debug)]
pub struct Specimens {
    /// The sittings to come.
    pub juries: Vec<JurySession>,
    /// The dossiers.
    pub dossiers: Vec<Specimen>,
}

/// One dossier and its files.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// The dossier as it is handed over.
    pub intake: Intake,
    /// Its files, once each; slots name them by their digest.
    pub files: Vec<SpecimenFile>,
}

/// One file. Dossiers may share its bytes.
#[derive(Clone)]
pub struct SpecimenFile {
    /// The name the learner gave.
    pub file_name: String,
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Their digest.
    pub sha256: Digest,
}

impl std::fmt::Debug for SpecimenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpecimenFile")
            .field("sha256", &self.sha256)
            .field("size", &self.bytes.len())
            .finish()
    }
}

/// The ten example dossiers of the domain notes.
///
/// # Errors
///
/// Only if this crate is wrong: see [`SpecimenError`].
pub fn ten_dossiers(seed: u64, day: Date, papers: &Papers) -> Result<Specimens, SpecimenError> {
    let world = World { seed, day };
    let mut press = Press::new(papers);
    let dossiers = print(&mut press, stories::ten(world))?;
    Ok(hand_over(world, dossiers))
}

/// The ten examples, then further dossiers drawn from a pool of about two
/// hundred files: `count` in all. Their files keep the names of the people
/// they were made for.
///
/// # Errors
///
/// Only if this crate is wrong: see [`SpecimenError`].
pub fn volume(
    seed: u64,
    day: Date,
    count: usize,
    papers: &Papers,
) -> Result<Specimens, SpecimenError> {
    let world = World { seed, day };
    let mut press = Press::new(papers);
    let mut dossiers = print(&mut press, stories::ten(world))?;
    if count > dossiers.len() {
        let more = print(&mut press, pool::more_stories(world))?;
        let pool = Pool::of(dossiers.iter().chain(&more));
        dossiers
            .extend((dossiers.len()..count).map(|index| pool::draw_dossier(world, &pool, index)));
    }
    dossiers.truncate(count);
    Ok(hand_over(world, dossiers))
}

/// One file of each kind of paper that the ten examples hold, and one of each way in which
/// paper becomes a file; named by what they are (`contract.pdf`, `report_scanned.pdf`).
///
/// # Errors
///
/// Only if this crate is wrong: see [`SpecimenError`].
pub fn kinds(seed: u64, day: Date, papers: &Papers) -> Result<Vec<SpecimenFile>, SpecimenError> {
    let plans = stories::ten(World { seed, day });
    let (mut templates, mut finishes) = (Vec::new(), Vec::new());
    let mut sheets: Vec<&Sheet> = plans.iter().flat_map(Plan::contents).collect();
    sheets.retain(|sheet| match sheet.finish {
        Finish::Plain => first(&mut templates, sheet.template),
        finish => first(&mut finishes, finish),
    });
    let mut press = Press::new(papers);
    press.print(sheets.iter().copied())?;
    let file = |sheet: &Sheet| {
        let Printed { bytes, sha256 } = press.printed(sheet)?;
        let file_name = format!("{}{}", sheet.template.name(), sheet.finish.ending());
        Ok(SpecimenFile { file_name, bytes, sha256 })
    };
    sheets.into_iter().map(file).collect()
}

/// Whether it is not yet in the list, where it is from now on.
fn first<T: PartialEq>(known: &mut Vec<T>, one: T) -> bool {
    let new = !known.contains(&one);
    if new {
        known.push(one);
    }
    new
}

fn print(press: &mut Press, plans: Vec<Plan<Sheet>>) -> Result<Vec<Plan<Printed>>, SpecimenError> {
    press.print(plans.iter().flat_map(Plan::contents))?;
    plans.into_iter().map(|plan| plan.try_map(|sheet| press.printed(&sheet))).collect()
}

fn hand_over(world: World, dossiers: Vec<Plan<Printed>>) -> Specimens {
    let jury = |sitting| juries::session_id(world.seed, sitting);
    Specimens {
        juries: juries::sessions(world.seed, world.day),
        dossiers: dossiers.into_iter().map(|plan| plan.hand_over(jury)).collect(),
    }
}

#[cfg(test)]
mod tests;
