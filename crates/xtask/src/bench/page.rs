//! From the key to the first page on screen, of a file that nobody looked at
//! (`first`) and of one that was read ahead (`next`); what all processes weigh
//! after 300 pieces; how many times longer pdf.js takes in the same web view. Then
//! the reading room alone: its time divided by that of poppler (a process from
//! nothing to a PNG) and of pdfium (called again and again in one process), and how
//! near its words are to those of `pdftotext`.

use super::peers::Peer;
use super::{Figure, Part, Plan};

pub const PLAN: Plan = Plan {
    area: "page",
    parts: &[
        Part {
            target: "window",
            figures: &[
                Figure::new("page.first_ms_p50", "ms"),
                Figure::new("page.first_ms_p95", "ms"),
                Figure::new("page.next_ms_p95", "ms"),
                Figure::new("page.rss_mb_max", "MB"),
                Figure { name: "page.vs_pdfjs_in_window", unit: "×", peer: Some(Peer::Pdfjs) },
            ],
        },
        Part {
            target: "pages",
            figures: &[
                Figure::new("page.vs_poppler", "×"),
                Figure { name: "page.vs_pdfium", unit: "×", peer: Some(Peer::Pdfium) },
                Figure::new("page.memory_growth_mb", "MB"),
            ],
        },
        Part { target: "text", figures: &[Figure::new("text.words_f1_vs_pdftotext", "of 1")] },
    ],
    peers: &[Peer::Pdfium, Peer::Pdfjs],
};
