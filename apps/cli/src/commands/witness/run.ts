import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toBase64Url } from '@lading/kernel';
import { LadingClient } from '@lading/sdk';
import type { Call } from '../../call.js';
import { EXIT } from '../../exitCodes.js';
import { CliFailure, usage } from '../../failure.js';
import { readGenesis } from '../../profile/genesis.js';
import { findProfile } from '../../profile/profile.js';
import { tokensOf } from '../../profile/tokenSource.js';
import { replaceFile } from '../../verify/seenFile.js';
import { postAlarm, type Alarm } from '../../witness/alarm.js';
import type { WitnessedNode } from '../../witness/followNode.js';
import { round, type Round } from '../../witness/round.js';
import { serveCheckpoint } from '../../witness/serve.js';
import { StatementLog } from '../../witness/statementLog.js';
import { openWitnessKey, Witness } from '../../witness/witness.js';

const DEFAULT_PORT = '4190';
const DEFAULT_INTERVAL_SECONDS = '5';
const DEFAULT_STALL_SECONDS = '300';

/** Follows the checkpoints of a network and countersigns them. Exit codes: 3 a fork, 5 nobody answered (--once), 0 stopped. */
export async function run(call: Call): Promise<number> {
  const folder = call.required('state', '--state DIR');
  const trust = call.option('trust') ?? findProfile(call.globals.profile, null).genesisFile;
  const genesis = readGenesis(trust);
  const nodes = nodesOf(call);
  refuseForked(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const signer = await openWitnessKey(folder, call.globals.passphraseFile, call.flag('devOnly'));
  const log = StatementLog.open(folder);
  try {
    const genesisBytes = new Uint8Array(readFileSync(trust));
    const witness = new Witness(genesis.chainId, genesisBytes, signer, log, Date.now);
    const about = { chainId: toBase64Url(genesis.chainId), witness: toBase64Url(signer.publicKey) };
    return await new Watch(call, folder, nodes, genesisBytes, witness, log, about).run();
  } finally {
    log.close();
  }
}

/** A witness that has found a fork signs nothing more: there is no one history any longer. */
function refuseForked(folder: string): void {
  const found = existsSync(folder) ? readdirSync(folder).find((name) => /^fraud-\d+\.proof$/.test(name)) : undefined;
  if (found === undefined) return;
  throw new CliFailure({
    code: 'WITNESS_FORK',
    what: 'This witness has found a fork of the network, and signs nothing more',
    why: join(folder, found),
    next: `lading verify ${join(folder, found)} --trust GENESIS`,
    exitCode: EXIT.negative
  });
}

function nodesOf(call: Call): readonly WitnessedNode[] {
  const urls = call.list('url');
  const wrong = urls.find((url) => !URL.canParse(url));
  if (urls.length === 0 || wrong !== undefined) {
    throw usage(wrong === undefined ? 'Which nodes?' : `"${wrong}" is no address of a node`, '--url http://127.0.0.1:4101 --url …');
  }
  const token = tokensOf(call);
  return urls.map((url) => {
    const client = new LadingClient({ urls: [url], timeoutMs: call.globals.timeoutMs, token });
    return {
      name: url,
      heights: () => client.status(),
      consistency: async (from, to) => (await client.consistencyProof(from, to)).text
    };
  });
}

/** Rounds with pauses between, until a fork, a signal, or the end of the only one. */
class Watch {
  readonly #stop = new AbortController();
  #stoppedBy: number = EXIT.ok;
  #aliveAtMs = performance.now();
  #isStalled = false;
  #untrue = '';

  constructor(
    private readonly call: Call,
    private readonly folder: string,
    private readonly nodes: readonly WitnessedNode[],
    private readonly genesisBytes: Uint8Array,
    private readonly witness: Witness,
    private readonly log: StatementLog,
    private readonly about: Pick<Alarm, 'chainId' | 'witness'>
  ) {}

  async run(): Promise<number> {
    const { call } = this;
    const intervalMs = call.count('--interval', call.option('interval') ?? DEFAULT_INTERVAL_SECONDS, 86_400) * 1000;
    const stallMs = call.count('--stall', call.option('stall') ?? DEFAULT_STALL_SECONDS, 86_400) * 1000;
    call.out.say(`witness ${this.about.witness} of the network ${this.about.chainId}`);
    if (call.flag('once')) {
      const { fork, isLinked } = await this.#round();
      return fork !== null ? EXIT.negative : isLinked ? EXIT.ok : EXIT.unreachable;
    }
    const port = call.option('port') ?? DEFAULT_PORT;
    if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) throw usage('--port takes 0 to 65535', 'lading witness run --help');
    const server = await serveCheckpoint(Number(port), () => this.witness.latest);
    call.out.say(`answers at ${server.url}`);
    const onInterrupt = (): void => this.#end(EXIT.interrupted);
    const onTerminate = (): void => this.#end(EXIT.ok);
    process.once('SIGINT', onInterrupt);
    process.once('SIGTERM', onTerminate);
    try {
      return await this.#rounds(intervalMs, stallMs);
    } finally {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      server.close();
    }
  }

  #end(code: number): void {
    this.#stoppedBy = code;
    this.#stop.abort();
  }

  async #rounds(intervalMs: number, stallMs: number): Promise<number> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const { fork, isAlive, silent, untrue } = await this.#round();
      if (fork !== null) return EXIT.negative;
      if (isAlive) await this.#alive();
      else if (!this.#isStalled && performance.now() - this.#aliveAtMs >= stallMs) {
        this.#isStalled = true;
        const why = [...untrue, ...silent].join('; ') || 'nodes announce blocks that they do not prove';
        await this.#alarm({ kind: 'stall', detail: `no provable progress for ${stallMs / 1000} s: ${why}` });
        if (this.call.flag('exitOnStall')) return EXIT.unreachable;
      }
      await pause(intervalMs, undefined, { signal }).catch(() => undefined);
    }
    return this.#stoppedBy;
  }

  async #alive(): Promise<void> {
    this.#aliveAtMs = performance.now();
    if (!this.#isStalled) return;
    this.#isStalled = false;
    await this.#alarm({ kind: 'recovered', detail: 'the network goes on' });
  }

  async #round(): Promise<Round> {
    const done = await round(this.nodes, this.log, this.genesisBytes, (point) => {
      this.witness.countersign(point);
      this.call.out.line(`countersigned height ${point.checkpoint.height}`);
    });
    if (done.fork !== null) await this.#forked(done.fork);
    const untrue = done.untrue.join('; ');
    // Told once, until it changes: a node that lies lies every time.
    if (untrue !== '' && untrue !== this.#untrue) await this.#alarm({ kind: 'false-answer', detail: untrue });
    this.#untrue = untrue;
    return done;
  }

  async #forked({ height, fraudProof, culprits }: NonNullable<Round['fork']>): Promise<void> {
    const path = join(this.folder, `fraud-${height}.proof`);
    replaceFile(this.folder, path, fraudProof);
    const detail = `${culprits.join(', ')} certified two checkpoints of height ${height}; the proof: ${path}`;
    await this.#alarm({ kind: 'fork', detail, fraudProof }, height);
  }

  async #alarm(alarm: Pick<Alarm, 'kind' | 'detail' | 'fraudProof'>, height = this.log.last?.checkpoint.height ?? 0): Promise<void> {
    this.call.out.warn(`${alarm.kind.toUpperCase()} ${alarm.detail}`);
    const url = this.call.option('alarmUrl');
    if (url === undefined) return;
    const fault = await postAlarm(url, { ...this.about, height, ...alarm });
    if (fault !== '') this.call.out.warn(`the alarm did not reach ${url}: ${fault}`);
  }
}
