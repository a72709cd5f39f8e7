//! The pieces a learner deposits, one module per subject. Each function gives a
//! [`Sheet`](crate::sheet::Sheet): the data of one file, not its bytes.

pub(crate) mod business;
pub(crate) mod certificate;
pub(crate) mod contract;
pub(crate) mod cv;
pub(crate) mod foreign;
pub(crate) mod internship;
pub(crate) mod payslip;
pub(crate) mod report;
pub(crate) mod studies;

use serde_json::{Value, json};

use crate::draw::Draw;
use crate::employment::Employment;
use crate::people::Person;
use crate::training::Center;

/// Who made the pieces of a dossier possible: the seed, the person, the centre.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Author<'a> {
    pub(crate) seed: u64,
    pub(crate) person: &'a Person,
    pub(crate) center: &'a Center,
}

impl Author<'_> {
    /// The signature of the learner.
    fn signature(&self) -> Value {
        signature(self.seed, &self.person.full_name())
    }

    /// Draws for one subject of this learner.
    fn draw(&self, subject: &str) -> Draw {
        Draw::new(self.seed, &format!("{}/{}", self.person.full_name(), subject))
    }

    /// The number of the learner at the Cnam.
    fn learner_number(&self) -> String {
        format!("BFC{}", self.draw("number").digits(6))
    }
}

/// The strokes of somebody's signature, the same on every piece they sign: a
/// move to, then cubic curves, in a box of 100 by 40.
fn signature(seed: u64, name: &str) -> Value {
    let mut draw = Draw::new(seed, &format!("signature/{name}"));
    let mut strokes = vec![loops(&mut draw)];
    if draw.happens(70) {
        let (y, end) = (draw.between(30, 38), draw.between(70, 98));
        strokes.push(json!([
            [draw.between(5, 25), y],
            [30, y + 4, 60, y - 6, end, y - draw.between(0, 6)]
        ]));
    }
    Value::Array(strokes)
}

/// Letters joined: up and down strokes, a large first one, more or less slanted,
/// round and hurried from one person to the next.
fn loops(draw: &mut Draw) -> Value {
    let mut x = draw.between(4, 10);
    let mut base = draw.between(20, 28);
    let (slant, drift, wide) = (draw.between(-4, 9), draw.between(-2, 1), draw.between(0, 6));
    let mut points = vec![json!([x, base - draw.between(0, 12)])];
    for letter in 0..draw.between(4, 8) {
        let height = if letter == 0 { draw.between(16, 22) } else { draw.between(3, 18) };
        let depth = if draw.happens(20) { draw.between(8, 14) } else { draw.between(1, 6) };
        let next = x + draw.between(5, 11) + wide;
        let top = (base - height).max(1);
        points.push(json!([x + slant, top, next + slant, top, next - 1, base]));
        points.push(json!([
            next - slant,
            base + depth,
            next - 5,
            base + depth,
            next + 2,
            base - 3
        ]));
        x = next;
        base = (base + drift).clamp(14, 30);
    }
    Value::Array(points)
}

/// The colour of an employer's papers.
fn accent(seed: u64, key: &str) -> &'static str {
    Draw::new(seed, &format!("accent/{key}"))
        .pick(&["#1f4e79", "#2f6b4f", "#7a2e2e", "#3d3d6b", "#5a4a1f", "#21606b", "#444444"])
}

/// The typeface of an employer's letters.
fn face(seed: u64, key: &str) -> &'static str {
    Draw::new(seed, &format!("face/{key}")).pick(&["Liberation Sans", "Libertinus Serif"])
}

/// What every paper of an employer shares.
fn employer_base(seed: u64, job: &Employment) -> Value {
    json!({
        "person": job.person.view(),
        "employer": job.employer.view(),
        "job": job.view(),
        "accent": accent(seed, &job.key),
        "face": face(seed, &job.key),
        "employer_signature": signature(seed, &job.employer.signatory),
        "person_signature": signature(seed, &job.person.full_name()),
    })
}

/// `base` with the fields of `more`, which win.
fn merged(base: Value, more: Value) -> Value {
    match (base, more) {
        (Value::Object(mut base), Value::Object(more)) => {
            base.extend(more);
            Value::Object(base)
        }
        (_, more) => more,
    }
}
