import { createHash } from 'node:crypto';
import { ApiFault, decodeCursor } from '@lading/api';
import { LIMITS } from '@lading/kernel';
import { canonicalUri, parseDateTime } from '@lading/provenance';
import type { EventQuery } from '@lading/storage';
import { standardWord } from './standardWord.js';

/** Query parameters as the router gives them: repeated ones as a list. */
export type RawParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

type Draft = { -readonly [K in keyof EventQuery]: EventQuery[K] } & {
  matches: { readonly roles: readonly string[]; readonly items: readonly string[] }[];
};

const MATCH_ROLES: Readonly<Record<string, readonly string[]>> = {
  MATCH_epc: ['epc', 'childEPC'],
  MATCH_parentID: ['parentID'],
  MATCH_inputEPC: ['inputEPC'],
  MATCH_outputEPC: ['outputEPC'],
  MATCH_anyEPC: ['epc', 'childEPC', 'parentID', 'inputEPC', 'outputEPC'],
  MATCH_epcClass: ['epcClass', 'childEPCClass'],
  MATCH_inputEPCClass: ['inputEPCClass'],
  MATCH_outputEPCClass: ['outputEPCClass'],
  MATCH_anyEPCClass: ['epcClass', 'childEPCClass', 'inputEPCClass', 'outputEPCClass']
};

const EVENT_TYPES = ['ObjectEvent', 'AggregationEvent', 'AssociationEvent', 'TransactionEvent', 'TransformationEvent'];
const ACTIONS = ['ADD', 'OBSERVE', 'DELETE'];

const READERS: Readonly<Record<string, (draft: Draft, values: readonly string[], name: string) => void>> = {
  eventType: (draft, values, name) => (draft.types = each(values, (v) => (EVENT_TYPES.includes(v) ? v : null), name)),
  EQ_action: (draft, values, name) => (draft.actions = each(values, (v) => (ACTIONS.includes(v) ? v : null), name)),
  EQ_bizStep: (draft, values) => (draft.bizSteps = values.map((v) => standardWord('bizStep', v))),
  EQ_disposition: (draft, values) => (draft.dispositions = values.map((v) => standardWord('disposition', v))),
  EQ_readPoint: (draft, values, name) => (draft.readPoints = each(values, canonicalUri, name)),
  EQ_bizLocation: (draft, values, name) => (draft.bizLocations = each(values, canonicalUri, name)),
  EQ_eventID: (draft, values) => (draft.eventIds = values),
  EQ_transformationID: (draft, values) => (draft.transformationIds = values),
  EXISTS_errorDeclaration: (draft, values, name) => (draft.errorDeclared = only(values, name) !== 'false'),
  GE_eventTime: (draft, values, name) => (draft.eventTimeFromMs = time(values, name)),
  LT_eventTime: (draft, values, name) => (draft.eventTimeBeforeMs = time(values, name)),
  GE_recordTime: (draft, values, name) => (draft.recordTimeFromMs = time(values, name)),
  LT_recordTime: (draft, values, name) => (draft.recordTimeBeforeMs = time(values, name))
};

export const EVENT_PARAMETERS: readonly string[] = [...Object.keys(READERS), ...Object.keys(MATCH_ROLES)];
export const PAGE_PARAMETERS = ['orderBy', 'orderDirection', 'perPage', 'nextPageToken'] as const;

export interface PagedQuery {
  readonly query: EventQuery;
  readonly perPage: number;
  /** Ties page tokens to the parameters that they continue. */
  readonly fingerprint: string;
}

/** The query of a request, or an ApiFault naming the parameter. Multi-values are separated by `|` (EPCIS 2.0). */
export function readQuery(parameters: RawParameters): PagedQuery {
  const draft: Draft = { matches: [], order: 'sequence', direction: 'ASC', limit: 0 };
  const used: string[] = [];
  for (const [name, raw] of Object.entries(parameters)) {
    if (raw === undefined || (PAGE_PARAMETERS as readonly string[]).includes(name)) continue;
    const values = single(raw, name)
      .split('|')
      .filter((value) => value !== '');
    if (values.length === 0) throw invalid(name, 'it has no value');
    readOne(draft, name, values);
    used.push(`${name}=${values.join('|')}`);
  }
  readOrder(draft, parameters);
  const perPage = pageSize(parameters['perPage']);
  draft.limit = perPage + 1;
  const text = [...used.sort(), draft.order, draft.direction].join('&');
  const fingerprint = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  const token = parameters['nextPageToken'];
  if (token !== undefined) {
    const cursor = decodeCursor(single(token, 'nextPageToken'), draft.order === 'sequence' ? 1 : 2);
    if (cursor === null || cursor.fingerprint !== fingerprint) {
      throw new ApiFault('CURSOR_INVALID', 'use a nextPageToken with exactly the parameters of the page that gave it');
    }
    draft.after = cursor.after;
  }
  return { query: draft, perPage, fingerprint };
}

function readOne(draft: Draft, name: string, values: readonly string[]): void {
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader !== undefined) {
    reader(draft, values, name);
    return;
  }
  const roles = Object.hasOwn(MATCH_ROLES, name) ? MATCH_ROLES[name] : undefined;
  if (roles === undefined) {
    throw new ApiFault('PARAMETER_UNKNOWN', `${name} is not a parameter of this query; known: ${known()}`);
  }
  draft.matches.push({ roles, items: each(values, canonicalUri, name) });
}

function readOrder(draft: Draft, parameters: RawParameters): void {
  const by = parameters['orderBy'];
  const direction = parameters['orderDirection'];
  if (by !== undefined) {
    const field = single(by, 'orderBy');
    if (field !== 'eventTime' && field !== 'recordTime') throw invalid('orderBy', 'use eventTime or recordTime');
    draft.order = field === 'eventTime' ? 'eventTime' : 'sequence';
    draft.direction = 'DESC';
  }
  if (direction === undefined) return;
  const given = single(direction, 'orderDirection');
  if (given !== 'ASC' && given !== 'DESC') throw invalid('orderDirection', 'use ASC or DESC');
  draft.direction = given;
}

export function pageSize(raw: string | readonly string[] | undefined): number {
  if (raw === undefined) return LIMITS.perPageDefault;
  const text = single(raw, 'perPage');
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw invalid('perPage', 'use a number from 1');
  return Math.min(Number(text), LIMITS.perPageMax);
}

export function single(raw: string | readonly string[], name: string): string {
  if (typeof raw === 'string') return raw;
  throw invalid(name, 'it is given more than once; separate values by |');
}

function only(values: readonly string[], name: string): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw invalid(name, 'it takes one value');
  return value;
}

function time(values: readonly string[], name: string): number {
  const ms = parseDateTime(only(values, name));
  if (ms === null) throw invalid(name, 'use a date and time with offset, as 2026-11-02T10:00:00Z');
  return ms;
}

function each(values: readonly string[], read: (value: string) => string | null, name: string): readonly string[] {
  return values.map((value) => {
    const found = read(value);
    if (found === null) throw invalid(name, `${value} is not a value that it takes`);
    return found;
  });
}

const invalid = (name: string, why: string): ApiFault => new ApiFault('PARAMETER_INVALID', `${name}: ${why}`);
const known = (): string => [...EVENT_PARAMETERS, ...PAGE_PARAMETERS].join(', ');
