//! Small real documents.

/// A PDF of this many pages, each with a line of text.
pub fn pdf(pages: usize, text: &str) -> Vec<u8> {
    let line = |page| format!("BT /F1 24 Tf 72 720 Td ({text}, page {page}) Tj ET");
    drawn(&(1..=pages).map(line).collect::<Vec<_>>())
}

/// A PDF with these drawings, a page for each; they may write with the font `/F1`.
pub fn drawn(pages: &[String]) -> Vec<u8> {
    let count = pages.len();
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: Vec<_> = (0..count).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    objects.push(format!("<</Type/Pages/Kids[{}]/Count {count}>>", kids.join(" ")));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned());
    for (page, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R\
             /Resources<</Font<</F1 3 0 R>>>>>>",
            5 + 2 * page
        ));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    write_pdf(&objects)
}

/// A PDF whose first page takes 10¹² steps to draw and shows nothing: twelve forms, each
/// drawing the next one ten times. So many empty pages follow.
pub fn endless_pdf(followed_by: usize) -> Vec<u8> {
    const LEVELS: usize = 12;
    let resources = |form: usize| format!("/Resources<</XObject<</F {form} 0 R>>>>");
    let page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]";
    let empty = 5 + LEVELS;
    let kids: String = (empty..empty + followed_by).map(|page| format!(" {page} 0 R")).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[3 0 R{kids}]/Count {}>>", 1 + followed_by),
        format!("<<{page}/Contents 4 0 R{}>>", resources(5)),
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
    objects.extend(std::iter::repeat_n(format!("<<{page}>>"), followed_by));
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
