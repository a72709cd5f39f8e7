//! What a reviewer does, in the reviewer's words.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::key::Key;

use crate::app::{App, Part};
use crate::decided::Made;
use crate::wait::{PATIENCE, until};

/// How long the documents of a sitting may take to come, on this machine.
const CARRYING: Duration = Duration::from_secs(180);

/// Where a learner's file is on screen.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The slot.
    pub slot: String,
    /// The version of the file.
    pub deposit: String,
    /// `to_examine`, `accepted`, `expected`…
    pub status: String,
}

/// What the middle of the desk shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// The first page is drawn.
    Page {
        /// `page 1 / 3`.
        number: String,
    },
    /// One sentence instead.
    Message {
        /// The sentence.
        text: String,
    },
}

/// A verdict as keys: letter, reason, words.
#[derive(Clone, Copy)]
pub struct Verdict<'a> {
    /// What it is called.
    pub outcome: &'a str,
    /// Its letter.
    pub key: char,
    /// The reason to give.
    pub reason: Reason,
    /// The words to write.
    pub words: Option<&'a str>,
}

/// Which reason is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// None.
    None,
    /// The first of the catalogue.
    First,
    /// "Other", which needs words.
    Other,
}

/// *Conforme*.
pub const ACCEPTED: Verdict<'_> =
    Verdict { outcome: "accepted", key: 'c', reason: Reason::None, words: None };
/// *Second regard*.
pub const SECOND_LOOK: Verdict<'_> =
    Verdict { outcome: "second_look", key: 's', reason: Reason::None, words: None };
/// *Sans objet*.
pub const NOT_APPLICABLE: Verdict<'_> =
    Verdict { outcome: "not_applicable", key: 'o', reason: Reason::None, words: None };
/// *Non conforme*, with the first reason of the catalogue.
pub const REJECTED: Verdict<'_> =
    Verdict { outcome: "rejected", key: 'n', reason: Reason::First, words: None };

impl App {
    /// Signs in with the form, unless somebody is at the desk already.
    pub async fn sign_in(&self, service: &str, login: &str, password: &str) -> Result<()> {
        let first = until("the form or the desk", PATIENCE, async || {
            let form = self.part("signin-service").await?;
            Ok(form.or(self.part("dossier-grid").await?))
        })
        .await?;
        if first.testid == "signin-service" {
            self.fill("signin-service", service).await?;
            self.fill("signin-login", login).await?;
            self.fill("signin-password", password).await?;
            self.click("signin-submit").await?;
        }
        self.see("dossier-grid").await?;
        Ok(())
    }

    /// Waits for the first exchange and takes the next sitting along; gives its id.
    pub async fn carry_next_jury(&self) -> Result<String> {
        let control = until("a sitting of the jury", PATIENCE, async || {
            let free = self.parts("carry-").await?.into_iter().next();
            let taken = self.parts("release-").await?.into_iter().next();
            Ok(taken.or(free))
        })
        .await?;
        let (done, jury) = control.testid.split_once('-').context("a test id without dash")?;
        if done == "carry" {
            self.click(&control.testid).await?;
        }
        Ok(jury.to_owned())
    }

    /// The same, and waits until every document of it is on this machine.
    pub async fn take_along(&self) -> Result<String> {
        let jury = self.carry_next_jury().await?;
        self.wait_for_jury(&jury).await?;
        Ok(jury)
    }

    /// Waits until every document of a sitting is on this machine.
    pub async fn wait_for_jury(&self, jury: &str) -> Result<()> {
        let copy = format!("jury-copy-{jury}");
        self.see_that_within(CARRYING, &copy, |part| part.text.contains("Complète")).await?;
        Ok(())
    }

    /// Takes the other sittings along too.
    pub async fn carry_other_juries(&self) -> Result<()> {
        while let Some(control) = self.parts("carry-").await?.into_iter().next() {
            let jury = control.testid.replacen("carry-", "", 1);
            self.click(&control.testid).await?;
            self.wait_for_jury(&jury).await?;
        }
        Ok(())
    }

    /// Asks for an exchange and waits until the contact is so.
    pub async fn exchange_until(&self, contact: &str) -> Result<()> {
        self.press(Key::F9).await?;
        self.see_that("contact-chip", |chip| chip.data("contact") == contact).await?;
        Ok(())
    }

    /// The references of the dossiers on this machine, as listed.
    pub async fn dossiers_here(&self) -> Result<Vec<String>> {
        self.click("view-here").await?;
        let rows = until("dossiers on this machine", PATIENCE, async || {
            let rows = self.parts("dossier-row-").await?;
            Ok((!rows.is_empty()).then_some(rows))
        })
        .await?;
        let reference = |row: &Part| row.testid.replacen("dossier-row-", "", 1);
        Ok(rows.iter().map(reference).collect())
    }

    /// Opens a dossier from the list.
    pub async fn open_dossier(&self, reference: &str) -> Result<()> {
        self.click(&format!("dossier-row-{reference}")).await?;
        self.press(Key::Enter).await?;
        self.see("tab-pieces").await?;
        Ok(())
    }

    /// Goes back to the list.
    pub async fn leave_dossier(&self) -> Result<()> {
        self.click("back").await?;
        self.see("dossier-grid").await?;
        Ok(())
    }

    /// The pieces that have a file.
    pub async fn pieces(&self) -> Result<Vec<Piece>> {
        self.choose_tab("tab-pieces").await?;
        let rows = until("the pieces", PATIENCE, async || {
            let rows = self.parts("piece-").await?;
            let rows: Vec<Part> =
                rows.into_iter().filter(|row| row.testid != "piece-list").collect();
            Ok((!rows.is_empty()).then_some(rows))
        })
        .await?;
        let piece = |row: &Part| Piece {
            slot: row.testid.replacen("piece-", "", 1),
            deposit: row.data("deposit").to_owned(),
            status: row.data("status").to_owned(),
        };
        Ok(rows.iter().map(piece).filter(|piece| !piece.deposit.is_empty()).collect())
    }

    /// Clicks a tab until it is chosen: the header moves while a dossier loads,
    /// and a click may fall beside, as a person's would.
    async fn choose_tab(&self, tab: &str) -> Result<()> {
        until(tab, PATIENCE, async || {
            if self.part(tab).await?.is_some_and(|part| part.selected) {
                return Ok(Some(()));
            }
            self.click(tab).await?;
            Ok(None)
        })
        .await
    }

    /// Chooses a piece and waits until its document, or a sentence, is shown.
    pub async fn look_at(&self, piece: &Piece) -> Result<Shown> {
        self.click_on(&format!("[data-deposit=\"{}\"]", piece.deposit)).await?;
        until(&format!("{} to be chosen", piece.slot), PATIENCE, async || {
            Ok(self.row_of(piece).await?.filter(|row| row.selected))
        })
        .await?;
        self.wait_for_document(piece).await
    }

    /// Waits until the document of the piece just chosen, or a sentence, is shown.
    pub async fn wait_for_document(&self, piece: &Piece) -> Result<Shown> {
        let patience = PATIENCE * 3;
        until(&format!("the document of {}", piece.slot), patience, async || {
            if let Some(message) = self.part("document-message").await? {
                return Ok(Some(Shown::Message { text: message.text }));
            }
            let drawn = self.part("page-1").await?.filter(|page| page.data("state") == "loaded");
            let number = self.part("page-number").await?;
            Ok(drawn.and(number).map(|number| Shown::Page { number: number.text }))
        })
        .await
    }

    /// Gives a verdict on a piece and waits until it is kept. The keys are
    /// pressed where a reviewer would: on the list, the words in their field.
    pub async fn settle(&self, piece: &Piece, verdict: Verdict<'_>) -> Result<Made> {
        self.look_at(piece).await?;
        self.press(verdict.key).await?;
        let reason = self.give_reason(verdict.reason).await?;
        match verdict.words {
            None => self.press(Key::Enter).await?,
            Some(words) => {
                self.fill("comment", words).await?;
                self.click("validate").await?;
            }
        }
        self.wait_for_status(piece, verdict.outcome).await?;
        Ok(Made::verdict(piece, verdict.outcome, reason, verdict.words))
    }

    async fn give_reason(&self, reason: Reason) -> Result<Option<String>> {
        if reason == Reason::None {
            return Ok(None);
        }
        let codes: Vec<String> = until("the reasons", PATIENCE, async || {
            let reasons = self.parts("reason-").await?;
            Ok((!reasons.is_empty()).then_some(reasons))
        })
        .await?
        .iter()
        .map(|part| part.testid.replacen("reason-", "", 1))
        .collect();
        let place = match reason {
            Reason::Other => codes.iter().position(|code| code == "other"),
            _ => codes.iter().position(|code| code != "other"),
        };
        let place = place.with_context(|| format!("no such reason among {codes:?}"))?;
        if place > 9 {
            bail!("the reason {} has no digit", codes[place]);
        }
        let digit = char::from_digit(u32::try_from((place + 1) % 10)?, 10);
        self.press(digit.context("a digit")?).await?;
        Ok(Some(codes[place].clone()))
    }

    /// Waits until a piece is so in the list.
    pub async fn wait_for_status(&self, piece: &Piece, status: &str) -> Result<()> {
        until(&format!("{} to be {status}", piece.slot), PATIENCE, async || {
            match self.row_of(piece).await? {
                Some(row) if row.data("status") == status => Ok(Some(())),
                other => bail!("it is {other:?}"),
            }
        })
        .await
    }

    async fn row_of(&self, piece: &Piece) -> Result<Option<Part>> {
        let rows = self.parts(&format!("piece-{}", piece.slot)).await?;
        Ok(rows.into_iter().find(|row| row.data("deposit") == piece.deposit))
    }

    /// Opens the tab of the experience; says whether one may sign there, and by mark.
    pub async fn open_review(&self) -> Result<Option<Assess>> {
        self.choose_tab("tab-review").await?;
        self.see("level-local").await?;
        let (sign, mark) = (self.part("sign").await?, self.part("mark").await?);
        Ok(sign.map(|_| if mark.is_some() { Assess::Mark } else { Assess::Opinion }))
    }

    /// Writes an assessment and waits until the draft is kept.
    pub async fn draft(&self, assess: Assess, reasons: &str) -> Result<()> {
        match assess {
            Assess::Mark => self.fill("mark", "12,50").await?,
            Assess::Opinion => {
                self.click_on("label:has([data-testid=opinion-favourable])").await?;
                self.see_that("opinion-favourable", |radio| radio.selected).await?;
            }
        }
        self.fill("review-reasons", reasons).await?;
        self.see_that("draft-saved", |saved| !saved.text.is_empty()).await?;
        Ok(())
    }

    /// Signs what is drafted.
    pub async fn sign(&self, assess: Assess, reasons: &str) -> Result<Made> {
        self.click("review-reasons").await?;
        self.press_ctrl(Key::Enter).await?;
        self.see("signed").await?;
        Ok(Made::assessment(assess, reasons))
    }
}

/// How a dossier is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assess {
    /// An opinion: diplomas and titles.
    Opinion,
    /// A mark out of 20: CC and CP.
    Mark,
}
