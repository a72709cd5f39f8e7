//! What lies over a page: form fields, annotations, and what could not be drawn.

use serde::{Deserialize, Serialize};

use crate::format::PageSize;
use crate::limits::{MAX_FIELD_BYTES, MAX_FIELDS};
use crate::text::{PageBox, is_invisible};

/// What lies over a page, or is missing from its picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLayers {
    /// The form fields that have a value which the file does not draw.
    pub fields: Vec<FieldValue>,
    /// Whether [`crate::Document::annotations`] has something to show.
    pub annotations: bool,
    /// Why the picture of the page may be incomplete; each at most once, in order.
    pub warnings: Vec<Warning>,
}

/// The value of a form field that the file does not draw.
///
/// The window writes it over the page, marked as the value of a field.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldValue {
    /// Where the field is.
    pub area: PageBox,
    /// Its value as text, which may have several lines; for a box that is ticked, the name
    /// that the form gives to this state.
    pub value: String,
    /// What kind of field it is.
    pub kind: FieldKind,
    /// Whether the value had a NIR, which was removed.
    pub masked: bool,
}

// A value that is no number is refused when it arrives.
impl Eq for FieldValue {}

impl std::fmt::Debug for FieldValue {
    /// Leaves the value out: it is somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FieldValue({:?}, {} bytes)", self.kind, self.value.len())
    }
}

/// The kinds of form fields that have a value to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A text that was typed.
    Text,
    /// One or more choices from a list.
    Choice,
    /// A box or a button that is ticked.
    Ticked,
}

/// Why the picture of a page may lack something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// A font of the page cannot be read: other letters stand for its own.
    UnsupportedFont,
    /// A font of Chinese, Japanese or Korean is not in the file: its letters are missing.
    MissingFont,
    /// An image of the page cannot be read.
    UnreadableImage,
    /// An annotation has an appearance that cannot be drawn.
    UndrawnAnnotation,
    /// The document is a dynamic form (XFA), of which only the static pages are shown.
    DynamicForm,
}

impl PageLayers {
    /// Says whether an honest worker may have sent this of a page of that size.
    pub(crate) fn is_plausible(&self, page: PageSize) -> bool {
        let in_order = self.warnings.windows(2).all(|pair| pair[0] < pair[1]);
        in_order
            && self.fields.len() <= MAX_FIELDS
            && self.fields.iter().all(|field| {
                field.area.is_on(page)
                    && (1..=MAX_FIELD_BYTES).contains(&field.value.len())
                    && !field.value.chars().any(|sign| is_invisible(sign) && sign != '\n')
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plausible_layers_are_believed() {
        let page = PageSize { width: 595.0, height: 842.0 };
        let area = PageBox { left: 10.0, top: 10.0, right: 50.0, bottom: 20.0 };
        let value = "Anne\nMartin".to_owned();
        let field = FieldValue { area, value, kind: FieldKind::Text, masked: false };
        let fields = |fields| PageLayers { fields, ..PageLayers::default() };
        let warnings = |warnings| PageLayers { warnings, ..PageLayers::default() };
        assert!(fields(vec![field.clone(); MAX_FIELDS]).is_plausible(page));
        assert!(warnings(vec![Warning::UnsupportedFont, Warning::DynamicForm]).is_plausible(page));
        let off_page = PageBox { right: 1e9, ..area };
        let value = |value: &str| FieldValue { value: value.to_owned(), ..field.clone() };
        for unbelievable in [
            fields(vec![field.clone(); MAX_FIELDS + 1]),
            fields(vec![FieldValue { area: off_page, ..field.clone() }]),
            fields(vec![value(&"x".repeat(MAX_FIELD_BYTES + 1))]),
            fields(vec![value("")]),
            fields(vec![value("turned\u{202e}round")]),
            warnings(vec![Warning::DynamicForm, Warning::UnsupportedFont]),
            warnings(vec![Warning::DynamicForm; 2]),
        ] {
            assert!(!unbelievable.is_plausible(page), "{unbelievable:?}");
        }
    }
}
