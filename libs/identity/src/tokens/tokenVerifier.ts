import type { Result } from '@lading/kernel';
import type { Caller, KeyRegistry } from './registry.js';
import type { TokenFault } from './tokenText.js';
import { verifyToken } from './verifyToken.js';
import type { VerifiedToken } from './verifyToken.js';

export interface TokenVerifierOptions {
  readonly registry: KeyRegistry;
  /** base64url of the chain id. */
  readonly audience: string;
  readonly nowMs?: () => number;
  /** Tokens remembered. */
  readonly cacheSize?: number;
  /** How long an answer is trusted without asking the registry again, should a change not be announced. */
  readonly cacheMs?: number;
}

interface Remembered {
  readonly token: VerifiedToken;
  readonly untilMs: number;
}

/**
 * Verifies bearer tokens and remembers the good ones: at load this is four times the requests a second. Invariants:
 * 1. A remembered answer ends with the token's exp.
 * 2. A change of the registry forgets everything, answers that were under way included.
 * 3. Only accepted tokens are remembered, at most `cacheSize`, so nobody can fill the memory with made-up ones.
 */
export class TokenVerifier {
  readonly #options: Required<TokenVerifierOptions>;
  readonly #remembered = new Map<string, Remembered>();
  #generation = 0;

  constructor(options: TokenVerifierOptions) {
    this.#options = { nowMs: Date.now, cacheSize: 10_000, cacheMs: 5000, ...options };
    options.registry.onChange?.(() => this.clear());
  }

  async verify(text: string): Promise<Result<Caller, TokenFault>> {
    const nowMs = this.#options.nowMs();
    const known = this.#remembered.get(text);
    if (known !== undefined && nowMs < known.untilMs) return { ok: true, value: known.token.caller };
    const generation = this.#generation;
    const { registry, audience } = this.#options;
    const verified = await verifyToken(text, { registry, audience, nowMs });
    if (!verified.ok) {
      this.#remembered.delete(text);
      return verified;
    }
    if (generation === this.#generation) this.#remember(text, verified.value, nowMs);
    return { ok: true, value: verified.value.caller };
  }

  /** To be called when a key or a member changed on the ledger. */
  clear(): void {
    this.#generation++;
    this.#remembered.clear();
  }

  #remember(text: string, token: VerifiedToken, nowMs: number): void {
    this.#remembered.delete(text);
    if (this.#remembered.size >= this.#options.cacheSize) {
      const oldest = this.#remembered.keys().next();
      if (!oldest.done) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(text, { token, untilMs: Math.min(token.expiresMs, nowMs + this.#options.cacheMs) });
  }
}
