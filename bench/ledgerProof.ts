import type { DemoMember } from '../apps/node/src/dev/demoMember.js';
import { sha256Node, sodiumVerify } from '@lading/identity';
import { verifyProvenance } from '@lading/verifier';
import { bearer } from '../test/e2e/http.js';

/** A proof of provenance as a member gets it, and what it took. */
export interface MeasuredProof {
  readonly text: string;
  /** From the request to the last byte of the answer. */
  readonly serverMs: number;
}

export async function askStory(member: DemoMember, item: string): Promise<MeasuredProof> {
  const started = performance.now();
  const response = await fetch(`${member.node.url}/v1/items/${encodeURIComponent(item)}/proof`, { headers: bearer(member) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`proof of ${item}: ${response.status} ${text.slice(0, 500)}`);
  return { text, serverMs: performance.now() - started };
}

/** Bytes of a proof beside its events: what they are written in, base64url of whole transactions and links, is not counted. */
export function bytesBesideEvents(text: string): number {
  const { events, transactions } = JSON.parse(text) as { events: readonly { links?: string }[]; transactions: readonly string[] };
  const links = events.reduce((sum, { links: own = '' }) => sum + own.length, 0);
  return text.length - links - transactions.reduce((sum, tx) => sum + tx.length, 0);
}

/** Verifies as a node's machine does, with its libraries; items of the story that were proven, 0 when it is refused. */
export function verifyStory(text: string, genesisBytes: Uint8Array): { readonly items: number; readonly ms: number } {
  const started = performance.now();
  const { verdict, facts } = verifyProvenance(text, genesisBytes, { sha256: sha256Node, verify: sodiumVerify });
  return { items: verdict === 'VERIFIED' ? (facts?.items.length ?? 0) : 0, ms: performance.now() - started };
}
