import { ApiFault } from '@lading/api';
import type { JsonNode, JsonObject } from '@lading/ledger';
import { parseDateTime } from '@lading/provenance';
import { objectOf, refused, textOf } from '../queries/definition.js';
import { readSchedule, SCHEDULE_FIELDS } from './schedule.js';

/** When a subscription reports, and from where on. */
export interface Timing {
  /** JSON text of the schedule's fields, or null: as soon as something matches. */
  readonly schedule: string | null;
  readonly reportIfEmpty: boolean;
  readonly initialRecordTimeMs: number | null;
}

export interface WebhookRequest extends Timing {
  readonly dest: string;
  readonly signatureToken: string | null;
}

const TOKEN_CHARACTERS = 1024;

/** The body of POST …/subscriptions. Throws SUBSCRIPTION_INVALID. Members it does not know are left alone, as in all of EPCIS. */
export function readSubscription(bytes: Uint8Array): WebhookRequest {
  const { members } = objectOf(bytes, 'SUBSCRIPTION_INVALID', 'send {"dest": …, "stream": true} or {"dest": …, "schedule": {…}}');
  const dest = textOf(members.get('dest'));
  if (dest === null) throw invalid('/dest', 'dest is the address to post to');
  const token = members.get('signatureToken');
  const signatureToken = textOf(token);
  if (token !== undefined && (signatureToken === null || signatureToken === '' || signatureToken.length > TOKEN_CHARACTERS)) {
    throw invalid('/signatureToken', `a signatureToken is a text of 1 to ${TOKEN_CHARACTERS} characters`);
  }
  const initial = members.get('initialRecordTime');
  const timing = timingOf({
    stream: truth(members.get('stream'), '/stream'),
    fields: scheduleFields(members.get('schedule')),
    reportIfEmpty: truth(members.get('reportIfEmpty'), '/reportIfEmpty') ?? false,
    initialRecordTime: initial === undefined ? null : (textOf(initial) ?? '')
  });
  return { dest, signatureToken, ...timing };
}

/** The parameters of a WebSocket subscription. */
export function readSocketParameters(parameters: URLSearchParams): Timing {
  const flag = (name: string): boolean | null => {
    const text = parameters.get(name);
    if (text !== null && text !== 'true' && text !== 'false') throw invalid('', `${name}: use true or false`);
    return text === null ? null : text === 'true';
  };
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (SCHEDULE_FIELDS.includes(name)) fields.set(name, value);
    else if (!['stream', 'reportIfEmpty', 'initialRecordTime'].includes(name)) throw invalid('', `${name} is not a parameter here`);
  }
  return timingOf({
    stream: flag('stream'),
    fields: fields.size === 0 ? null : fields,
    reportIfEmpty: flag('reportIfEmpty') ?? false,
    initialRecordTime: parameters.get('initialRecordTime')
  });
}

interface RawTiming {
  readonly stream: boolean | null;
  readonly fields: ReadonlyMap<string, string> | null;
  readonly reportIfEmpty: boolean;
  readonly initialRecordTime: string | null;
}

function timingOf({ stream, fields, reportIfEmpty, initialRecordTime }: RawTiming): Timing {
  if (stream === false) throw invalid('/stream', 'stream is true or absent');
  if ((stream === null) === (fields === null)) throw invalid('', 'give exactly one of stream and schedule');
  if (fields !== null) {
    const schedule = readSchedule(fields);
    if (typeof schedule === 'string') throw invalid('/schedule', schedule);
  }
  const initialRecordTimeMs = initialRecordTime === null ? null : parseDateTime(initialRecordTime);
  if (initialRecordTime !== null && initialRecordTimeMs === null) {
    throw invalid('/initialRecordTime', 'use a date and time with offset, as 2026-11-02T10:00:00Z');
  }
  const schedule = fields === null ? null : JSON.stringify(Object.fromEntries(fields));
  return { schedule, reportIfEmpty: reportIfEmpty && fields !== null, initialRecordTimeMs };
}

function scheduleFields(node: JsonNode | undefined): ReadonlyMap<string, string> | null {
  if (node === undefined || node.type === 'null') return null;
  if (node.type !== 'object') throw invalid('/schedule', 'a schedule is an object of fields');
  return new Map(memberTexts(node));
}

function memberTexts(node: JsonObject): readonly (readonly [string, string])[] {
  return [...node.members].map(([name, value]) => {
    if (value.type === 'string') return [name, value.value] as const;
    if (value.type === 'number') return [name, value.lexeme] as const;
    throw invalid(`/schedule/${name}`, 'a field is a text');
  });
}

function truth(node: JsonNode | undefined, pointer: string): boolean | null {
  if (node === undefined || node.type === 'null') return null;
  if (node.type !== 'boolean') throw invalid(pointer, 'use true or false');
  return node.value;
}

const invalid = (pointer: string, detail: string): ApiFault => refused('SUBSCRIPTION_INVALID', pointer, detail);
