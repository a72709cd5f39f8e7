export { Desk, type Tab } from "./desk.svelte";
export { counterpart, pieceName, progress, statusOf, type PieceRow } from "./pieces";
export { default as DossierTop } from "./DossierTop.svelte";
export { default as PieceList } from "./PieceList.svelte";
export { default as PiecePanel } from "./PiecePanel.svelte";
export { default as Light } from "./Light.svelte";
export { default as News } from "./News.svelte";
export { default as Reservation } from "./Reservation.svelte";
export { default as Banner } from "./Banner.svelte";
