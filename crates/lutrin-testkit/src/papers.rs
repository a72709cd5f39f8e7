//! Small real documents.

/// A PDF of this many pages, each with a line of text.
pub fn pdf(pages: usize, text: &str) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: Vec<_> = (0..pages).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    objects.push(format!("<</Type/Pages/Kids[{}]/Count {pages}>>", kids.join(" ")));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned());
    for page in 0..pages {
        let content = format!("BT /F1 24 Tf 72 720 Td ({text}, page {}) Tj ET", page + 1);
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R\
             /Resources<</Font<</F1 3 0 R>>>>>>",
            5 + 2 * page
        ));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    write_pdf(&objects)
}

/// A PDF of one page that takes 10¹² steps to draw and shows nothing: twelve forms, each
/// drawing the next one ten times.
pub fn endless_pdf() -> Vec<u8> {
    const LEVELS: usize = 12;
    let resources = |form: usize| format!("/Resources<</XObject<</F {form} 0 R>>>>");
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{}>>", resources(5)),
        "<</Length 5>>stream\n/F Do\nendstream".to_owned(),
    ];
    for level in 0..LEVELS {
        let last = level + 1 == LEVELS;
        let content = if last { "0 0 1 1 re n".to_owned() } else { "/F Do ".repeat(10) };
        objects.push(format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 100 100]{}/Length {}>>stream\n{content}\nendstream",
            resources(6 + level),
            content.len()
        ));
    }
    write_pdf(&objects)
}

fn write_pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let xref = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF").bytes());
    file
}
