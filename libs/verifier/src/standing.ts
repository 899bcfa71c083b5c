import { decodeUtf8, toHex } from '@lading/kernel';
import type { OpenEvent, OpenProvenance } from './openProvenance.js';
import { ANOMALY_KEY } from './stateValue.js';

/**
 * What became of an event (spec/proofs.md 7.9). `attempt`: it was refused, and is kept as evidence alone. `unknown`: its
 * bytes are withheld, so it may be a declaration, or have been declared wrong.
 */
export type Standing = 'stands' | 'attempt' | 'declaration' | 'declared wrong' | 'unknown';

/** What tells whether two events are one and its declaration: they repeat each other but for errorDeclaration. */
interface Told {
  readonly organization: string;
  readonly eventID: string;
  readonly eventTime: string;
  readonly links: string;
  readonly declares: boolean;
}

/** In the order of the file's events. */
export function standings(story: OpenProvenance): readonly Standing[] {
  const applied = appliedIn(story);
  const told = story.events.map((event, index) => (applied(event, index) ? read(event, story) : null));
  const declarations = new Set(told.flatMap((one) => (one?.declares === true ? names(one) : [])));
  return story.events.map((event, index) => {
    const one = told[index] ?? null;
    if (one === null) return applied(event, index) ? 'unknown' : 'attempt';
    if (one.declares) return 'declaration';
    return names(one).some((name) => declarations.has(name)) ? 'declared wrong' : 'stands';
  });
}

/** What was applied is on other chains than those of anomalies, maybe as a leaf that is not shown. */
function appliedIn({ proof }: OpenProvenance): (event: OpenEvent, index: number) => boolean {
  const chains = proof.chains.filter(({ key }) => !key.startsWith(ANOMALY_KEY));
  const shown = new Set(chains.flatMap(({ events }) => events));
  const leaves = new Set(chains.flatMap(({ after }) => after.map(toHex)));
  return ({ leaf }, index) => shown.has(index) || leaves.has(toHex(leaf));
}

/** Null where the bytes are withheld. */
function read({ event }: OpenEvent, { transactions }: OpenProvenance): Told | null {
  const transaction = event.end === 0 ? undefined : transactions.get(toHex(event.txId));
  if (transaction === undefined) return null;
  // A quorum has executed it, so it is JSON in the ledger's profile: JSON.parse finds what every strict reader finds.
  const members = objectOf(decodeUtf8(transaction.payload, event.start, event.end) ?? '');
  const text = (name: string): string => (typeof members[name] === 'string' ? members[name] : '');
  return {
    organization: transaction.organization,
    eventID: text('eventID'),
    eventTime: text('eventTime'),
    links: toHex(event.links),
    declares: transaction.header.op === 'epcis.capture' && Object.hasOwn(members, 'errorDeclaration')
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** By its id; an event without one is known by what else a declaration must repeat. */
const names = ({ organization, eventID, eventTime, links }: Told): readonly string[] => [
  eventID === '' ? `${organization} ${eventTime} ${links}` : `${organization} ${eventID}`
];
