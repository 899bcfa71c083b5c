import { assert } from '@lading/kernel';
import { AI_TABLE } from './aiTable.js';

/** Character sets of the GS1 General Specifications §7.11: digits, 82, 39, and 64 (base64url). */
export type Charset = 'N' | 'X' | 'Y' | 'Z';

export interface AiComponent {
  readonly charset: Charset;
  readonly min: number;
  readonly max: number;
  readonly isOptional: boolean;
  /** Names of {@link LINTERS}. */
  readonly linters: readonly string[];
}

/** One application identifier of the GS1 Barcode Syntax Dictionary. */
export interface AiEntry {
  readonly ai: string;
  readonly title: string;
  /** Its length is known beforehand: no separator follows it in a barcode. */
  readonly isPredefinedLength: boolean;
  /** It may stand in the query of a Digital Link. */
  readonly isDataAttribute: boolean;
  readonly components: readonly AiComponent[];
  /** Each group: one of its alternatives must be there, each alternative a list of AIs or patterns (`35nn`). */
  readonly requires: readonly (readonly (readonly string[])[])[];
  readonly excludes: readonly string[];
  /** Alternative sequences of qualifiers when it is a key of Digital Links, [[]] for a key without; null for no key. */
  readonly qualifiers: readonly (readonly string[])[] | null;
}

function component(text: string): AiComponent {
  const [format = '', ...linters] = text.replace(']', '').replace('[', '').split(',');
  const match = /^([NXYZ])(\.\.)?(\d+)$/.exec(format);
  assert(match !== null, `aiDictionary: ${text} is no component`);
  const max = Number(match[3]);
  const min = match[2] === undefined ? max : 1;
  return { charset: match[1] as Charset, min, max, isOptional: text.startsWith('['), linters };
}

const valuesOf = (attributes: readonly string[], name: string): readonly string[] =>
  attributes.filter((text) => text.startsWith(`${name}=`)).map((text) => text.slice(name.length + 1));

function keyQualifiers(attributes: readonly string[]): AiEntry['qualifiers'] {
  const [sequences] = valuesOf(attributes, 'dlpkey');
  if (sequences !== undefined) return sequences.split('|').map((sequence) => sequence.split(','));
  return attributes.includes('dlpkey') ? [[]] : null;
}

function entriesOf(row: string): readonly AiEntry[] {
  const [ais = '', flags = '', components = '', attributeText = '', title = ''] = row.split(';');
  const attributes = attributeText === '' ? [] : attributeText.split(' ');
  const [first = '', last = first] = ais.split('-');
  const entry: Omit<AiEntry, 'ai'> = {
    title,
    isPredefinedLength: flags.includes('*'),
    isDataAttribute: flags.includes('?'),
    components: components.split(' ').map(component),
    requires: valuesOf(attributes, 'req').map((group) => group.split(',').map((option) => option.split('+'))),
    excludes: valuesOf(attributes, 'ex').flatMap((list) => list.split(',')),
    qualifiers: keyQualifiers(attributes)
  };
  const entries: AiEntry[] = [];
  for (let ai = Number(first); ai <= Number(last); ai++) entries.push({ ...entry, ai: String(ai).padStart(first.length, '0') });
  return entries;
}

const ENTRIES: ReadonlyMap<string, AiEntry> = new Map(AI_TABLE.flatMap(entriesOf).map((entry) => [entry.ai, entry]));

/** The entry of an application identifier, or null: GS1 has not assigned it. */
export const aiEntry = (ai: string): AiEntry | null => ENTRIES.get(ai) ?? null;

/** The entry that begins at `offset` of an element string: no AI is the beginning of another. */
export function aiEntryAt(text: string, offset: number): AiEntry | null {
  for (const length of [2, 3, 4]) {
    const entry = ENTRIES.get(text.slice(offset, offset + length));
    if (entry !== undefined && entry.ai.length === length) return entry;
  }
  return null;
}

/** Characters of the longest value. */
export const longestValue = (entry: AiEntry): number => entry.components.reduce((sum, { max }) => sum + max, 0);

/** Whether an AI is meant by a pattern such as `35nn`. */
export const matchesAi = (pattern: string, ai: string): boolean =>
  pattern.length === ai.length && [...pattern].every((char, i) => char === 'n' || char === ai[i]);
