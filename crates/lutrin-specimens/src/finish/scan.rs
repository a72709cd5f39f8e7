//! A page from an office scanner: grey, slightly askew, grainy, JPEG in a PDF
//! without any text.

use lutrin_papers::Picture;

use super::{Grain, Raster};

/// 150 dots per inch.
pub(crate) const SCAN_SCALE: f32 = 150.0 / 72.0;

/// Makes an image-only PDF of a page.
pub(crate) fn scan(page: &Picture, grain: u64) -> Result<Vec<u8>, image::ImageError> {
    let scanned = scanned(page, grain);
    Ok(image_pdf(&scanned.jpeg(62, None)?, scanned.width, scanned.height))
}

/// The page in grey, turned by up to a degree around its centre by shearing
/// rows and columns, which needs no trigonometry at this angle.
fn scanned(page: &Picture, grain: u64) -> Raster {
    let (width, height) = (page.width as i64, page.height as i64);
    // Tangent of the angle in 1/4096: 20 to 60 is 0.3 to 0.8 degree.
    let slope = 20 + (grain % 41) as i64;
    let mut noise = Grain(grain | 1);
    let mut bytes = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let from_x = x + (y - height / 2) * slope / 4096;
            let from_y = y - (x - width / 2) * slope / 4096;
            let ink = i32::from(grey(page, from_x, from_y));
            // A scanner loses contrast and darkens the left edge.
            let edge = (60 - x).max(0) as i32;
            bytes.push((ink * 215 / 255 + 30 - edge + noise.next(14)).clamp(0, 255) as u8);
        }
    }
    Raster { width: page.width, height: page.height, depth: 1, bytes }
}

/// The grey of a pixel; outside the page, the dark lid of the scanner.
fn grey(page: &Picture, x: i64, y: i64) -> u8 {
    if x < 0 || y < 0 || x >= i64::from(page.width) || y >= i64::from(page.height) {
        return 120;
    }
    let at = (y as usize * page.width as usize + x as usize) * 4;
    let [red, green, blue] =
        [page.pixels[at], page.pixels[at + 1], page.pixels[at + 2]].map(u32::from);
    ((red * 77 + green * 150 + blue * 29) >> 8) as u8
}

/// The smallest PDF that shows a grey JPEG on an A4 page.
fn image_pdf(jpeg: &[u8], width: u32, height: u32) -> Vec<u8> {
    let content = "q 595.28 0 0 841.89 0 0 cm /Scan Do Q";
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] \
          /Resources << /XObject << /Scan 5 0 R >> >> /Contents 4 0 R >>"
            .to_vec(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into_bytes(),
        image_object(jpeg, width, height),
    ];
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in &offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = offsets.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    file
}

fn image_object(jpeg: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut object = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray \
         /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
        jpeg.len()
    )
    .into_bytes();
    object.extend(jpeg);
    object.extend(b"\nendstream");
    object
}
