import { ENGINE_LIMITS } from '../limits.js';
import type { Clock } from '../ports.js';

interface Account {
  units: number;
  atMs: number;
}

/**
 * How much work each peer may cause (consensus.md §2.10): an account that fills with time. A peer that has used it up
 * is not refused, only read more slowly: `charge` returns a promise that ends when the account is even again, and the
 * transport leaves the peer's frames in its own queue until then. Others are not slowed down.
 */
export class PeerPace {
  readonly #accounts = new Map<number, Account>();

  constructor(private readonly clock: Clock) {}

  charge(peer: number, units: number): Promise<void> | undefined {
    const nowMs = this.clock.nowMs();
    const account = this.#accountOf(peer, nowMs);
    account.units -= units;
    if (account.units >= 0) return undefined;
    const waitMs = Math.ceil((-account.units * 1000) / ENGINE_LIMITS.paceUnitsPerSecond);
    return new Promise((resolve) => void this.clock.at(nowMs + waitMs, resolve));
  }

  #accountOf(peer: number, nowMs: number): Account {
    const { paceUnitsPerSecond, paceBurstUnits } = ENGINE_LIMITS;
    const account = this.#accounts.get(peer) ?? { units: paceBurstUnits, atMs: nowMs };
    // A clock that was set back gives nothing.
    const gained = (Math.max(0, nowMs - account.atMs) * paceUnitsPerSecond) / 1000;
    account.units = Math.min(paceBurstUnits, account.units + gained);
    account.atMs = nowMs;
    this.#accounts.set(peer, account);
    return account;
  }
}

/** Units of a frame of which nothing was used. */
export const surplusUnits = (sizeBytes: number): number =>
  ENGINE_LIMITS.paceSurplusUnits + Math.ceil(sizeBytes / ENGINE_LIMITS.paceSurplusBytesPerUnit);
