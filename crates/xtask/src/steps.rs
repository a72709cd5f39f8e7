//! Steps: announced, timed, and summed up in a table at the end.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The steps of one command.
pub struct Steps {
    started: Instant,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    end: End,
    took: Duration,
}

enum End {
    Done,
    Failed,
    Skipped(String),
}

impl Steps {
    /// Starts the clock.
    pub fn new() -> Self {
        Self { started: Instant::now(), rows: Vec::new() }
    }

    /// Runs one step; says whether it succeeded. The next steps may go on after
    /// a failure, which [`Self::finish`] reports.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        println!("\n── {name}");
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        let done = result.is_ok();
        match &result {
            Ok(()) => println!("── done in {}: {name}", Spell(took)),
            Err(error) => println!("── FAILED after {}: {name}: {error:#}", Spell(took)),
        }
        let end = if done { End::Done } else { End::Failed };
        self.rows.push(Row { name: name.to_owned(), end, took });
        done
    }

    /// Says that a step is not run, and why.
    pub fn skip(&mut self, name: &str, reason: &str) {
        println!("\n── skipped: {name}: {reason}");
        let end = End::Skipped(reason.to_owned());
        self.rows.push(Row { name: name.to_owned(), end, took: Duration::ZERO });
    }

    /// Prints the table; an error if a step failed.
    pub fn finish(self) -> Result<()> {
        println!("\n{self}");
        match self.rows.iter().filter(|row| matches!(row.end, End::Failed)).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} steps failed", self.rows.len()),
        }
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        for Row { name, end, took } in &self.rows {
            match end {
                End::Done => writeln!(f, "ok       {name:width$}  {}", Spell(*took))?,
                End::Failed => writeln!(f, "FAILED   {name:width$}  {}", Spell(*took))?,
                End::Skipped(reason) => writeln!(f, "skipped  {name:width$}  {reason}")?,
            }
        }
        write!(f, "         {:width$}  {}", "in all", Spell(self.started.elapsed()))
    }
}

/// A duration as people say it.
pub struct Spell(pub Duration);

impl fmt::Display for Spell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            seconds @ 60.. => write!(f, "{} min {:02} s", seconds / 60, seconds % 60),
            _ => write!(f, "{:.1} s", self.0.as_secs_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_does_not_stop_the_next_and_fails_the_whole() {
        let mut steps = Steps::new();
        assert!(!steps.run("first", || bail!("no")));
        assert!(steps.run("second", || Ok(())));
        steps.skip("third", "not here");
        let table = steps.to_string();
        assert!(table.contains("FAILED   first"), "{table}");
        assert!(table.contains("ok       second"), "{table}");
        assert!(table.contains("skipped  third   not here"), "{table}");
        assert!(steps.finish().is_err());
    }

    #[test]
    fn durations_are_said_in_minutes_from_one_minute() {
        assert_eq!(Spell(Duration::from_millis(1_250)).to_string(), "1.2 s");
        assert_eq!(Spell(Duration::from_secs(125)).to_string(), "2 min 05 s");
    }
}
