//! The shapes that stand for a state.

import type { PieceStatus } from "../texts/states";

export type MarkName = PieceStatus | "partial" | "waiting";
