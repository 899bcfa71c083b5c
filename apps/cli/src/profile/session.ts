import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FileSigner, issueToken, NETWORK_FILES, readSecretFile } from '@lading/identity';
import { toBase64Url } from '@lading/kernel';
import { chooseLanes, LadingClient, LadingError, type TransactionSigner } from '@lading/sdk';
import type { Genesis } from '@lading/ledger';
import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { CliFailure, usage } from '../failure.js';
import { readGenesis } from './genesis.js';
import { findProfile, type Profile } from './profile.js';

const ROLES = ['admin', 'audit', 'capture', 'operate', 'query'] as const;
const TOKEN_LIFE_SECONDS = 900;
/** A token is renewed this long before it ends. */
const TOKEN_MARGIN_MS = 60_000;
/** Failures for which the node's own reason helps more than the time that passed. */
const HALTED: ReadonlySet<string> = new Set(['NODE_TIMEOUT', 'COMMIT_TIMEOUT', 'NODE_HALTED', 'NODE_SYNCING']);
const STATUS_MS = 2_000;

/** A user at work: a profile with its genesis, a client that finds a node, and the keys of the member who acts. */
export class Session {
  readonly client: LadingClient;
  #token = '';
  #tokenUntilMs = 0;

  private constructor(
    readonly profile: Profile,
    readonly genesis: Genesis,
    private readonly call: Call
  ) {
    this.client = this.#newClient();
  }

  static open(call: Call): Session {
    const [organization] = memberParts(call.globals.member);
    const profile = findProfile(call.globals.profile, organization);
    if (organization !== null && organization !== profile.organization) {
      throw usage(
        `This profile is of ${profile.organization}, not ${organization}`,
        'choose another: --profile NAME'
      );
    }
    return new Session(profile, readGenesis(profile.genesisFile), call);
  }

  /** Folder of the organization's keys, or null when the profile has none. */
  get directory(): string | null {
    return this.profile.organizations.find(({ id }) => id === this.profile.organization)?.directory ?? null;
  }

  /** The name of the member who acts: --member, else the only one whose key is here. */
  get member(): string {
    const [, named] = memberParts(this.call.globals.member);
    if (named !== null) return named;
    const { keyFile } = this.profile;
    if (keyFile !== null) return basename(keyFile, '.json');
    const members = this.#memberFiles();
    const [only] = members;
    if (only !== undefined && members.length === 1) return only;
    const why = members.length === 0 ? 'no member key lies in this profile' : `keys here: ${members.join(', ')}`;
    throw usage(`Which member acts? ${why}`, '--member NAME');
  }

  /** A fresh bearer token: of the profile's token file, or issued with the organization's token key. */
  async token(nowMs: number = Date.now()): Promise<string> {
    const given = this.profile.tokenFile ?? process.env['LADING_TOKEN_FILE'] ?? null;
    if (given !== null) return (await readSecretFile(given)).trim();
    if (nowMs >= this.#tokenUntilMs) {
      this.#token = await this.issueToken(ROLES, TOKEN_LIFE_SECONDS, nowMs);
      this.#tokenUntilMs = nowMs + TOKEN_LIFE_SECONDS * 1000 - TOKEN_MARGIN_MS;
    }
    return this.#token;
  }

  async issueToken(scopes: readonly string[], lifetimeSeconds: number, nowMs: number = Date.now()): Promise<string> {
    const signer = await this.#open(this.#file(NETWORK_FILES.token, 'token key'));
    return issueToken(
      {
        issuer: this.profile.organization,
        member: this.member,
        audience: toBase64Url(this.genesis.chainId),
        scopes,
        lifetimeSeconds,
        kid: `${signer.owner}#${toBase64Url(signer.publicKey)}`,
        nowMs
      },
      signer
    );
  }

  /** Does what may fail because the network cannot commit; the failure then says what the node says about that. */
  async committing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof LadingError) || !HALTED.has(error.code)) throw error;
      const status = await this.client.status({ timeoutMs: STATUS_MS }).catch(() => null);
      const why = status?.reason ?? error.detail;
      const what = 'The network did not commit it in time; the outcome is unknown';
      const next = 'lading status; then run the same command again: nothing is done twice';
      throw new CliFailure({ code: error.code, what, why, next, exitCode: EXIT.unreachable }, { cause: error });
    }
  }

  /** The key of the member who acts. */
  async memberSigner(): Promise<TransactionSigner> {
    return signerOf(
      await this.#open(this.profile.keyFile ?? this.#file(NETWORK_FILES.member(this.member), 'member key'))
    );
  }

  /** The organization's admin key. */
  async adminSigner(file?: string): Promise<TransactionSigner> {
    return signerOf(await this.#open(file ?? this.#file(NETWORK_FILES.admin, 'admin key')));
  }

  /** Own node first; the other lanes next, which may order its transactions too; the rest can be read from. */
  #newClient(): LadingClient {
    const { organizations, organization } = this.profile;
    const { config } = this.genesis;
    const isFirst = config.organizations.some(({ id }) => id === organization);
    // An organization that came later is not in genesis: its own node comes first, and the others are only read from.
    const lanes: readonly string[] = isFirst ? chooseLanes(config, organization) : [organization];
    const urlOf = (id: string): readonly string[] => {
      const url = organizations.find((one) => one.id === id)?.url;
      return typeof url === 'string' ? [url] : [];
    };
    const writeUrls = lanes.flatMap(urlOf);
    const others = organizations.map(({ id }) => id).filter((id) => !lanes.includes(id));
    const urls = [...writeUrls, ...others.flatMap(urlOf)];
    if (urls.length === 0) {
      throw new CliFailure({
        what: 'This profile names no node',
        next: 'add "url" to its profile.json, or "publicUrl" to node.json'
      });
    }
    return new LadingClient({
      urls,
      writeUrls,
      genesis: this.genesis,
      timeoutMs: this.call.globals.timeoutMs,
      token: () => this.token(),
      ...(this.call.globals.debug
        ? {
            onExchange: ({ method, url, outcome, milliseconds }) =>
              this.call.out.say(`  ${method} ${url} → ${outcome} in ${milliseconds.toFixed(0)} ms`)
          }
        : {})
    });
  }

  #memberFiles(): readonly string[] {
    const folder = this.directory === null ? null : join(this.directory, 'members');
    if (folder === null || !existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => basename(name, '.json'))
      .sort();
  }

  #file(name: string, what: string): string {
    if (this.directory !== null) return join(this.directory, name);
    const next =
      what === 'token key'
        ? 'ask your organization for a token, and name its file: "tokenFile" in profile.json'
        : 'name a key file in profile.json: "key"';
    throw new CliFailure({ what: `This profile has no ${what}`, next });
  }

  #open(path: string): Promise<FileSigner> {
    return FileSigner.open(path, this.call.globals.passphraseFile);
  }
}

/** A key file as a signer of transactions: its owner is <organization>/<member>. */
export function signerOf(signer: FileSigner): TransactionSigner {
  const [organization = '', member] = signer.owner.split('/', 2);
  if (member === undefined) {
    throw new CliFailure({
      what: `The key of ${signer.owner} belongs to no member`,
      why: 'validator keys sign votes only',
      next: 'use the key file of a member'
    });
  }
  return { organization, member, publicKey: signer.publicKey, sign: (message) => signer.sign(message) };
}

/** ORGANIZATION/NAME or NAME. */
function memberParts(text: string | undefined): readonly [organization: string | null, member: string | null] {
  if (text === undefined) return [null, null];
  const [first = '', second] = text.split('/', 2);
  return second === undefined ? [null, first] : [first, second];
}
