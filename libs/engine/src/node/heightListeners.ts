import type { Height } from '@lading/kernel';

/** Whoever is told of heights as they are reached. */
export class HeightListeners {
  readonly #listeners = new Set<(height: Height) => void>();

  /** Returns how to stop that. */
  add(listener: (height: Height) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(height: Height): void {
    for (const listener of this.#listeners) listener(height);
  }
}
