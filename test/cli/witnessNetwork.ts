import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { toBase64Url, type Hash } from '@lading/kernel';
import { CONSISTENCY, CONSISTENCY_FORMAT, encodeProof, sha256Noble } from '@lading/ledger';
import { consistencyOf } from '../proofs/sampleProofs.js';
import { APPLIED, TestChain } from '../fixtures/testChain.js';
import { signTransaction, type TestNetwork } from '../fixtures/testNetwork.js';
import { root } from '../tidy/repository.js';
import { json, problem, testServer, type Reply, type TestServer } from './testServer.js';

/** Appends `count` blocks; `seed` tells histories apart. */
export function grow(network: TestNetwork, chain: TestChain, count: number, seed: string): void {
  for (let i = 0; i < count; i++) {
    const n = chain.blocks.length;
    const key = network.organization(0).memberKey('anna');
    const tx = signTransaction(network, key, { op: 'epcis.capture', payload: { n, seed }, jti: `${seed}-${n}` });
    chain.append([{ lane: 0, transactions: [[tx, APPLIED]] }]);
  }
}

/** The chain with another state at one height: what a dishonest quorum might certify. */
export function forked(network: TestNetwork, blocks: number, height: number, seed: string): TestChain {
  const chain = new TestChain(network);
  grow(network, chain, blocks, seed);
  chain.blocks[height] = { ...chain.at(height), treeRoot: sha256Noble(Uint8Array.of(9)) as Hash };
  return chain;
}

/** What a node of the test shows; members can be changed while it runs. */
export interface ShownLedger {
  chain: TestChain;
  /** Newest height that is shown. */
  height: number;
  /** What status says of the height, where that is not the truth. */
  claimed?: number;
  /** Changes an answer before it is sent. */
  lie?: (text: string) => string;
  /** No answer at all, as of a node that is down. */
  isDown?: boolean;
}

/** An HTTP server that answers what a witness asks, from a chain in memory. */
export function ledgerServer(network: TestNetwork, shown: ShownLedger): Promise<TestServer> {
  return testServer(({ path }): Reply => {
    if (shown.isDown === true) return problem(503, 'NODE_HALTED', false);
    if (path === '/status') return json(statusOf(network, shown));
    const [, from, to] = /^\/v1\/proofs\/consistency\?from=(\d+)&to=(\d+)$/.exec(path) ?? [];
    const [low, high] = [Number(from), Number(to)];
    if (from === undefined || high > shown.height || low > high) return problem(404, 'CHECKPOINT_UNKNOWN', false);
    const text = encodeProof(CONSISTENCY_FORMAT, CONSISTENCY, consistencyOf(shown.chain, low, high));
    return { status: 200, body: shown.lie === undefined ? text : shown.lie(text) };
  });
}

const statusOf = (network: TestNetwork, { height, claimed }: ShownLedger): object => ({
  organization: 'finca-alta',
  organizationName: 'Finca Alta',
  network: 'Test',
  publicUrl: null,
  chainId: toBase64Url(network.chainId),
  mode: 'NORMAL',
  height: claimed ?? height,
  blockHash: '',
  blockTimeMs: 0,
  stateRoot: '',
  certifiedHeight: height,
  epoch: 0,
  view: 0,
  leader: '',
  validators: 4,
  quorum: 3,
  reachable: 4,
  quorumMargin: 1,
  pendingTransactions: 0,
  commitLatencyMs: null,
  reason: null,
  peers: [],
  projectionHeight: null,
  events: null,
  custodyMode: false,
  ready: true,
  version: '0'
});

/** A witness as a real process, as built. */
export class WitnessProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  static start(cwd: string, urls: readonly string[], ...more: string[]): WitnessProcess {
    const args = ['witness', 'run', ...urls.flatMap((url) => ['--url', url]), '--trust', 'genesis.json', '--state', 'state'];
    const all = [join(root, 'apps/cli/bin/lading.mjs'), ...args, '--token-file', 'token', '--port', '0', '--interval', '1', ...more];
    const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, NO_COLOR: '1' };
    return new WitnessProcess(spawn(process.execPath, all, { cwd, env, stdio: 'pipe' }));
  }

  /** Where it answers, once it has said so. */
  async url(): Promise<string> {
    await this.until(() => /answers at (\S+)/.test(this.stderr));
    return /answers at (\S+)/.exec(this.stderr)?.[1] ?? '';
  }

  /** Waits for output; fails when the process ends first. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const data = [this.child.stdout, this.child.stderr].map((stream) => (stream === null ? null : once(stream, 'data')));
      const end = this.ended.then((code) => {
        if (!holds()) throw new Error(`the witness ended with ${code}: ${this.stderr}`);
      });
      await Promise.race([...data, end]);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}
