import { join } from 'node:path';
import { toBase64Url } from '@lading/kernel';
import { type Genesis, toCompactJws, type Transaction } from '@lading/ledger';
import { inspectKeyFile, NETWORK_FILES } from '@lading/identity';
import { DemoMember } from './demoMember.js';
import type { DemoNode } from './layout.js';
import { CLERK } from './storyLoader.js';

/** Outcomes that mean: it was registered, now or in an earlier run. */
const REGISTERED = new Set(['', 'MEMBER_EXISTS', 'KEY_EXISTS']);
const ATTEMPTS = 20;
const RETRY_MS = 500;

interface Line {
  readonly code: string;
  readonly detail: unknown;
}

/**
 * Signs, with each organization's admin key, the operations that put its clerk, its token key and its service key on
 * the ledger, and sends them as one bulk request. Repeating it changes nothing.
 */
export async function registerMembers(nodes: readonly DemoNode[], genesis: Genesis): Promise<void> {
  await Promise.all(nodes.map((node) => registerOrganization(node, genesis)));
}

/** The organization's clerk, token key and service key, registered by its admin key. */
export async function registrationsOf(node: DemoNode, genesis: Genesis): Promise<readonly Transaction[]> {
  const admin = await DemoMember.open(node, genesis, 'admin');
  const keyOf = async (file: string): Promise<string> => toBase64Url((await inspectKeyFile(join(node.directory, file))).publicKey);
  const roles = ['admin', 'audit', 'capture', 'operate', 'query'];
  return [
    operation(admin, 'member.add', { member: CLERK, name: `Clerk of ${node.name}`, roles }),
    operation(admin, 'key.add', { member: CLERK, purpose: 'member', publicKey: await keyOf(NETWORK_FILES.member(CLERK)) }),
    operation(admin, 'key.add', { member: 'token', purpose: 'token', publicKey: await keyOf(NETWORK_FILES.token) }),
    operation(admin, 'key.add', { member: 'service', purpose: 'service', publicKey: await keyOf(NETWORK_FILES.service) })
  ];
}

async function registerOrganization(node: DemoNode, genesis: Genesis): Promise<void> {
  const body = (await registrationsOf(node, genesis)).map(toCompactJws).join('\n');
  for (let attempt = 1; ; attempt++) {
    const refused = await send(node, body);
    if (refused === null) return;
    if (attempt === ATTEMPTS) throw new Error(`${node.name} refused to register its members: ${refused}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

const operation = (admin: DemoMember, op: string, payload: object): Transaction =>
  admin.sign(op, new TextEncoder().encode(JSON.stringify(payload)));

/** Null when all is registered, else what was refused. */
async function send(node: DemoNode, body: string): Promise<string | null> {
  const answer = await fetch(`${node.url}/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', prefer: 'wait=20' },
    body
  }).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return answer;
  const text = await answer.text();
  if (!answer.ok) return `${answer.status} ${text}`;
  const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Line);
  const refused = lines.find(({ code }) => !REGISTERED.has(code));
  return refused === undefined ? null : `${refused.code} ${JSON.stringify(refused.detail)}`;
}
