//! What the screens receive. Only these types cross into the window; they carry
//! codes and values, never sentences: French is the window's business.
//!
//! Identifiers, instants (RFC 3339) and days (ISO 8601) are texts; counts are
//! `u32`; sizes in bytes are `f64`, which is exact up to 9 petabytes.

mod arbitration;
mod document;
mod dossier;
mod exchange;
mod file;
mod heading;
mod history;
mod search;
mod session;
mod station;
mod together;
mod work_list;

pub use arbitration::{
    ArbitrationView, ChoiceView, NewerView, RuleTextView, SideView, WhyRefusedView,
};
pub use document::{
    BoxView, DocumentView, FieldView, FlowView, FoundView, HitView, HoldsView, PageContentView,
    PageView, ParagraphView, TextSourceView, TurnedPageView, WordView,
};
pub use dossier::{
    AssessmentView, ChosenVerdictView, DepositView, DossierView, DraftView, JobView, LevelView,
    OutcomeView, PieceGroupView, PieceView, ReasonView, ReviewLevelView, ReviewView, SignedView,
    UndoneView, VerdictView,
};
pub use exchange::{
    ContactView, ExchangeView, OutboxRowView, OutboxStateView, PastExchangeView, ReceivingView,
    RemovalView, TransferView,
};
pub use file::{CitationView, FileView, ZoneView};
pub use heading::{HeadingView, RequestView};
pub use history::{HistoryRowView, HistoryStandingView};
pub use search::{DossierFoundView, PageFoundView, SnippetPartView};
pub use session::{
    BlockView, ExpiredView, LeavingView, PhaseView, ProfileView, SafetyView, SandboxStateView,
    SandboxView, SessionView, ShutOutView,
};
pub use station::{ErasureView, ReceiptView, StationView};
pub use together::{
    ConditionView, EarlierView, LightView, NewsView, ReservationView, StandingView,
};
pub use work_list::{CopyView, DossierRowView, JuryRowView, WorkListView};
