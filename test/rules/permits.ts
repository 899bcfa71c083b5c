/** Who may act for whom, and what is recalled: beside the goods, and changed by operations that are taken whole or not at all. */
export class Permits {
  /** Acts by `holder/agent`. */
  readonly #agents = new Map<string, readonly string[]>();
  readonly #recalls = new Map<string, { readonly initiator: string; readonly things: readonly string[]; isOpen: boolean }>();

  /** Recalls of alpha's products by themselves or by the regulator. */
  constructor(private readonly regulator: string) {}

  appoint(holder: string, agent: string, acts: readonly string[]): boolean {
    if (holder === agent) return false;
    this.#agents.set(`${holder}/${agent}`, acts);
    return true;
  }

  may(who: string, holder: string, act: string): boolean {
    return who === holder || this.#agents.get(`${holder}/${who}`)?.includes(act) === true;
  }

  recall(who: string, name: string, things: readonly string[]): boolean {
    const id = `${who}/${name}`;
    if (this.#recalls.has(id) || (who !== 'alpha' && who !== this.regulator)) return false;
    this.#recalls.set(id, { initiator: who, things, isOpen: true });
    return true;
  }

  close(who: string, id: string): boolean {
    const recall = this.#recalls.get(id);
    if (recall?.isOpen !== true || recall.initiator !== who) return false;
    recall.isOpen = false;
    return true;
  }

  get open(): readonly string[] {
    return [...this.#recalls].filter(([, { isOpen }]) => isOpen).map(([id]) => id);
  }

  /** Open recalls that name a thing or lot, and those of what is inside it. */
  recallsOf(name: string, held: ReadonlySet<string> = new Set()): readonly string[] {
    return this.open.filter((id) => held.has(id) || this.#recalls.get(id)?.things.includes(name) === true);
  }

  /** Whether nothing that concerns it stands in the way of a shipment: back to whoever has recalled it. */
  mayGo(name: string, held: ReadonlySet<string>, to: string): boolean {
    return this.recallsOf(name, held).every((id) => id.startsWith(`${to}/`));
  }
}
