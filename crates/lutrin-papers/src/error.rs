//! Why a paper could not be made.

use std::fmt;

/// Why a paper could not be made. None of these is worth retrying: the
/// template, the data or the size asked for must change.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The template is wrong, or does not fit its data.
    #[error("the template cannot be set: {0}")]
    Template(TemplateError),
    /// The data cannot be written as JSON.
    #[error("the data of a paper cannot be written as JSON")]
    Data(#[from] serde_json::Error),
    /// The template gives no page to draw.
    #[error("the template gives no page")]
    NoPage,
    /// A picture of this size would not be reasonable.
    #[error("a page of {width} by {height} pixels is outside what is drawn")]
    Size {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
    },
}

/// What the compiler says of a template: one line per problem, each with its
/// place. Values of the data may be quoted by the compiler, so this text is for
/// whoever writes templates, not for logs.
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The problems, most important first.
    pub problems: Vec<Problem>,
}

/// One problem of a template.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1, when the problem has a place in the template.
    pub line: Option<usize>,
    /// What is wrong, in the compiler's words.
    pub message: String,
    /// What the compiler suggests.
    pub hints: Vec<String>,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
