import { uuidArray } from '../ledgerStore/binaryArray.js';
import { hasValue, isNamed } from './fieldValues.js';
import type { ItemMatch, ItemPattern, ItemSource } from './projection.types.js';
import { HASH_BYTES, hashText } from './statement.js';

type Bind = (value: unknown) => string;
type Described = Extract<ItemSource, { kind: 'described' }>;

const GTIN = 'https://id.gs1.org/01/';
const GTIN_CHARACTERS = GTIN.length + 14;
/** What GS1 identifiers begin with, and the index by their next characters leaves out. */
const ROOT = 'https://id.gs1.org/';
/** Characters by which patterns find them: enough for every key with its qualifier's name. */
const STEM_CHARACTERS = 45;
/** In the words of the index, by which the planner knows that it may be used. */
const STEM = `substring(t.item FROM ${ROOT.length + 1} FOR ${STEM_CHARACTERS}) COLLATE "C"`;
const IN_STEMS = `starts_with(t.item, '${ROOT}')`;

/** SQL of the hashes of what a source stands for: for those that are few. */
export function sourceHashes(source: ItemSource, bind: Bind): string {
  if (source.kind === 'pattern') {
    return `SELECT t.item_hash FROM provenance.item t WHERE ${inStems(source.pattern, bind)} AND ${fits(source.pattern, bind)}`;
  }
  const kinds = `v.kind = ANY(${bind(source.terms)}::text[])`;
  return [
    `SELECT v.value_hash FROM provenance.vocabulary v WHERE ${kinds}`,
    `SELECT t.item_hash FROM provenance.vocabulary v JOIN provenance.item t ON ${IN_STEMS}
       AND ${STEM} >= substring(v.value || '/' FROM ${ROOT.length + 1}) COLLATE "C"
       AND ${STEM} < substring(v.value || '0' FROM ${ROOT.length + 1}) COLLATE "C"
     WHERE ${kinds} AND v.value ~ '^${GTIN.replaceAll('.', '\\.')}[0-9]{14}$'`,
    `SELECT m.item_hash FROM provenance.event_field f JOIN provenance.event_item m ON m.sequence = f.sequence
     WHERE ${ofFields(source, bind)} AND ${MADE}`
  ].join(' UNION ALL ');
}

/**
 * That some item of event `e` has one of the roles and is one of the items, or comes from one of the sources. Sources stand
 * for so many items that events are met sooner by going through them in order, item by item: `OFFSET 0` keeps the planner,
 * which cannot know, from looking all items up first.
 */
export function matchCondition({ roles, items, sources = [] }: ItemMatch, bind: Bind): string {
  const role = roles === null ? '' : ` AND i.role = ANY(${bind(roles)}::text[])`;
  const listed = `i.item_hash = ANY(${bind(uuidArray(items.map(hashText)))}::uuid[])`;
  if (sources.length === 0) return `e.sequence IN (SELECT i.sequence FROM provenance.event_item i WHERE ${listed}${role})`;
  const one = [listed, ...sources.flatMap((source) => conditionsOf(source, bind))].join(' OR ');
  return `EXISTS (SELECT FROM provenance.event_item i WHERE i.sequence = e.sequence${role} AND (${one}) OFFSET 0)`;
}

/** That the item of link `i` comes from the source, in one of these ways. */
function conditionsOf(source: ItemSource, bind: Bind): readonly string[] {
  const exists = (from: string): string => `EXISTS (SELECT FROM ${from} OFFSET 0)`;
  if (source.kind === 'pattern') return [exists(`provenance.item t WHERE t.item_hash = i.item_hash AND ${fits(source.pattern, bind)}`)];
  const term = `provenance.vocabulary v WHERE v.kind = ANY(${bind(source.terms)}::text[]) AND v.value_hash`;
  const gtin = `left(t.item, ${GTIN_CHARACTERS})`;
  return [
    exists(`${term} = i.item_hash`),
    exists(
      `provenance.item t WHERE t.item_hash = i.item_hash AND t.item ~ '^${GTIN.replaceAll('.', '\\.')}[0-9]{14}/' AND ` +
        exists(`${term} = encode(substring(sha256(convert_to(${gtin}, 'UTF8')) FROM 1 FOR ${HASH_BYTES}), 'hex')::uuid`)
    ),
    exists(
      `provenance.event_item m JOIN provenance.event_field f ON f.sequence = m.sequence
       WHERE m.item_hash = i.item_hash AND ${MADE} AND ${ofFields(source, bind)}`
    )
  ];
}

/** Roles of what came into being by an event. */
const MADE = `m.role IN ('epc', 'epcClass', 'outputEPC', 'outputEPCClass')`;

const ofFields = ({ fields, wanted }: Described, bind: Bind): string =>
  wanted === null ? isNamed(fields, bind) : hasValue(fields, wanted, bind);

const text = (value: string, bind: Bind): string => `${bind(value)}::text`;

/** That item `t` fits the pattern. */
function fits({ prefixes, form }: ItemPattern, bind: Bind): string {
  const begins = prefixes.map((prefix) => `starts_with(t.item, ${text(prefix, bind)})`);
  return `(${begins.join(' OR ')}) AND t.item ~ ${text(form, bind)}`;
}

/** That item `t` is where the index has the beginnings of the pattern. */
function inStems({ prefixes }: ItemPattern, bind: Bind): string {
  const ranges = prefixes.map((prefix) => {
    const stem = prefix.slice(ROOT.length, ROOT.length + STEM_CHARACTERS);
    return `(${STEM} >= ${text(stem, bind)} AND ${STEM} < ${text(behind(stem), bind)})`;
  });
  return `${IN_STEMS} AND (${ranges.join(' OR ')})`;
}

/** The first text that no text with this beginning lies behind; beginnings are ASCII, and longer than {@link ROOT}. */
const behind = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
