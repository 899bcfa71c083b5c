import { ok, reject, type Result } from '@lading/kernel';
import { aiEntry, matchesAi, type AiEntry } from './aiDictionary.js';
import type { AiElement, AiFault } from './aiElements.js';

/** Keys whose serial part is optional; a digital signature needs it (GS1 General Specifications, AI 8030). */
const LENGTH_WITHOUT_SERIAL: ReadonlyMap<string, number> = new Map([
  ['253', 13],
  ['255', 13],
  ['8003', 14]
]);

function repeated(elements: readonly AiElement[]): string | null {
  const values = new Map<string, string>();
  for (const { ai, value } of elements) {
    const first = values.get(ai);
    if (first !== undefined && first !== value) return `(${ai}) stands twice with different values`;
    values.set(ai, value);
  }
  return null;
}

function excluded(entry: AiEntry, present: ReadonlySet<string>): string | null {
  for (const pattern of entry.excludes) {
    for (const ai of present) if (ai !== entry.ai && matchesAi(pattern, ai)) return `(${entry.ai}) and (${ai}) exclude each other`;
  }
  return null;
}

function missing(entry: AiEntry, present: ReadonlySet<string>): string | null {
  const isThere = (pattern: string): boolean => [...present].some((ai) => ai !== entry.ai && matchesAi(pattern, ai));
  for (const group of entry.requires) {
    if (group.some((option) => option.every(isThere))) continue;
    const options = group.map((option) => option.map((ai) => `(${ai})`).join(' with '));
    return `(${entry.ai}) ${entry.title} needs ${options.join(' or ')}`;
  }
  return null;
}

function unsignable(elements: readonly AiElement[]): string | null {
  if (!elements.some(({ ai }) => ai === '8030')) return null;
  const bare = elements.find(({ ai, value }) => value.length <= (LENGTH_WITHOUT_SERIAL.get(ai) ?? -1));
  return bare === undefined ? null : `(8030) signs one thing: (${bare.ai}) needs its serial part`;
}

/**
 * The rules between identifiers on one thing: no identifier twice with different values, none that exclude each other,
 * none without those that give it its meaning (GS1 General Specifications §4.13, §4.14).
 */
export function checkAiSet(elements: readonly AiElement[]): Result<null, AiFault> {
  const present = new Set(elements.map(({ ai }) => ai));
  let fault = repeated(elements);
  for (const ai of present) {
    const entry = aiEntry(ai);
    if (entry !== null) fault ??= excluded(entry, present) ?? missing(entry, present);
  }
  fault ??= unsignable(elements);
  return fault === null ? ok(null) : reject('AI_COMBINATION', fault);
}
