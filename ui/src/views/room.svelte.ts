//! The reading room of one dossier: the document, the one beside it, the light table.

import { tick } from "svelte";
import { MediaQuery } from "svelte/reactivity";
import { counterpart, pieceName, statusOf, type Desk, type PieceRow } from "../features/dossier";
import { DossierSearch, LightDocuments, Reader, type FoundPage, type LightFile } from "../features/reading";
import type { CitationView, EarlierView } from "../ipc";
import { say } from "../shared/status.svelte";
import { focusZone, zoneOf } from "../shared/zones.svelte";
import { light as lightTexts, reading as texts } from "../texts/reading";
import { pieceStatuses } from "../texts/states";
import { earlier as earlierTexts } from "../texts/together";
import type { ZoneId } from "../texts/keys";

/** Below this width two documents make no sense; ReadingRoom.svelte hides the button there. */
const TWO = "(min-width: 70rem)";

export class Room {
  readonly reader = new Reader();
  readonly documents = new LightDocuments();
  readonly search: DossierSearch;
  light = $state(false);
  /** The other reader, and the piece it is on. */
  #other = $state.raw<Reader>();
  #key = $state<string>();
  /** The digest of the version before that is shown beside the new one. */
  #earlier = $state<string>();
  #wide = new MediaQuery(TWO, true);
  #from: ZoneId = "page";
  #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.search = new DossierSearch(
      desk.id,
      () => this.files,
      (page, query) => this.#openFound(page, query),
    );
  }

  /** Pieces that can be read here. */
  readonly rows: PieceRow[] = $derived.by(() => this.#desk.rows.filter((row) => row.piece.deposit?.here));
  readonly files: LightFile[] = $derived(
    this.rows.map(({ key, piece }) => ({
      key,
      sha256: piece.deposit?.sha256 ?? "",
      name: pieceName(piece),
      mark: statusOf(piece),
      state: pieceStatuses[statusOf(piece)],
    })),
  );
  readonly secondRow: PieceRow | undefined = $derived(this.rows.find((row) => row.key === this.#key));
  /** The version before the piece on the desk, where that is what lies beside it. */
  readonly earlier: EarlierView | undefined = $derived.by(() => {
    const earlier = this.#desk.row?.piece.earlier;
    return earlier && earlier.file.sha256 === this.#earlier ? earlier : undefined;
  });
  readonly second: Reader | undefined = $derived(
    this.#wide.current && !this.light && (this.secondRow ?? this.earlier) ? this.#other : undefined,
  );

  /** The reader that keys pressed in a zone are for. */
  readerOf(zone: ZoneId): Reader {
    return zone === "second" && this.second ? this.second : this.reader;
  }

  /** Another piece beside the one on the desk, the version before where there is one; or no longer. */
  compare(): void {
    if (this.second) {
      this.closeSecond();
      return;
    }
    if (this.#desk.row?.piece.earlier?.file.here) {
      this.compareEarlier();
      return;
    }
    const row = counterpart(this.#desk.rows, this.#desk.row?.key);
    if (!row) say(this.#wide.current ? texts.noOther : texts.tooNarrow);
    else this.#beside(() => this.#show(row));
  }

  /** The version before beside the new one, whatever lay there. */
  compareEarlier(): void {
    const file = this.#desk.row?.piece.earlier?.file;
    if (!file?.here) return;
    this.#beside((other) => {
      this.#key = undefined;
      this.#earlier = file.sha256;
      void other.open(file.sha256, true);
      say(texts.compared(earlierTexts.file));
    });
  }

  /** Joins what is selected, drawn or on screen to the verdict. */
  cite(): void {
    const place = this.reader.place();
    if (!place) {
      say(texts.noPlace);
      return;
    }
    this.#desk.cite(place);
    this.reader.drawn = undefined;
  }

  /** Leads to a place that the verdict cites. */
  show(place: CitationView): void {
    this.light = false;
    this.reader.show(place);
    void tick().then(() => focusZone("page"));
  }

  closeSecond(): void {
    this.#other = undefined;
    this.#key = undefined;
    this.#earlier = undefined;
    void tick().then(() => focusZone("page"));
  }

  chooseSecond(key: string): void {
    const row = this.rows.find((each) => each.key === key);
    if (row) this.#show(row);
  }

  /** The second document walks through the files that are here; a version before stays by its piece. */
  moveSecond(by: 1 | -1): void {
    if (this.earlier) return;
    const next = this.rows[this.secondIndex + by];
    if (next) this.#show(next);
  }

  get secondIndex(): number {
    return this.rows.findIndex((row) => row.key === this.#key);
  }

  toggleLight(): void {
    if (this.light) {
      this.closeLight();
      return;
    }
    this.#from = zoneOf(document.activeElement) ?? "page";
    this.light = true;
    say(lightTexts.opened(this.files.length));
    void tick().then(() => focusZone("light"));
  }

  closeLight(): void {
    this.light = false;
    void tick().then(() => focusZone(this.#from) || focusZone("page"));
  }

  /** A page of the light table, on the desk. */
  openPage(file: LightFile, page: number): void {
    this.reader.land(file.sha256, page);
    this.#desk.select(file.key);
    this.light = false;
    void tick().then(() => focusZone("page"));
  }

  /** A page found in the dossier, on the desk; the keyboard stays with the search. */
  #openFound(page: FoundPage, query: string): void {
    this.reader.land(page.sha256, (page.page ?? 1) - 1, query);
    this.#desk.select(page.key);
  }

  /** The step back that Échap makes here; false where there is none. */
  back(): boolean {
    if (this.light) this.closeLight();
    else if (this.second) this.closeSecond();
    else return false;
    return true;
  }

  #beside(open: (other: Reader) => void): void {
    if (!this.#wide.current) {
      say(texts.tooNarrow);
      return;
    }
    const other = new Reader();
    this.light = false;
    this.#other = other;
    open(other);
    void tick().then(() => focusZone("second"));
  }

  #show(row: PieceRow): void {
    this.#earlier = undefined;
    this.#key = row.key;
    void this.#other?.open(row.piece.deposit?.sha256, true);
    say(texts.compared(pieceName(row.piece)));
  }
}
