import { renameSync, writeFileSync } from 'node:fs';
import type { LadingClient, ReadOptions } from '@lading/sdk';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure, usage } from '../failure.js';
import { Session } from '../profile/session.js';
import { shellWord } from '../text/shell.js';
import { transactionIdOf } from '../text/transactionId.js';

const EVENT_ID = /^(?:urn:uuid:|ni:\/\/\/)/i;
const HEIGHTS = /^([1-9][0-9]{0,14})(?:\.\.([1-9][0-9]{0,14}))?$/;

/** Writes a proof: the story of an item, or the receipt of a transaction or event, unless another kind is asked for. */
export async function run(call: Call): Promise<number> {
  const out = call.required('out', '-o FILE');
  const id = call.arg(0);
  const kind = call.option('kind') ?? '';
  const session = Session.open(call);
  const { about, text } = await fetchProof(call, kind, id, session.client);
  if (out === '-') {
    call.out.raw(text);
    return EXIT.ok;
  }
  // A proof file is there whole or not at all.
  writeFileSync(`${out}.partial`, text);
  renameSync(`${out}.partial`, out);
  call.out.line(out);
  call.out.say(`${about}, ${text.length} bytes. It can be checked anywhere, without any network.`);
  call.out.say(`  next    lading verify ${shellWord(out)}`);
  return EXIT.ok;
}

interface Fetched {
  readonly about: string;
  readonly text: string;
}

/** Waits until what is to be proven is certified. */
async function fetchProof(call: Call, kind: string, id: string, client: LadingClient): Promise<Fetched> {
  const options = { timeoutMs: call.globals.timeoutMs };
  switch (kind) {
    case '':
      return namesNoItem(id) ? receipt(id, client, options) : story(call, id, client, options);
    case 'provenance':
      return story(call, id, client, options);
    case 'receipt':
      return receipt(id, client, options);
    case 'state':
      return { about: `What the state holds at ${id}`, text: (await client.stateProof(id, options)).text };
    case 'consistency': {
      const [, from, to] = HEIGHTS.exec(id) ?? [];
      if (from === undefined) throw usage('A consistency proof needs heights: FROM or FROM..TO', 'lading prove --help');
      const proof = await client.consistencyProof(Number(from), to === undefined ? undefined : Number(to), options);
      return { about: `That the history since height ${from} goes on`, text: proof.text };
    }
    default:
      throw usage(`There is no proof of kind ${kind}`, 'receipt, provenance, state or consistency');
  }
}

const namesNoItem = (id: string): boolean => transactionIdOf(id) !== null || EVENT_ID.test(id);

async function story(call: Call, id: string, client: LadingClient, options: ReadOptions): Promise<Fetched> {
  const scope = call.flag('conditions') ? 'conditions' : 'history';
  try {
    return { about: `The story of ${id}`, text: (await client.itemProof(id, scope, options)).text };
  } catch (error) {
    // Event ids may be any URI, so what is no item may still be an event.
    if ((error as { readonly code?: unknown }).code !== 'ITEM_UNKNOWN' || call.option('kind') !== undefined) throw error;
    return receipt(id, client, options);
  }
}

async function receipt(id: string, client: LadingClient, options: ReadOptions): Promise<Fetched> {
  const { id: subject, about } = await findSubject(id, client);
  return { about: `The receipt of ${about}`, text: (await client.receipt(subject, options)).text };
}

interface Subject {
  readonly id: string;
  readonly about: string;
}

async function findSubject(text: string, client: LadingClient): Promise<Subject> {
  const txId = transactionIdOf(text);
  if (txId !== null) return { id: txId, about: `transaction ${txId}` };
  if (EVENT_ID.test(text)) return { id: text, about: `event ${text}` };
  const item = await client.item(text).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code === 'ITEM_UNKNOWN') return null;
    throw error;
  });
  if (item === null) return { id: text, about: `event ${text}` };
  const latest = latestOf(item.events);
  if (latest === null) {
    throw new CliFailure({
      code: 'EVENT_UNKNOWN',
      what: `No event names ${text} itself`,
      next: 'lading event list --item URI',
      exitCode: EXIT.failed
    });
  }
  return { id: latest.txId, about: `the latest event on ${text} (${latest.eventID})` };
}

interface Recorded {
  readonly eventID: string;
  readonly txId: string;
  readonly height: number;
  readonly index: number;
  readonly eventIndex: number;
}

/** The last event that stands: one whose id comes twice was declared wrong, unless there is nothing else. */
function latestOf(events: readonly Recorded[]): Recorded | null {
  const standing = events.filter(({ eventID }) => events.filter((other) => other.eventID === eventID).length === 1);
  const candidates = standing.length > 0 ? standing : events;
  return candidates.reduce<Recorded | null>(
    (last, event) => (last === null || isLater(event, last) ? event : last),
    null
  );
}

/** By ledger order: event times are what people wrote. */
const isLater = (a: Recorded, b: Recorded): boolean =>
  a.height !== b.height ? a.height > b.height : a.index !== b.index ? a.index > b.index : a.eventIndex > b.eventIndex;
