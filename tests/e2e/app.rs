//! The app as its reviewer uses it: what is seen, typed and pressed.
//!
//! Things are found by test id (`data-testid`); what they hold is read from
//! their text and their `data-…` attributes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::driver::Driver;
use crate::programs;
use crate::screen::Screen;
use crate::wait::{PATIENCE, until};

/// The parts of the page that are named and on screen, as JSON: test id, other
/// attributes, words, and what a field holds.
const NAMED: &str = r#"
return [...document.querySelectorAll("[data-testid]")]
  .filter((each) => each.dataset.testid.startsWith(arguments[0]) && each.checkVisibility())
  .map((each) => ({
    ...each.dataset,
    text: each.textContent.trim().replace(/\s+/g, " "),
    value: each.value === undefined ? "" : String(each.value),
    selected: each.getAttribute("aria-selected") ?? String(each.checked ?? false),
  }));
"#;

/// Answers once what changed is drawn: in the frame after the next.
const DRAWN: &str = r#"
const [done] = arguments;
requestAnimationFrame(() => requestAnimationFrame(() => done(null)));
"#;

/// What axe finds, one line per element.
const AXE: &str = r#"
const [options, done] = arguments;
axe.run(document, options).then(
  ({ violations }) => done(violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))),
  (error) => done([String(error)]),
);
"#;

/// One run of the app.
pub struct App {
    client: Client,
    driver: Driver,
    screen: Screen,
}

/// A named part of the page.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its test id.
    pub testid: String,
    /// Its words.
    pub text: String,
    /// What it holds, if it is a field.
    pub value: String,
    /// Whether it is chosen among others.
    pub selected: bool,
    data: Value,
}

impl Part {
    /// One of its `data-…` attributes, in camel case; empty if it has none.
    pub fn data(&self, name: &str) -> &str {
        self.data[name].as_str().unwrap_or_default()
    }
}

impl App {
    /// Opens the app on a machine, with a profile folder.
    pub async fn open(desktop: &Desktop, profile: &Path) -> Result<Self> {
        Self::open_with(desktop, profile, &[]).await
    }

    /// Opens the app with more environment variables.
    pub async fn open_with(
        desktop: &Desktop,
        profile: &Path,
        environment: &[(&str, OsString)],
    ) -> Result<Self> {
        let mut all = vec![("LUTRIN_PROFILE_DIR", profile.into())];
        all.extend_from_slice(environment);
        let driver = Driver::start(desktop, &programs::app(), &all).await?;
        let client = driver.open().await?;
        Ok(Self { client, driver, screen: desktop.screen() })
    }

    /// Cuts the power: no goodbye, nothing flushed.
    pub async fn kill(self) -> Result<()> {
        self.driver.kill_app()?;
        // The driver notices by itself; closing only spares its complaint.
        self.client.close().await.ok();
        Ok(())
    }

    /// Asks the program to end, as a session that is closed does, and waits for it.
    /// (Closing the window through the driver would kill it.)
    pub async fn quit(self) -> Result<()> {
        self.driver.end_app()?;
        until("the program to end", PATIENCE, async || Ok(self.pid().err())).await?;
        self.client.close().await.ok();
        Ok(())
    }

    /// Ends the session of the driver, which ends the program.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// The parts whose test id starts so and that are on screen.
    pub async fn parts(&self, start: &str) -> Result<Vec<Part>> {
        let found = self.script(NAMED, vec![json!(start)]).await?;
        let found = found.as_array().context("no list of parts")?.iter();
        Ok(found
            .map(|part| Part {
                testid: part["testid"].as_str().unwrap_or_default().to_owned(),
                text: part["text"].as_str().unwrap_or_default().to_owned(),
                value: part["value"].as_str().unwrap_or_default().to_owned(),
                selected: part["selected"] == "true",
                data: part.clone(),
            })
            .collect())
    }

    /// The part with this test id, if it is on screen.
    pub async fn part(&self, testid: &str) -> Result<Option<Part>> {
        Ok(self.parts(testid).await?.into_iter().find(|part| part.testid == testid))
    }

    /// Waits for a part.
    pub async fn see(&self, testid: &str) -> Result<Part> {
        until(testid, PATIENCE, async || self.part(testid).await).await
    }

    /// Waits until a part is no longer there.
    pub async fn see_gone(&self, testid: &str) -> Result<()> {
        until(&format!("{testid} to be gone"), PATIENCE, async || {
            Ok(self.part(testid).await?.is_none().then_some(()))
        })
        .await
    }

    /// Waits until a part is as wanted.
    pub async fn see_that(&self, testid: &str, wanted: impl Fn(&Part) -> bool) -> Result<Part> {
        self.see_that_within(PATIENCE, testid, wanted).await
    }

    /// Waits longer until a part is as wanted; says how it was if it never is.
    pub async fn see_that_within(
        &self,
        patience: Duration,
        testid: &str,
        wanted: impl Fn(&Part) -> bool,
    ) -> Result<Part> {
        until(testid, patience, async || match self.part(testid).await? {
            Some(part) if wanted(&part) => Ok(Some(part)),
            other => bail!("it is {other:?}"),
        })
        .await
    }

    /// Clicks a part, as soon as it is there.
    pub async fn click(&self, testid: &str) -> Result<()> {
        self.click_on(&selector(testid)).await
    }

    /// Clicks what a CSS selector finds, as soon as it can be clicked. The driver
    /// scrolls no further than the edge, where a scrollbar may be in the way.
    pub async fn click_on(&self, css: &str) -> Result<()> {
        let reveal = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' });";
        until(css, PATIENCE, async || {
            self.script(reveal, vec![json!(css)]).await?;
            let element = self.client.find(Locator::Css(css)).await?;
            Ok(Some(element.click().await?))
        })
        .await
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, testid: &str, text: &str) -> Result<()> {
        self.see(testid).await?;
        let element = self.client.find(Locator::Css(&selector(testid))).await?;
        element.clear().await?;
        element.send_keys(text).await.with_context(|| format!("{testid} cannot be filled"))
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        self.press_in_turn(&[key.into()]).await
    }

    /// Presses a key while Ctrl is down.
    pub async fn press_ctrl(&self, key: impl Into<char>) -> Result<()> {
        self.chord(&[Key::Control], key.into()).await
    }

    /// Presses a key while Maj is down.
    pub async fn press_shift(&self, key: impl Into<char>) -> Result<()> {
        self.chord(&[Key::Shift], key.into()).await
    }

    /// Presses keys one after the other, as fast as the driver can.
    pub async fn press_in_turn(&self, values: &[char]) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in values.iter().copied() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Drags the pointer across a part, between two places told in shares of it.
    pub async fn drag_across(&self, testid: &str, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let place = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); \
                     return [arguments[1] * box.width + box.left, arguments[2] * box.height + box.top];";
        let at = async |(x, y): (f64, f64)| -> Result<PointerAction> {
            let given = vec![json!(selector(testid)), json!(x), json!(y)];
            let found = self.script(place, given).await?;
            let [x, y] = [0, 1].map(|part: usize| found[part].as_f64());
            let (x, y) = x.zip(y).with_context(|| format!("{testid} has no place: {found}"))?;
            Ok(PointerAction::MoveTo { duration: None, x: x.round(), y: y.round() })
        };
        let button = MOUSE_BUTTON_LEFT;
        let drag = MouseActions::new("mouse".to_owned())
            .then(at(from).await?)
            .then(PointerAction::Down { button })
            .then(at(((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0)).await?)
            .then(at(to).await?)
            .then(PointerAction::Up { button });
        Ok(self.client.perform_actions(drag).await?)
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        self.driver.app_pid()
    }

    async fn chord(&self, modifiers: &[Key], key: char) -> Result<()> {
        let down = |value: char| KeyAction::Down { value };
        let up = |value: char| KeyAction::Up { value };
        let held = modifiers.iter().map(|each| char::from(*each));
        let mut keys = KeyActions::new("keyboard".to_owned());
        for action in held.clone().map(down).chain([down(key), up(key)]).chain(held.map(up)) {
            keys = keys.then(action);
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    /// The words on screen.
    pub async fn words(&self) -> Result<String> {
        let words = self.script("return document.body.innerText;", Vec::new()).await?;
        Ok(words.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Shows another theme; gives the one before.
    pub async fn set_theme(&self, theme: &str) -> Result<String> {
        let set = "const { dataset } = document.documentElement; const before = dataset.theme; \
                   dataset.theme = arguments[0]; return before;";
        let before = self.script(set, vec![json!(theme)]).await?;
        before.as_str().map(str::to_owned).context("the window has no theme")
    }

    /// What axe has to say of the page, one line per element.
    pub async fn accessibility_faults(&self) -> Result<Vec<String>> {
        let library =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
        let library = fs::read_to_string(library).context("axe-core is not installed: npm ci")?;
        self.script(&format!("{library}; window.axe = axe;"), Vec::new()).await?;
        let options = json!({ "resultTypes": ["violations"] });
        let found = self.script_that_answers(AXE, vec![options]).await?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|line| line.as_str().map(str::to_owned))
            .collect())
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn script_that_answers(&self, script: &str, given: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, given).await?)
    }

    /// Takes a picture of the window, which fills the screen.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        self.script_that_answers(DRAWN, Vec::new()).await?;
        let mut before = None;
        until("a screen that stays as it is", PATIENCE, async || {
            let now = Some(self.screen.frame()?);
            let stays = now == before;
            before = now;
            Ok(stays.then_some(()))
        })
        .await?;
        self.screen.picture(path)
    }
}

fn selector(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}
