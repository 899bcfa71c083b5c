import { ApiFault } from '@lading/api';
import { invalid, single, type RawParameters } from '../query/given.js';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const MOST_STEPS = 100_000;

/** The parameters of one question: known by name, each at most once. */
export class AuditParameters {
  constructor(
    private readonly raw: RawParameters,
    names: readonly string[]
  ) {
    const other = Object.keys(raw).find((name) => !names.includes(name));
    if (other === undefined) return;
    throw new ApiFault('PARAMETER_UNKNOWN', `${other} is not a parameter here; known: ${names.join(', ')}`);
  }

  text(name: string): string | null {
    const value = this.raw[name];
    return value === undefined || value === '' ? null : single(value, name);
  }

  timeMs(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const ms = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) throw invalid(name, 'use a time such as 2026-05-01T10:00:00Z');
    return ms;
  }

  count(name: string, most: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!/^\d{1,9}$/.test(text) || Number(text) > most) throw invalid(name, `use a number from 0 to ${most}`);
    return Number(text);
  }

  /** Steps away from an item that are followed; null: all. */
  depth(): number | null {
    return this.count('depth', MOST_STEPS);
  }

  /** [from, to), both needed. */
  period(): { readonly fromMs: number; readonly toMs: number } {
    const [fromMs, toMs] = [this.timeMs('from'), this.timeMs('to')];
    if (fromMs === null || toMs === null) throw invalid(fromMs === null ? 'from' : 'to', 'the period needs both its ends');
    if (fromMs >= toMs) throw invalid('to', 'the period ends before it begins');
    return { fromMs, toMs };
  }
}
