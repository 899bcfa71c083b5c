import { parseEpcisDocument, type EventFault } from '@lading/provenance';
import { Ajv } from 'ajv';
import * as formats from 'ajv-formats';
import { documentsIn, jsonOf, textOf } from '../provenance/files.js';
import { changed, Chance, type Json } from './schemaDocuments.js';

/** Our validator beside the published schema: same verdict, or a difference that has a reason. */

/** Codes of what only the text of the standards asks for (layer L2), and of our limits; the schema knows none of it. */
const BEYOND_SCHEMA: ReadonlySet<string> = new Set(['ID_SYNTAX', 'ID_CHECK_DIGIT', 'NUMBER_RANGE', 'TEXT_RULE', 'EVENT_LIMIT']);

/** Reasons by fault; each has its sentence in spec/provenance.md. */
function strictnessOf({ code, pointer, message }: EventFault): string | null {
  if (BEYOND_SCHEMA.has(code)) return code;
  if (code === 'FIELD_MISSING' && /^an AggregationEvent with action (?:ADD|DELETE) needs parentID$/.test(message)) return 'parentID';
  if (code === 'LIST_LENGTH' && message === 'the document holds no event') return 'no event';
  if (code === 'FIELD_VALUE' && /type$/.test(pointer) && /one of the five event types/.test(message)) return 'own event type';
  if (code.startsWith('JSON_')) return code;
  if (/\/persistentDisposition(?:\/|$)/.test(pointer)) return 'persistentDisposition of three types';
  return null;
}

const CBV_SPELLING = new RegExp(
  String.raw`^(?:urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):|` +
    String.raw`(?:https?://(?:ref|ns)\.gs1\.org/cbv/|cbv:)(?:BizStep|Disp|BTT|SDT|ER|Comp)-)(\w+)$`
);
const GS1_SPELLING = /^(?:https?:\/\/(?:www\.|ref\.)?gs1\.org\/voc\/|gs1:)(?:SensorAlertType-)?(\w+)$/;

/** Which vocabulary a field has: that of the sensors is GS1's, the others are the Core Business Vocabulary. */
const spellingOf = (path: readonly string[]): RegExp | null => {
  const field = path.at(-1) ?? '';
  if (field === 'exception' || (field === 'type' && path.at(-2) === 'sensorReport')) return GS1_SPELLING;
  return /^(?:bizStep|disposition|type|reason|component|set|unset)$/.test(field) ? CBV_SPELLING : null;
};

/** The document with vocabulary words in the one spelling that the schema has. */
export function bareWords(value: Json, path: readonly string[] = []): Json {
  if (Array.isArray(value)) return value.map((item) => bareWords(item, path));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, bareWords(inner, [...path, name])]));
  }
  return typeof value === 'string' ? (spellingOf(path)?.exec(value)?.[1] ?? value) : value;
}

export type Verdict =
  | { readonly kind: 'same'; readonly valid: boolean }
  | { readonly kind: 'explained'; readonly reason: string }
  | { readonly kind: 'unexplained'; readonly document: string; readonly ours: string; readonly schema: string };

export class SchemaComparison {
  readonly #validate: (value: unknown) => boolean;
  #firstError: () => string = () => '';

  constructor() {
    const ajv = new Ajv({ strict: false });
    (formats.default as unknown as (ajv: Ajv) => void)(ajv);
    const validate = ajv.compile(jsonOf('spec/epcis-json-schema-2.0.1.json') as object);
    this.#validate = (value) => validate(value) === true;
    this.#firstError = () => `${validate.errors?.[0]?.instancePath ?? ''} ${validate.errors?.[0]?.message ?? ''}`;
  }

  /** Documents of the test data that the schema accepts. */
  validDocuments(): readonly Json[] {
    return ['events', 'chains', 'large', 'hash-vectors'].flatMap(documentsIn).flatMap((name) => {
      try {
        const value = JSON.parse(textOf(name)) as Json;
        return this.#validate(value) ? [value] : [];
      } catch {
        return [];
      }
    });
  }

  compare(document: Json): Verdict {
    const text = JSON.stringify(document);
    const ours = parseEpcisDocument(Buffer.from(text));
    // Read again: objects of another realm are never equal for the schema's rule of distinct items.
    const schema = this.#validate(JSON.parse(text));
    const error = schema ? 'valid' : this.#firstError();
    if (ours.ok === schema) return { kind: 'same', valid: schema };
    if (ours.ok) {
      if (this.#validate(bareWords(JSON.parse(text) as Json))) return { kind: 'explained', reason: 'vocabulary spelling' };
      return { kind: 'unexplained', document: text, ours: 'valid', schema: error };
    }
    const reasons = ours.faults.map(strictnessOf);
    if (!reasons.includes(null)) return { kind: 'explained', reason: reasons[0] ?? '' };
    const fault = `${ours.code} ${ours.pointer} ${ours.detail}`;
    return { kind: 'unexplained', document: text, ours: fault, schema: error };
  }
}

export interface Tally {
  readonly compared: number;
  readonly valid: number;
  readonly invalid: number;
  /** Differences by reason. */
  readonly explained: Readonly<Record<string, number>>;
  readonly unexplained: readonly Verdict[];
}

/** Compares `count` documents; seeds from `firstSeed` on. */
export function compareMany(count: number, firstSeed: number): Tally {
  const comparison = new SchemaComparison();
  const documents = comparison.validDocuments();
  const explained: Record<string, number> = {};
  const unexplained: Verdict[] = [];
  let valid = 0;
  let invalid = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const chance = new Chance(seed);
    const verdict = comparison.compare(changed(chance.of(documents), chance));
    if (verdict.kind === 'unexplained') unexplained.push(verdict);
    else if (verdict.kind === 'explained') explained[verdict.reason] = (explained[verdict.reason] ?? 0) + 1;
    else if (verdict.valid) valid += 1;
    else invalid += 1;
  }
  return { compared: count, valid, invalid, explained, unexplained };
}
