import { unreachable } from '@lading/kernel';
import { decodeGenesis, scanJson, toPlainJson, type EpochConfig } from '@lading/ledger';
import type { ProofReport, ProvenanceFacts, ReceiptFacts, StoryEvent } from '@lading/verifier';
import { itemName } from '../text/itemName.js';
import { NameBook } from '../text/nameBook.js';
import { safeText } from '../text/safe.js';
import { minute, sentence } from '../text/sentence.js';
import { eventsOf, toldEvent } from '../text/toldEvent.js';

/** Events of a story that are told; a program reads all of them with --json. */
const TOLD = 100;

/** What a verified proof says, in one line. */
export function titleOf(judged: ProofReport, genesisBytes: Uint8Array): string {
  const genesis = decodeGenesis(genesisBytes);
  if (judged.report.facts === null || !genesis.ok) return '';
  switch (judged.kind) {
    case 'receipt':
      return receiptTitle(judged.report.facts as ReceiptFacts, genesis.value.config);
    case 'state': {
      const { key, value, checkpointHeight, timestampMs } = judged.report.facts;
      const held = value === null ? 'was not there' : `had ${value.length} bytes`;
      return safeText(`${key} ${held} at height ${checkpointHeight}, ${minute(timestampMs)}`);
    }
    case 'consistency': {
      const { from, to } = judged.report.facts;
      return `the history at height ${to.height} extends that at height ${from.height}`;
    }
    case 'fraud': {
      const { culprits, kind, height } = judged.report.facts;
      return safeText(`${culprits.join(', ')} signed two ${kind} statements about height ${height}`);
    }
    case 'countersigned': {
      const { checkpointHeight, witness, witnessedMs } = judged.report.facts;
      return safeText(`the witness ${witness} had checked height ${checkpointHeight} on ${minute(witnessedMs)}`);
    }
    case 'provenance': {
      const { subject, items, events, checkpointHeight, timestampMs } = judged.report.facts;
      const size = `${events.length} events on ${items.length} items`;
      return safeText(`the story of ${itemName(subject).short}: ${size}, as of height ${checkpointHeight}, ${minute(timestampMs)}`);
    }
  }
}

/** "LOT-7F3 …" in words, from the signed content. */
function receiptTitle(facts: ReceiptFacts, config: EpochConfig): string {
  const { transaction } = facts;
  const scanned = scanJson(transaction.payload);
  const events = scanned.ok && transaction.op === 'epcis.capture' ? eventsOf(toPlainJson(scanned.value)) : [];
  const [first] = events;
  const by = `${transaction.organization}/${transaction.member}`;
  if (first === undefined) return safeText(`${transaction.op} by ${by}, ${minute(facts.timestampMs)}`);
  const told = toldEvent(first, transaction.organization);
  const more = events.length > 1 ? ` (and ${events.length - 1} more events)` : '';
  const words = sentence(told, new NameBook(config));
  const deed = first['errorDeclaration'] === undefined ? words : `a declaration that this was recorded wrongly: ${words}`;
  return `${deed}${more}, ${minute(told.eventTime)}; recorded ${minute(facts.timestampMs)}`;
}

/** The story, one line an event, and what is strange about it. */
export function storyLines(facts: ProvenanceFacts, genesisBytes: Uint8Array): readonly string[] {
  const genesis = decodeGenesis(genesisBytes);
  if (!genesis.ok) return [];
  const names = new NameBook(genesis.value.config);
  const lines = facts.events.slice(0, TOLD).map((event) => `${minute(event.timestampMs)}  ${standing(event)}${eventLine(event, names)}`);
  const more = facts.events.length > TOLD ? [`… and ${facts.events.length - TOLD} more events: --json shows all`] : [];
  return [...lines, ...more];
}

/** Anomalies, recalls and keys, each as one line. */
export function concernLines(facts: ProvenanceFacts): readonly string[] {
  return [
    ...facts.anomalies.map(({ item, kind }) => safeText(`anomaly: ${kind} on ${itemName(item).short}`)),
    ...facts.recalls.map(({ id, item, relations }) => safeText(`RECALLED: ${id} on ${itemName(item).short} (${relations.join(', ')})`)),
    ...facts.inactiveKeys.map((kid) => safeText(`the key ${kid} signed and is not active any more`))
  ];
}

/** What was refused, or taken back later, is not told like what stands. */
function standing({ standing: is }: StoryEvent): string {
  switch (is) {
    case 'attempt':
      return 'REFUSED: ';
    case 'declaration':
      return 'declared that this was recorded wrongly: ';
    case 'declared wrong':
      return 'DECLARED WRONG later: ';
    case 'stands':
    case 'unknown':
      return '';
    default:
      return unreachable(is, 'standing');
  }
}

function eventLine(event: StoryEvent, names: NameBook): string {
  const scanned = event.bytes === null || event.op !== 'epcis.capture' ? null : scanJson(event.bytes);
  const [first] = scanned?.ok === true ? eventsOf(toPlainJson(scanned.value)) : [];
  if (first !== undefined) return sentence(toldEvent(first, event.signer?.split('/')[0] ?? ''), names);
  const linked = event.links.map(({ itemKey }) => itemName(itemKey).short).slice(0, 3).join(', ');
  return safeText(`${event.bizStep === '' ? event.type : event.bizStep}: ${linked}${event.bytes === null ? ' (content withheld)' : ''}`);
}
