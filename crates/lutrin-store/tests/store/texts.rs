//! The text of documents: found whatever its accents, gone with its document.

use lutrin_domain::digest::Digest;
use lutrin_store::{DocumentText, PAGES, PAGES_EACH, PageFound, Store, TextState, TextTotals};

use crate::given::{fresh, reopened};
use crate::index::words_left;

async fn document(store: &Store, name: &str) -> Digest {
    let sha256 = Digest::of(name.as_bytes());
    store.begin_document(sha256, name.len() as u64).await.unwrap();
    store.append_chunk(sha256, 0, name.as_bytes().into()).await.unwrap();
    store.finish_document(sha256).await.unwrap();
    sha256
}

fn whole(pages: &[&str]) -> DocumentText {
    let pages = (1..).zip(pages.iter().map(|text| (*text).to_owned())).collect();
    DocumentText { version: 1, state: TextState::Whole, pages, blank: 0 }
}

async fn read(store: &Store, name: &str, pages: &[&str]) -> Digest {
    let sha256 = document(store, name).await;
    assert!(store.put_text(sha256, whole(pages)).await.unwrap());
    sha256
}

async fn places(store: &Store, query: &str, within: &[Digest]) -> Vec<(Digest, u32)> {
    let found = store.search_texts(query, within).await.unwrap();
    found.pages.into_iter().map(|page| (page.sha256, page.page)).collect()
}

fn marked(found: &PageFound) -> Vec<&str> {
    found.snippet.iter().filter(|(_, marked)| *marked).map(|(text, _)| text.as_str()).collect()
}

#[tokio::test]
async fn words_are_found_whatever_their_accents_and_case() {
    let (_folder, store) = fresh().await;
    let pay =
        read(&store, "pay", &["Bulletin de paie", "Employeur : Société Générale d’Été"]).await;
    for query in ["ÉMPLOYEUR", "societe generale", "employeur ete", "généra", "e\u{301}te\u{301}"]
    {
        assert_eq!(places(&store, query, &[pay]).await, [(pay, 2)], "{query}");
    }
    assert_eq!(places(&store, "bulletin employeur", &[pay]).await, [], "not on one page");
    assert_eq!(places(&store, "gener societe", &[pay]).await, [], "only the last word is begun");
    let found = store.search_texts("societe gen", &[pay]).await.unwrap();
    assert_eq!(marked(&found.pages[0]), ["Société", "Générale"], "as they are written");
}

#[tokio::test]
async fn only_the_documents_asked_for_are_searched_in_their_order() {
    let (_folder, store) = fresh().await;
    let first = read(&store, "first", &["stage", "stage"]).await;
    let second = read(&store, "second", &["un stage"]).await;
    read(&store, "other", &["un autre stage"]).await;
    let found = places(&store, "stage", &[second, first, Digest::of(b"absent")]).await;
    assert_eq!(found, [(second, 1), (first, 1), (first, 2)]);
    assert_eq!(places(&store, "stage", &[]).await, []);
}

#[tokio::test]
async fn a_long_document_hides_no_other() {
    let (_folder, store) = fresh().await;
    let each = PAGES_EACH as usize;
    let long = read(&store, "long", &vec!["stage"; each + 1]).await;
    let full = read(&store, "full", &vec!["stage"; each]).await;
    let found = store.search_texts("stage", &[full]).await.unwrap();
    assert_eq!((found.pages.len(), found.partial), (each, false));
    let found = store.search_texts("stage", &[long, full]).await.unwrap();
    assert_eq!((found.pages.len(), found.partial), (2 * each, true));
    assert_eq!(found.pages[each].sha256, full);
    let mut many = vec![long];
    for number in 0..PAGES / each {
        many.push(read(&store, &format!("{number}"), &vec!["stage"; each]).await);
    }
    let found = store.search_texts("stage", &many).await.unwrap();
    assert_eq!((found.pages.len(), found.partial), (PAGES, true));
}

#[tokio::test]
async fn whatever_is_typed_is_a_query() {
    let (_folder, store) = fresh().await;
    let page = "NEAR the end, say \"l'employeur\" OR a*b (col: text) 100 % -not AND c++ \u{1}";
    let sha256 = read(&store, "odd", &[page]).await;
    let long = "employeur ".repeat(1_000);
    for found in [
        "NEAR(",
        "\"employeur\"",
        "l'employeur",
        "l’employeur",
        "OR",
        "a*b",
        "text:",
        "^end",
        "-not",
        "100 %",
        "employeur 🙂",
        "say\0employeur",
        "c++",
        &long,
    ] {
        assert_eq!(places(&store, found, &[sha256]).await, [(sha256, 1)], "{found}");
    }
    let endless = "x".repeat(10_240);
    for absent in ["", " ", "\"", "\"\"", "*", "()", "🙂", "'; DROP", "absent*", &endless] {
        assert_eq!(places(&store, absent, &[sha256]).await, [], "{absent}");
    }
}

#[tokio::test]
async fn each_document_is_read_once_in_each_way() {
    let (folder, store) = fresh().await;
    let (a, b, c) =
        (document(&store, "a").await, document(&store, "b").await, document(&store, "c").await);
    store.begin_document(Digest::of(b"begun"), 5).await.unwrap();
    assert_eq!(store.unread_documents(1).await.unwrap(), [a, b, c], "whole ones, as they came");
    let locked = DocumentText { version: 1, state: TextState::Locked, pages: vec![], blank: 0 };
    let partial = DocumentText { state: TextState::Partial, blank: 2, ..whole(&["texte"]) };
    store.put_text(a, locked).await.unwrap();
    store.put_text(b, partial).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.unread_documents(1).await.unwrap(), [c]);
    let totals = store.text_totals(&[a, b, c, a, Digest::of(b"begun")], 1).await.unwrap();
    assert_eq!(
        totals,
        TextTotals { here: 3, read: 2, partial: 1, locked: 1, unreadable: 0, blank: 2 }
    );
    assert_eq!(store.unread_documents(2).await.unwrap(), [a, b, c], "a better way reads again");
    assert_eq!(store.text_totals(&[b], 2).await.unwrap().read, 0);
    let again = DocumentText { version: 2, ..whole(&["autre"]) };
    store.put_text(b, again).await.unwrap();
    assert_eq!(places(&store, "texte", &[b]).await, [], "what was read before is replaced");
    assert_eq!(places(&store, "autre", &[b]).await, [(b, 1)]);
    assert_eq!(store.unread_documents(2).await.unwrap(), [a, c]);
}

#[tokio::test]
async fn a_document_that_left_leaves_no_word() {
    let (folder, store) = fresh().await;
    let mut kept = vec![read(&store, "kept", &["un texte qui reste"]).await];
    let gone = read(&store, "gone", &["Zénobie Canarine", "et une canarine"]).await;
    for number in 0..150 {
        let words: Vec<String> = (0..400).map(|n| format!("mot{}", number * n % 9_973)).collect();
        kept.push(read(&store, &format!("{number}"), &[&words.join(" ")]).await);
    }
    store.close().await;
    let words = ["canarine", "reste"].map(str::to_owned);
    assert_eq!(words_left(folder.path(), &words).await, words, "what is looked for can be seen");
    let store = reopened(folder.path()).await;
    store.forget_documents_except(&kept).await.unwrap();
    assert_eq!(places(&store, "canarine", &[gone]).await, []);
    assert_eq!(places(&store, "qui reste", &kept).await, [(kept[0], 1)]);
    assert!(!store.put_text(gone, whole(&["Canarine"])).await.unwrap(), "read too late");
    store.close().await;
    assert_eq!(words_left(folder.path(), &words).await, ["reste"]);
    let store = reopened(folder.path()).await;
    let back = document(&store, "gone").await;
    assert_eq!(store.unread_documents(1).await.unwrap(), [back], "it is read again");
}

#[tokio::test]
async fn a_text_is_kept_of_whole_documents_only() {
    let (_folder, store) = fresh().await;
    let begun = Digest::of(b"begun");
    store.begin_document(begun, 5).await.unwrap();
    assert!(!store.put_text(begun, whole(&["texte"])).await.unwrap());
    assert!(!store.put_text(Digest::of(b"absent"), whole(&["texte"])).await.unwrap());
    let printed = format!("{:?}", whole(&["Canarine"]));
    assert_eq!(printed, "DocumentText(Whole, 1 pages)");
}
