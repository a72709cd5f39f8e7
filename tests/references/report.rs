//! What is thought of each picture, and a page of HTML that shows it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use image::GrayImage;

use crate::compare::{changed, difference, resemblance};
use crate::{JUDGED, TOLERANCE};

/// One picture beside another of the same page.
pub struct Judgement {
    name: String,
    /// Who drew the other: `approved` or `poppler`.
    other: &'static str,
    ours: GrayImage,
    theirs: GrayImage,
    difference: GrayImage,
    /// The share of pixels changed, or the resemblance.
    measured: f64,
    bound: Option<f64>,
}

impl Judgement {
    /// Against the picture that somebody approved.
    pub fn approved(name: &str, ours: GrayImage, theirs: GrayImage) -> Self {
        let (measured, difference) = (changed(&ours, &theirs), difference(&ours, &theirs));
        let (name, bound) = (name.to_owned(), Some(TOLERANCE));
        Self { name, other: "approved", ours, theirs, difference, measured, bound }
    }

    /// Against poppler's picture.
    pub fn poppler(name: &str, ours: GrayImage, theirs: GrayImage) -> Self {
        let (measured, difference) = resemblance(&ours, &theirs);
        let bound = JUDGED.iter().find(|(judged, _)| *judged == name).map(|(_, bound)| *bound);
        Self { name: name.to_owned(), other: "poppler", ours, theirs, difference, measured, bound }
    }

    /// Why it is not accepted, if it is not.
    pub fn failure(&self) -> Option<String> {
        let good = match (self.other, self.bound) {
            (_, None) => false,
            ("approved", Some(most)) => self.measured <= most,
            (_, Some(least)) => self.measured >= least,
        };
        (!good).then(|| format!("{self}"))
    }
}

impl std::fmt::Display for Judgement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, other, measured, .. } = self;
        match (*other, self.bound) {
            ("approved", bound) => {
                let (changed, most) = (measured * 100.0, bound.unwrap_or_default() * 100.0);
                write!(f, "{name}: {changed:.3} % of the approved pixels changed, at most {most} %")
            }
            (_, Some(least)) => {
                write!(f, "{name}: SSIM with poppler {measured:.4}, at least {least}")
            }
            (_, None) => write!(f, "{name}: SSIM with poppler {measured:.4}, no bound is stated"),
        }
    }
}

/// Writes the report and gives its place.
pub fn write(judgements: &[Judgement], folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let mut rows = String::new();
    for each in judgements {
        let class = if each.failure().is_some() { "failed" } else { "good" };
        writeln!(rows, "<tr class={class}><th colspan=3>{each}</th></tr><tr>").unwrap();
        let pictures =
            [("ours", &each.ours), (each.other, &each.theirs), ("difference", &each.difference)];
        for (title, picture) in pictures {
            let file = format!("{}-{}-{title}.png", each.name, each.other);
            picture.save(folder.join(&file)).unwrap();
            writeln!(rows, "<td>{title}<br><img loading=lazy src='{file}'></td>").unwrap();
        }
        rows.push_str("</tr>\n");
    }
    let style = "body{font:14px sans-serif}img{width:30vw;border:1px solid #999}\
                 th{text-align:left;padding-top:2em}.failed th{color:#b00}";
    let page = folder.join("index.html");
    let text = format!(
        "<!doctype html><meta charset=utf-8><title>Pages and their references</title>\
         <style>{style}</style><h1>Pages and their references</h1><table>\n{rows}</table>\n"
    );
    fs::write(&page, text).unwrap();
    page
}
