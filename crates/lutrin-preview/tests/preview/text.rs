//! The text of pages: words, places, order, and what must never be in it.

use std::fs;

use lutrin_preview::limits::{MAX_TEXT_PAGES, MAX_WORD_CHARS, MAX_WORDS};
use lutrin_preview::{
    After, Ceiling, Masks, PageText, PreviewError, TextSource, Tile, find, indexed,
};
use proptest::prelude::*;

use crate::made::{BLUE_SQUARE, Page, encoded, page_with_font, pdf, pdf_of, photo, stream};
use crate::support::{corpus, open, pixels, room};

/// A page of an A4 sheet, written with a usual font, whose content is given.
async fn text_of(content: &str) -> PageText {
    text_on("/MediaBox [0 0 595 842]", content).await
}

async fn text_on(entries: &str, content: &str) -> PageText {
    let document = open(&room(), page_with_font(entries, content)).await.unwrap();
    document.text(1).await.unwrap()
}

fn words(text: &PageText) -> Vec<&str> {
    text.words.iter().map(|word| word.text.as_str()).collect()
}

#[tokio::test]
async fn words_have_their_lines_and_their_places() {
    let content = "BT /F 20 Tf 100 700 Td (Net a payer) Tj 0 -30 Td (1 850,00) Tj ET";
    let document = open(&room(), page_with_font("/MediaBox [0 0 595 842]", content)).await.unwrap();
    let text = document.text(1).await.unwrap();
    assert_eq!(text.source, TextSource::Glyphs);
    assert_eq!(words(&text), ["Net", "a", "payer", "1", "850,00"]);
    let lines: Vec<_> = text.words.iter().map(|word| (word.line, word.after)).collect();
    let (space, line) = (After::Space, After::Line);
    assert_eq!(lines, [(0, space), (0, space), (0, line), (1, space), (1, line)]);
    assert_eq!(text.plain(), "Net a payer\n1 850,00\n");

    // The ink of a word is inside its box, and there is ink.
    let picture = pixels(&document.page(1, 595).await.unwrap());
    for word in &text.words {
        let area = word.area.unwrap();
        let inside = |x: u32, y: u32| {
            (area.left.floor()..=area.right.ceil()).contains(&(x as f32))
                && (area.top.floor()..=area.bottom.ceil()).contains(&(y as f32))
        };
        let ink = picture.enumerate_pixels().filter(|(x, y, dot)| inside(*x, *y) && dot.0[0] < 128);
        assert!(ink.count() > 10, "{area:?}");
    }
    let ink_outside = picture.enumerate_pixels().filter(|(x, y, dot)| {
        let (x, y) = (*x as f32, *y as f32);
        let near = |area: lutrin_preview::PageBox| {
            (area.left - 2.0..=area.right + 2.0).contains(&x)
                && (area.top - 2.0..=area.bottom + 2.0).contains(&y)
        };
        dot.0[0] < 128 && !text.words.iter().any(|word| near(word.area.unwrap()))
    });
    assert_eq!(ink_outside.count(), 0);
}

#[tokio::test]
async fn a_part_of_a_word_is_where_its_letters_are() {
    // In thousandths of the size, "Employeur" takes 4,779 and the comma 278.
    let text = text_of("BT /F 20 Tf 100 700 Td (Employeur, Willi) Tj ET").await;
    let place = |query| {
        let area = find(&text.words, query).remove(0).boxes[0];
        (area.left, area.right)
    };
    let near = |(left, right): (f32, f32), expected: (f32, f32)| {
        (left - expected.0).abs() < 0.6 && (right - expected.1).abs() < 0.6
    };
    assert!(near(place("employeur"), (100.0, 195.6)), "{:?}", place("employeur"));
    assert!(near(place("ur"), (178.0, 195.6)), "{:?}", place("ur"));
    // A wide letter, then four narrow ones: by their number it would be 12 points further.
    let name = find(&text.words, "Willi").remove(0).boxes[0].left;
    assert!(near(place("illi"), (name + 18.9, name + 36.6)), "{:?} after {name}", place("illi"));
}

#[tokio::test]
async fn a_nir_is_covered_in_a_page_in_small() {
    let content = "BT /F 20 Tf 100 700 Td (Net 1 84 12 76 451 089 46) Tj ET";
    let document = open(&room(), page_with_font("/MediaBox [0 0 595 842]", content)).await.unwrap();
    let text = document.text(1).await.unwrap();
    let plain = pixels(&document.page(1, 595).await.unwrap());
    let covered = pixels(&document.in_background().masked_page(1, 595).await.unwrap());
    for word in &text.words {
        let area = word.area.unwrap();
        let inside = |(x, y): (u32, u32)| {
            (area.left..area.right).contains(&(x as f32))
                && (area.top..area.bottom).contains(&(y as f32))
        };
        let dots = covered.enumerate_pixels().filter(|(x, y, _)| inside((*x, *y)));
        let colours: std::collections::BTreeSet<_> = dots.map(|(.., dot)| dot.0).collect();
        assert_eq!(colours.len() == 1, word.masked, "{area:?}: one grey where it is covered");
    }
    let area = text.words[0].area.unwrap();
    let (right, bottom) = (area.right as u32, area.bottom as u32);
    let first = |picture: &image::RgbImage| {
        image::imageops::crop_imm(picture, 0, 0, right, bottom).to_image()
    };
    assert_eq!(first(&plain), first(&covered), "the rest is as it was");
}

#[tokio::test]
async fn a_nir_is_covered_in_every_picture_of_the_screen_until_it_is_lifted() {
    let content = "BT /F 20 Tf 100 700 Td (Net 1 84 12 76 451 089 46) Tj ET";
    let document = open(&room(), page_with_font("/MediaBox [0 0 595 842]", content)).await.unwrap();
    let down = document.on_screen(Masks::Down);
    let lifted = document.on_screen(Masks::Lifted);
    let slow = |_| {};
    let plain = pixels(&document.page(1, 1190).await.unwrap());
    let covered = pixels(&down.page(1, 1190, &slow).await.unwrap());
    assert_eq!(pixels(&lifted.page(1, 1190, &slow).await.unwrap()), plain);
    let ahead = document.in_background().masked_page(1, 1190).await.unwrap();
    assert_eq!(pixels(&ahead), covered, "a page drawn ahead is the one that is shown");
    let tile = Tile { scale: 2.0, x: 200, y: 200, width: 600, height: 200 };
    let part = |picture: &image::RgbImage| {
        image::imageops::crop_imm(picture, 200, 200, 600, 200).to_image()
    };
    assert_eq!(pixels(&down.tile(1, tile).await.unwrap()), part(&covered));
    assert_eq!(pixels(&lifted.tile(1, tile).await.unwrap()), part(&plain));
    assert_ne!(part(&covered), part(&plain));
    assert_eq!(down.annotations(1, 595).await.unwrap(), None);
}

#[tokio::test]
async fn a_nir_that_was_noted_on_a_page_is_covered_in_the_picture_of_the_notes() {
    let document = open(&room(), with_annotation_of_text("1 84 12 76 451 089 46")).await.unwrap();
    let [down, lifted] = [Masks::Down, Masks::Lifted].map(|masks| document.on_screen(masks));
    let masked = document.text(1).await.unwrap().words;
    assert!(!masked.is_empty() && masked.iter().all(|word| word.masked));
    let covered = pixels(&down.annotations(1, 595).await.unwrap().unwrap());
    let bare = pixels(&lifted.annotations(1, 595).await.unwrap().unwrap());
    assert_eq!(
        document.annotations(1, 595).await.unwrap().map(|it| pixels(&it)),
        Some(bare.clone())
    );
    let area = masked[0].area.unwrap();
    let middle = (((area.left + area.right) / 2.0) as u32, ((area.top + area.bottom) / 2.0) as u32);
    let around = |picture: &image::RgbImage| {
        let dots = picture
            .enumerate_pixels()
            .filter(|(x, y, _)| x.abs_diff(middle.0) < 3 && y.abs_diff(middle.1) < 3);
        dots.map(|(.., dot)| dot.0).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(around(&covered).len(), 1, "one grey");
    assert_ne!(around(&covered), around(&bare));
}

/// A page without a drawing, on which a text was noted.
fn with_annotation_of_text(text: &str) -> Vec<u8> {
    let resources = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont \
                     /Helvetica >> >> >>";
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Annots [<< /Type /Annot /Subtype /FreeText /Rect [100 700 400 740] /F 4 \
         /AP << /N 5 0 R >> >>] >>"
            .into(),
        stream("", ""),
        stream(
            &format!("BT /F 20 Tf 10 10 Td ({text}) Tj ET"),
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 300 40] {resources}"),
        ),
    ])
}

#[tokio::test]
async fn places_are_those_of_the_page_as_shown() {
    let content = "BT /F 20 Tf 120 60 Td (Cnam) Tj ET";
    let plain = text_on("/MediaBox [0 0 400 200]", content).await.words[0].area.unwrap();
    assert!((plain.left - 120.0).abs() < 0.1 && plain.top > 120.0 && plain.bottom < 145.0);
    let cropped = text_on("/MediaBox [0 0 400 200] /CropBox [100 50 300 150]", content).await;
    let cropped = cropped.words[0].area.unwrap();
    assert!((cropped.left - 20.0).abs() < 0.1, "{cropped:?}");
    assert!((cropped.bottom - (plain.bottom - 50.0)).abs() < 0.1, "{cropped:?}");
    let turned = text_on("/MediaBox [0 0 400 200] /Rotate 90", content).await;
    let turned = turned.words[0].area.unwrap();
    assert!((turned.top - 120.0).abs() < 0.1, "to the right is now down: {turned:?}");
    assert!(turned.bottom - turned.top > turned.right - turned.left);
}

#[tokio::test]
async fn what_is_not_on_the_page_is_not_read() {
    let content = "BT /F 20 Tf 20 20 Td (dehors) Tj 200 80 Td (dedans) Tj ET";
    let text = text_on("/MediaBox [0 0 400 200] /CropBox [100 50 400 200]", content).await;
    assert_eq!(words(&text), ["dedans"]);
}

#[tokio::test]
async fn what_is_drawn_twice_is_read_once() {
    let twice = "BT /F 20 Tf 2 Tr 100 700 Td (Contour) Tj 0 Tr ET
        BT /F 20 Tf 100 600 Td (Gras) Tj ET BT /F 20 Tf 100.5 600 Td (Gras) Tj ET
        BT /F 20 Tf 100 500 Td (elle  elle) Tj ET";
    assert_eq!(words(&text_of(twice).await), ["Contour", "Gras", "elle", "elle"]);
}

#[tokio::test]
async fn text_that_is_not_seen_is_read_for_scans_have_theirs_so() {
    let text = text_of("BT /F 20 Tf 3 Tr 100 700 Td (numerise) Tj ET").await;
    assert_eq!(words(&text), ["numerise"]);
}

#[tokio::test]
async fn words_are_parted_by_gaps_and_not_by_pieces() {
    // Pieces of a word, a gap without a space, a word under another.
    let content = "BT /F 10 Tf 100 700 Td [(bul) -20 (le) 30 (tin) -400 (paie)] TJ
        50 -12 Td (mois) Tj ET BT /F 10 Tf 100 600 Td 4 Tc (AB) Tj ET";
    let text = text_of(content).await;
    assert_eq!(words(&text), ["bulletin", "paie", "mois", "A", "B"]);
}

#[tokio::test]
async fn a_page_without_text_is_a_picture() {
    for bytes in [pdf_of(&[BLUE_SQUARE]), encoded(&photo(), image::ImageFormat::Png)] {
        let document = open(&room(), bytes).await.unwrap();
        assert_eq!(document.text(1).await.unwrap(), PageText::NONE);
        assert_eq!(document.index_text(1).await.unwrap(), "");
    }
}

#[tokio::test]
async fn signs_without_a_letter_are_counted() {
    let document = open(&room(), composite("/Identity-H")).await.unwrap();
    let text = document.text(1).await.unwrap();
    assert_eq!((text.source, text.unmapped), (TextSource::Glyphs, 5));
    assert_eq!(words(&text), ["\u{fffd}".repeat(5)]);
    assert!(text.words[0].area.is_some(), "where they are is known");
    assert!(text.is_mostly_unmapped());
}

#[tokio::test]
async fn text_is_read_of_the_first_pages_only() {
    let pages: Vec<_> = (0..=MAX_TEXT_PAGES)
        .map(|_| Page { entries: "/MediaBox [0 0 99 99]", content: "" })
        .collect();
    let document = open(&room(), pdf_of(&pages)).await.unwrap();
    document.text(MAX_TEXT_PAGES).await.unwrap();
    let error = document.text(MAX_TEXT_PAGES + 1).await.unwrap_err();
    assert_eq!(error, PreviewError::TooLarge { what: Ceiling::TextPages });
    let error = document.text(MAX_TEXT_PAGES + 2).await.unwrap_err();
    assert!(matches!(error, PreviewError::NoSuchPage { .. }), "{error}");
}

#[tokio::test]
async fn words_beyond_the_ceilings_are_left_out_and_it_is_said() {
    let line =
        "(mot mot mot mot mot mot mot mot mot mot) Tj 0 -0.03 Td ".repeat(MAX_WORDS / 10 + 1);
    // Each line a little lower, so that none is one drawn twice.
    let text = text_of(&format!("BT /F 0.02 Tf 10 840 Td {line} ET")).await;
    assert_eq!(text.words.len(), MAX_WORDS);
    assert!(text.truncated);

    let long = "x".repeat(MAX_WORD_CHARS * 2 + 1);
    let text = text_of(&format!("BT /F 1 Tf 10 800 Td ({long}) Tj ET")).await;
    let lengths: Vec<_> = text.words.iter().map(|word| word.text.len()).collect();
    assert_eq!(lengths, [MAX_WORD_CHARS, MAX_WORD_CHARS, 1]);
    assert_eq!(text.plain(), format!("{long}\n"));

    // A word of nothing else than numbers to hide, which makes it longer in bytes.
    let numbers = "184127645108946,".repeat(MAX_WORD_CHARS / 16);
    let text = text_of(&format!("BT /F 1 Tf 10 800 Td ({numbers}) Tj ET")).await;
    assert_eq!(words(&text), ["•••••••••••••••,".repeat(MAX_WORD_CHARS / 16)]);
}

#[tokio::test]
async fn a_nir_is_hidden_and_its_place_is_kept() {
    let content = "BT /F 10 Tf 100 700 Td (N SS : 1 84 12 76 451 089 46 Paris) Tj
        0 -40 Td (SIRET 732 829 320 00074) Tj ET
        BT /F 10 Tf 200 600 Td (76) Tj ET BT /F 10 Tf 100 600 Td (2) Tj ET
        BT /F 10 Tf 150 600 Td (69 05) Tj ET BT /F 10 Tf 240 600 Td (451 089) Tj ET";
    let document = open(&room(), page_with_font("/MediaBox [0 0 595 842]", content)).await.unwrap();
    let text = document.text(1).await.unwrap();
    let plain = document.index_text(1).await.unwrap();
    assert!(plain.contains("N SS : • •• •• •• ••• ••• •• Paris"), "{plain}");
    assert!(plain.contains("SIRET 732 829 320 00074"), "{plain}");
    let hidden: Vec<_> = text.words.iter().filter(|word| word.masked).collect();
    assert_eq!(hidden.len(), 7 + 6, "the second one is drawn group by group: {plain}");
    assert!(hidden.iter().all(|word| word.area.is_some()));
    assert!(find(&text.words, "84 12").is_empty());
}

#[tokio::test]
async fn a_word_cut_at_the_end_of_a_line_is_found_and_a_nir_cut_so_is_hidden() {
    let content = "BT /F 10 Tf 100 700 Td (mon expe-) Tj 0 -12 Td (rience, N 184127-) Tj
        0 -12 Td (645108946) Tj ET";
    let document = open(&room(), page_with_font("/MediaBox [0 0 595 842]", content)).await.unwrap();
    let text = document.text(1).await.unwrap();
    assert_eq!(text.plain(), "mon expe-\nrience, N ••••••-\n•••••••••\n");
    let masked: Vec<_> = text.words.iter().filter(|word| word.masked).collect();
    assert_eq!(masked.len(), 2, "both halves are covered");
    assert!(masked[0].area.unwrap().bottom <= masked[1].area.unwrap().bottom - 10.0);
    let hits = find(&text.words, "EXPÉRIENCE");
    assert_eq!((hits.len(), hits[0].boxes.len()), (1, 2), "a box for each half: {hits:?}");
    let index = indexed(&document.index_text(1).await.unwrap());
    assert!(index.starts_with("mon expe-rience (experience), N ••••••-"), "{index}");
    assert_eq!(index.chars().filter(char::is_ascii_digit).count(), 0, "{index}");
}

#[tokio::test]
async fn text_read_from_the_right_is_in_the_order_of_its_readers() {
    // Drawn as it is seen: "olam 123 shalom" from the left, then Latin with one such word.
    let shown = "<0004000200030005> Tj <0006> Tj <000700080009> Tj <0006> Tj
        <0004000300020001> Tj 0 -30 Td <000A000B00060004000300020001> Tj
        <0006> Tj <000700080009>";
    let document = open(&room(), hebrew(shown)).await.unwrap();
    let text = document.text(1).await.unwrap();
    assert_eq!((text.source, text.unmapped), (TextSource::Glyphs, 0));
    // What is selected and copied is in this order too.
    assert_eq!(text.plain(), "שלום 123 עולם\nAB שלום 123\n");
    let place = |query: &str| {
        let hit = find(&text.words, query).remove(0);
        let area = hit.boxes[0];
        (hit.first_word, area.left, area.right)
    };
    let (shalom, left, right) = place("שלום");
    assert_eq!(shalom, 0);
    assert_eq!(find(&text.words, "שלום").len(), 2);
    assert!(place("עולם").2 < place("123").1 && place("123").2 < left, "from right to left");
    let (_, part, end) = place("של");
    assert!((end - right).abs() < 0.1 && (part - (left + right) / 2.0).abs() < 0.1);
    assert_eq!(find(&text.words, "שלום 123 עולם")[0].boxes.len(), 1);
}

/// A page written with a font of nine letters, figures and a space: shin, lamed, vav, final
/// mem, ayin, space, 1, 2, 3, A, B.
fn hebrew(shown: &str) -> Vec<u8> {
    let letters =
        ["05E9", "05DC", "05D5", "05DD", "05E2", "0020", "0031", "0032", "0033", "0041", "0042"];
    let pairs = (1..).zip(letters).map(|(code, letter)| format!("<{code:04X}> <{letter}>\n"));
    let table = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap
         1 begincodespacerange <0000> <FFFF> endcodespacerange
         {} beginbfchar\n{}endbfchar endcmap end end",
        letters.len(),
        pairs.collect::<String>()
    );
    let font = composite_font("/Identity-H", "/ToUnicode 5 0 R");
    pdf(&page_objects(&font, shown).into_iter().chain([stream(&table, "")]).collect::<Vec<_>>())
}

#[tokio::test]
async fn text_of_a_page_that_is_not_there_is_named() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    for page in [0, 2] {
        let error = document.text(page).await.unwrap_err();
        assert_eq!(error, PreviewError::NoSuchPage { page, pages: 1 });
    }
}

#[tokio::test]
async fn letters_that_only_the_second_reader_knows_are_read_without_places() {
    let document = open(&room(), nameless()).await.unwrap();
    let worker = document.worker_id();
    let text = document.text(1).await.unwrap();
    assert_eq!((text.source, text.unmapped), (TextSource::Extracted, 19));
    assert_eq!(text.plain(), "ABC ••••••••••••• BCA\n");
    assert!(text.words.iter().all(|word| word.area.is_none()));
    assert_eq!(document.worker_id(), worker, "another worker read it");
    assert_eq!(document.text(1).await.unwrap(), text);
}

#[tokio::test]
async fn a_second_reader_that_dies_costs_nothing() {
    // An encoding that it panics on, and that hayro knows no letters of.
    let document = open(&room(), composite("/Unknown-H")).await.unwrap();
    let worker = document.worker_id();
    for _ in 0..5 {
        let text = document.text(1).await.unwrap();
        assert_ne!(text.source, TextSource::Extracted);
        assert_eq!(document.worker_id(), worker);
    }
}

/// A page written with a font that has names for its letters which nobody knows.
fn nameless() -> Vec<u8> {
    let names: String = (48..=67).map(|code| format!("/zz{code} ")).collect();
    let encoding = format!("/Encoding << /Differences [48 {names}] >>");
    let font = format!(
        "<< /Type /Font /Subtype /Type1 /BaseFont /X {encoding} /FirstChar 48 /LastChar 67 \
         /Widths [{}] /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 \
         /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 \
         /StemV 80 >> >>",
        "600 ".repeat(20)
    );
    page_of_font(&font, "(ABC 1841276451089 BCA)")
}

/// A page written with a composite font of that encoding, without a table of letters.
fn composite(encoding: &str) -> Vec<u8> {
    page_of_font(&composite_font(encoding, ""), "<00240025002600270028>")
}

fn composite_font(encoding: &str, entries: &str) -> String {
    format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding {encoding} {entries} /DescendantFonts [<< \
         /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) \
         /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor \
         /FontName /X /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 \
         /Descent -200 /CapHeight 700 /StemV 80 >> /DW 600 >>] >>"
    )
}

fn page_of_font(font: &str, shown: &str) -> Vec<u8> {
    pdf(&page_objects(font, shown))
}

fn page_objects(font: &str, shown: &str) -> [String; 4] {
    [
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 100] /Contents 4 0 R \
             /Resources << /Font << /F {font} >> >> >>"
        ),
        stream(&format!("BT /F 20 Tf 10 50 Td {shown} Tj ET"), ""),
    ]
}

#[tokio::test]
async fn real_documents_give_their_words() {
    let folder = match corpus() {
        Ok(root) => root.join("files"),
        Err(why) => return println!("skipped: no collection of real documents, {why}"),
    };
    let pool = room();
    for (name, phrases) in [
        (
            "invoice2data__tests__compare__free_fiber.pdf",
            &["Montant EUR HT Montant TVA Montant EUR TTC", "TVA 20% payée", "l'adresse suivante"]
                [..],
        ),
        (
            "Dossier-Facile-Frontend__e2e-tests__assets__Avis_situation_declarative_titres_seuls.pdf",
            &["revenu fiscal de reference"],
        ),
        (
            "pypdf__002-trivial-libre-office-writer__002-trivial-libre-office-writer.pdf",
            &["Lorem ipsum dolor"],
        ),
        ("reva__packages__reva-api__scripts__document.pdf", &["piece d'identite"]),
    ] {
        let document = open(&pool, fs::read(folder.join(name)).unwrap()).await.unwrap();
        let text = document.text(1).await.unwrap();
        for phrase in phrases {
            let hits = find(&text.words, phrase);
            assert!(!hits.is_empty(), "{name}: {phrase}\n{}", text.plain());
            assert!(hits.iter().all(|hit| !hit.boxes.is_empty()), "{name}: {phrase}");
        }
        assert_eq!(text.unmapped, 0, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Digits of a number that begins like a NIR, in the layouts of printed forms, drawn in
    /// pieces: whatever the worker then says has no ten of them in a row.
    #[test]
    fn no_nir_leaves_a_worker(
        year in 0_u32..100,
        month in 1_u32..=12,
        department in 1_u32..96,
        rest in (1_u32..991, 1_u32..1000, 1_u32..98),
        joints in prop::collection::vec(0_usize..5, 6),
    ) {
        let (commune, order, key) = rest;
        let groups = [
            "1".to_owned(), format!("{year:02}"), format!("{month:02}"),
            format!("{department:02}"), format!("{commune:03}"), format!("{order:03}"),
            format!("{key:02}"),
        ];
        let mut content = "BT /F 10 Tf 60 700 Td [(N ".to_owned();
        for (place, group) in groups.iter().enumerate() {
            let joint = ["", " ", ".", "-", ") -900 ("][joints[place.saturating_sub(1)]];
            if place > 0 {
                content.push_str(joint);
            }
            content.push_str(group);
        }
        content.push_str(" fin)] TJ ET");
        let number = groups.concat();
        let value = groups.join(" ");
        let form = crate::made::form(&content, &format!("/FT /Tx /V ({value})"));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let said = runtime.block_on(async {
            let document = open(&room(), form).await.unwrap();
            let text = document.text(1).await.unwrap();
            let layers = document.page_layers(1).await.unwrap();
            assert_eq!(layers.fields.len(), 1);
            assert!(layers.fields[0].masked);
            let index = document.index_text(1).await.unwrap();
            let fields: String = layers.fields.into_iter().map(|field| field.value).collect();
            format!("{}\n{fields}\n{index}\n{:?}", text.plain(), document.facts())
        });
        prop_assert!(said.contains("fin"));
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        for start in 0..=5 {
            prop_assert!(!digits.contains(&number[start..start + 10]), "{}", said);
        }
    }
}
