import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseNodeConfig, type OutboxConfig } from '@lading/api';
import { NETWORK_FILES } from '@lading/identity';
import { bad, good, unknown, type Finding } from './finding.js';

const ANSWER_MS = 2_000;
const GREETING_BYTES = 16_384;

/**
 * Whether the broker of the node's outbox answers, and what the node itself says about it. Without an outbox there is
 * nothing to tell. No secret is used: a NATS server greets before anybody logs in.
 */
export async function examineBroker(id: string, directory: string, nodeUrl: string | null): Promise<readonly Finding[]> {
  const outbox = await outboxOf(directory);
  if (outbox === null) return [];
  const findings = await Promise.all(outbox.servers.map((server) => examineServer(id, outbox.kind, server)));
  return nodeUrl === null ? findings : [...findings, ...(await examineLag(id, nodeUrl))];
}

async function outboxOf(directory: string): Promise<OutboxConfig | null> {
  try {
    const parsed = parseNodeConfig(JSON.parse(await readFile(join(directory, NETWORK_FILES.node), 'utf8')));
    return parsed.ok ? (parsed.value.outbox ?? null) : null;
  } catch {
    // A file that cannot be read is told by the node, with all its faults.
    return null;
  }
}

async function examineServer(id: string, kind: OutboxConfig['kind'], server: string): Promise<Finding> {
  const greeting = await greetingOf(server, kind === 'nats');
  const name = `${id}: the ${kind === 'nats' ? 'NATS server' : 'Kafka broker'} ${server}`;
  if (greeting === null) {
    const fix = 'start it, or correct "outbox.servers" in node.json';
    return bad(`${name} does not answer`, 'it is stopped, elsewhere, or the way to it is blocked', fix);
  }
  if (kind !== 'nats') return good(`${name} takes connections`);
  const info = /^INFO (\{.*\})/.exec(greeting)?.[1];
  if (info === undefined) {
    return unknown(`${name} takes connections, and says nothing before TLS`);
  }
  if (/"jetstream": *true/.test(info)) return good(`${name} answers, with JetStream`);
  return bad(`${name} has no JetStream`, 'it was started without it', 'switch it on: nats-server -js, or jetstream {} in its file');
}

/** The first line that the server says, '' for one that waits; null when there is none. */
function greetingOf(server: string, speaksFirst: boolean): Promise<string | null> {
  const at = server.lastIndexOf(':');
  const host = server.slice(0, at).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    let text = '';
    let isOpen = false;
    const socket = connect({ host, port: Number(server.slice(at + 1)), timeout: ANSWER_MS });
    const end = (): void => {
      socket.destroy();
      resolve(isOpen ? text : null);
    };
    socket.once('connect', () => {
      isOpen = true;
      if (!speaksFirst) end();
    });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\n') || text.length > GREETING_BYTES) end();
    });
    socket.once('timeout', end).once('error', end).once('close', end);
  });
}

async function examineLag(id: string, url: string): Promise<readonly Finding[]> {
  const answer = await fetch(`${url}/status`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' }).catch(() => null);
  const status = (await answer?.json().catch(() => null)) as { readonly outbox?: { problem?: unknown; lagBlocks?: unknown } } | null;
  if (status?.outbox === undefined) return [];
  const { problem, lagBlocks } = status.outbox;
  if (typeof problem === 'string') return [bad(`${id}: the outbox stands still`, problem, `docs/errors/${problem.split(':')[0]}.md`)];
  return [good(`${id}: the outbox is ${String(lagBlocks)} blocks behind the ledger`)];
}
