import { groupUri } from '../identifiers/canonicalItem.js';
import { withFields } from '../state/copyItem.js';
import { insertAll } from '../state/sortedList.js';
import { decodeTransformation, encodeTransformation, transformationKey } from '../state/transformationRecord.js';
import type { EpcisEvent } from '../event/model.js';
import type { ExecutionContext } from '@lading/ledger';
import { violation, type EventScope, type Violation } from './rule.js';
import { inAll, type RuleSheet } from './ruleSheet.js';

export const R17: RuleSheet = { rule: 'R17', codes: { GROUP_CLOSED: inAll('refuse') } };

/** Inputs and outputs of one group: its record is read and written again with every event of it. */
const GROUP_ENTRIES = 2_000;
const GROUP_BYTES = 256 << 10;

/** `<height>/<index>/<eventIndex>`, or the group that a transformationID names; never another organization's group. */
export const transformationName = (event: EpcisEvent, context: ExecutionContext): string =>
  event.transformationID === ''
    ? `${context.height}/${context.index}/${event.index}`
    : groupUri(context.organization, event.transformationID);

/**
 * R17: events with one transformationID are one transformation: any input may be in any output. The group belongs to the
 * organization whose events name it, and takes no further events once that organization has closed it.
 */
export function joinGroup(scope: EventScope): Violation | null {
  const { event, book, signer } = scope;
  if (event.transformationID === '') return null;
  const uri = groupUri(signer, event.transformationID);
  const group = book.at(uri, 'group');
  if (group.status === 'INACTIVE') return violation('GROUP_CLOSED', [uri]);
  book.put(uri, withFields(group, { status: 'ACTIVE', custodian: signer }));
  return null;
}

/** Keeps what went in and came out, for recalls that are opened later. */
export function noteTransformation(scope: EventScope): Violation | null {
  const { event, values } = scope;
  const name = transformationName(event, scope.context);
  const before = decodeTransformation(values.get(transformationKey(name)));
  const uris = (lists: readonly (readonly { readonly item: { readonly uri: string } }[])[]): Set<string> =>
    new Set(lists.flatMap((list) => list.map(({ item }) => item.uri)));
  const inputs = fresh(before.inputs, uris([event.inputs, event.inputQuantities]));
  const outputs = fresh(before.outputs, uris([event.outputs, event.outputQuantities]));
  if (event.transformationID !== '' && isTooLarge([...inputs, ...outputs])) {
    return violation('LIST_TRANSFORMATION', [], name);
  }
  values.put(transformationKey(name), encodeTransformation({ inputs, outputs }));
  return null;
}

const isTooLarge = (uris: readonly string[]): boolean =>
  uris.length > GROUP_ENTRIES || uris.reduce((bytes, uri) => bytes + uri.length, 0) > GROUP_BYTES;

function fresh(known: readonly string[], added: ReadonlySet<string>): readonly string[] {
  const present = new Set(known);
  return insertAll(known, [...added].filter((uri) => !present.has(uri)));
}
