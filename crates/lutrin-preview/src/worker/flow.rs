//! Office documents as text in reading order: no layout, no pictures, no pages.

use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::MAX_FLOW_BYTES;
use lutrin_preview::{After, Flow, Format};

use super::archive::Archive;
use super::hide::{Part, hide_nir};
use super::{docx, odt};

/// Reads the text of an office document.
pub(crate) fn read(format: Format, bytes: &[u8]) -> Result<Flow, Refusal> {
    let mut archive = Archive::open(bytes).ok_or(Refusal::Damaged)?;
    let mut flow = match format {
        Format::Docx => docx::read(&mut archive)?,
        Format::Odt => odt::read(&mut archive)?,
        _ => return Err(Refusal::Damaged),
    };
    hide_every_nir(&mut flow);
    Ok(flow)
}

/// Hides NIRs, which may be spread over paragraphs as over the cells of a table. What
/// hides a digit is longer than the digit: a flow that was full is cut again.
fn hide_every_nir(flow: &mut Flow) {
    let mut masked = vec![false; flow.paragraphs.len()];
    let texts = flow.paragraphs.iter_mut().map(|paragraph| &mut paragraph.text);
    let part = |(text, masked)| Part { text, masked, after: After::Line };
    hide_nir(&mut texts.zip(&mut masked).map(part).collect::<Vec<_>>());
    let mut bytes = 0;
    let kept = flow.paragraphs.iter().take_while(|paragraph| {
        bytes += paragraph.text.len();
        bytes <= MAX_FLOW_BYTES
    });
    let kept = kept.count();
    flow.truncated |= kept < flow.paragraphs.len();
    flow.paragraphs.truncate(kept);
}
