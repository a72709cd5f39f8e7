//! What is on the screen of a machine, read from the memory of its X server.
//!
//! The driver takes pictures too, but never answers where the web view composes nothing
//! (WebKitGTK 2.50), which is how the app runs on a machine without a graphics card.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// Places of numbers in the head of an X window dump.
const HEAD: usize = 0;
const WIDTH: usize = 4;
const HEIGHT: usize = 5;
const BITS_PER_PIXEL: usize = 11;
const BYTES_PER_LINE: usize = 12;
const COLOURS: usize = 19;
/// What each colour of its palette takes.
const COLOUR_BYTES: usize = 12;

/// The screen of a machine.
#[derive(Clone)]
pub struct Screen {
    dump: PathBuf,
}

impl Screen {
    /// The screen of an X server that was told to keep it in a folder (`-fbdir`).
    pub fn kept_in(folder: &Path) -> Self {
        Self { dump: folder.join("Xvfb_screen0") }
    }

    /// What is on it, as the X server writes it.
    pub fn frame(&self) -> Result<Vec<u8>> {
        fs::read(&self.dump).context("the X server keeps no screen")
    }

    /// Takes a picture of it.
    pub fn picture(&self, path: &Path) -> Result<()> {
        let dump = self.frame()?;
        let number = |at: usize| {
            let bytes = dump.get(4 * at..4 * at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(|bytes| u32::from_be_bytes(bytes) as usize).context("a dump cut short")
        };
        let (width, height) = (number(WIDTH)?, number(HEIGHT)?);
        ensure!(number(BITS_PER_PIXEL)? == 32, "a screen of another depth");
        let lines = dump.get(number(HEAD)? + COLOUR_BYTES * number(COLOURS)?..);
        let lines = lines.context("a dump cut short")?.chunks(number(BYTES_PER_LINE)?);
        let pixels = lines.take(height).flat_map(|line| line.chunks(4).take(width));
        let rgb: Vec<u8> = pixels.flat_map(|bgrx| bgrx.iter().take(3).rev().copied()).collect();
        let file = File::create(path).with_context(|| format!("no {}", path.display()))?;
        let size = (u32::try_from(width)?, u32::try_from(height)?);
        let mut encoder = png::Encoder::new(BufWriter::new(file), size.0, size.1);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&rgb)?;
        Ok(writer.finish()?)
    }
}
