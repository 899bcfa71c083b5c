import { QUANTITY_SCALE, parseQuantity, type JsonNode, type JsonObject } from '@lading/ledger';
import { parseDateTime } from '../event/dateTime.js';
import type { EpcisEvent } from '../event/model.js';
import { gs1Word, MEASUREMENTS } from '../event/vocabulary.js';
import type { Content, ItemState } from '../state/itemState.js';
import { decodeProduct, gtinOf, productKey, type ProductLimit } from '../state/productRecord.js';
import { outermost } from './R05.js';
import type { EventScope, Violation } from './rule.js';
import { modes, type RuleSheet } from './ruleSheet.js';

export const R22: RuleSheet = { rule: 'R22', codes: { EXCURSION: modes('off', 'flag', 'flag', 'flag') } };

/** Contents of a container whose products are asked for their limits. */
export const CONTENTS_WITH_LIMITS = 1000;

/** The extremes of one measurement over a sensor element's time. */
export interface Reading {
  readonly type: string;
  readonly uom: string;
  readonly min: bigint;
  readonly max: bigint;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * R22: a sensor report outside the limits of a product is an excursion: who held the item, what was measured, between
 * when. It is flagged on the item, or on the container that it is in. Reports of a place without objects are joined to
 * what was there by those who ask.
 */
export function checkExcursions(scope: EventScope): Violation | null {
  const { event, book } = scope;
  if (!hasSensors(event)) return null;
  let readings: readonly Reading[] | null = null;
  const named = [...event.epcs, ...event.quantities, ...(event.parent === null ? [] : [event.parent])];
  for (const { item: { uri } } of named) {
    const item = book.get(uri);
    const limits = limitsOf(scope, gtinsIn(uri, item));
    if (limits.length === 0) continue;
    readings ??= readingsOf(event);
    const found = readings.find((reading) => limits.some((limit) => isOutside(reading, limit)));
    if (found === undefined) continue;
    const holder = item === null ? '' : outermost(book, item).custodian;
    const refused = scope.raise('EXCURSION', [uri], holder, ...told(found));
    if (refused !== null) return refused;
  }
  return null;
}

/** Most products have none. */
function limitsOf({ values }: EventScope, gtins: readonly string[]): readonly ProductLimit[] {
  let limits: ProductLimit[] | null = null;
  for (const gtin of gtins) {
    const value = values.get(productKey(gtin));
    if (value !== null) (limits ??= []).push(...decodeProduct(value).limits);
  }
  return limits ?? UNLIMITED;
}

const UNLIMITED: readonly ProductLimit[] = [];

/** Products whose limits concern an item: its own, and those of the first things that it contains. */
export function gtinsIn(uri: string, item: ItemState | null, most: number = CONTENTS_WITH_LIMITS): readonly string[] {
  const own = gtinOf(uri);
  const { children, contents } = item ?? EMPTY;
  if (children.length + contents.length === 0) return own === '' ? [] : [own];
  const gtins = new Set([own]);
  for (let i = 0; i < Math.min(children.length, most); i++) gtins.add(gtinOf(children[i] as string));
  for (let i = 0; i < Math.min(contents.length, most - children.length); i++) gtins.add(gtinOf((contents[i] as Content).uri));
  gtins.delete('');
  return [...gtins];
}

const EMPTY: Pick<ItemState, 'children' | 'contents'> = { children: [], contents: [] };

const told = (reading: Reading): readonly (string | number)[] => [
  reading.type,
  reading.min.toString(),
  reading.max.toString(),
  reading.uom,
  reading.startMs,
  reading.endMs
];

const isOutside = (reading: Reading, limit: ProductLimit): boolean =>
  reading.type === limit.type && reading.uom === limit.uom && (reading.min < limit.min || reading.max > limit.max);

export const hasSensors = (event: EpcisEvent): boolean => event.node.members.has('sensorElementList');

export function readingsOf(event: Pick<EpcisEvent, 'node' | 'eventTimeMs'>): readonly Reading[] {
  return objectsIn(event.node.members.get('sensorElementList')).flatMap((element) => {
    const metadata = element.members.get('sensorMetadata');
    const at = (name: string): number | null => (metadata?.type === 'object' ? timeOf(metadata, name) : null);
    const time = at('time') ?? event.eventTimeMs;
    const span = { startMs: Math.max(0, at('startTime') ?? time), endMs: Math.max(0, at('endTime') ?? time) };
    return objectsIn(element.members.get('sensorReport')).flatMap((report) => readingOf(report, span));
  });
}

function readingOf(report: JsonObject, span: Pick<Reading, 'startMs' | 'endMs'>): readonly Reading[] {
  const values = ['value', 'minValue', 'maxValue', 'meanValue'].flatMap((name) => {
    const node = report.members.get(name);
    const amount = node?.type === 'number' ? measured(node.lexeme) : null;
    return amount === null ? [] : [amount];
  });
  const [first, ...rest] = values;
  const type = gs1Word(MEASUREMENTS, textIn(report, 'type'));
  if (first === undefined || type === null) return [];
  const min = rest.reduce((low, value) => (value < low ? value : low), first);
  const max = rest.reduce((high, value) => (value > high ? value : high), first);
  return [{ type, uom: textIn(report, 'uom'), min, max, ...span }];
}

/** Millionths, cut: sensors say more digits than a quantity has. null for what no product limit can be about. */
function measured(lexeme: string): bigint | null {
  const [, whole, fraction = ''] = /^(-?\d{1,15})(?:\.(\d+))?$/.exec(lexeme) ?? [];
  if (whole === undefined) return null;
  const amount = parseQuantity(fraction === '' ? whole : `${whole}.${fraction.slice(0, 6)}`);
  return amount.ok ? amount.value : BigInt(whole) * QUANTITY_SCALE;
}

function timeOf(node: JsonObject, name: string): number | null {
  const text = textIn(node, name);
  return text === '' ? null : parseDateTime(text);
}

function textIn(node: JsonObject, name: string): string {
  const value = node.members.get(name);
  return value?.type === 'string' ? value.value : '';
}

const objectsIn = (node: JsonNode | undefined): readonly JsonObject[] =>
  node?.type === 'array' ? node.items.flatMap((item) => (item.type === 'object' ? [item] : [])) : [];
