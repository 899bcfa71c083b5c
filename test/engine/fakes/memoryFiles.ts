import type { SnapshotFiles } from '@lading/engine';

/** A snapshot folder that outlives processes. */
export class MemoryFiles implements SnapshotFiles {
  /** Newest last. */
  complete: { readonly id: string; readonly parts: Map<number, Uint8Array> }[] = [];
  making = new Map<number, Uint8Array>();
  readonly known = new Set<string>();
  /** Asked before a part is written: a process that dies then has not written it. */
  beforePut: (index: number) => Promise<void> = () => Promise.resolve();

  newest(): Promise<string | null> {
    return Promise.resolve(this.complete.at(-1)?.id ?? null);
  }

  part(id: string, index: number): Promise<Uint8Array | null> {
    const found = this.complete.find((one) => one.id === id);
    return Promise.resolve(found?.parts.get(index)?.slice() ?? null);
  }

  begin(): Promise<void> {
    this.making = new Map();
    return Promise.resolve();
  }

  async put(index: number, bytes: Uint8Array): Promise<void> {
    await this.beforePut(index);
    this.making.set(index, bytes.slice());
  }

  unfinished(index: number): Promise<Uint8Array | null> {
    return Promise.resolve(this.making.get(index)?.slice() ?? null);
  }

  finish(id: string): Promise<void> {
    this.complete = [...this.complete, { id, parts: this.making }].slice(-2);
    this.making = new Map();
    this.known.clear();
    return Promise.resolve();
  }

  liars(): Promise<readonly string[]> {
    return Promise.resolve([...this.known]);
  }

  addLiar(organization: string): Promise<void> {
    this.known.add(organization);
    return Promise.resolve();
  }
}
