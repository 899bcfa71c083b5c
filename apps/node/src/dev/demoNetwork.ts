import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { decodeGenesis, type Genesis } from '@lading/ledger';
import { createNetwork } from '@lading/identity';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lading/storage';
import { databaseAdminUrl, prepareDatabases } from './databases.js';
import { type DemoLayout, demoLayout, type DemoPorts } from './layout.js';
import { NodeProcess } from './nodeProcess.js';
import { registerMembers } from './registerMembers.js';
import { CLERK } from './storyLoader.js';
import { DEMO_ORGANIZATIONS, gln } from './story/names.js';

const LIVE_TIMEOUT_MS = 30_000;

export interface DemoOptions {
  readonly directory: string;
  readonly ports?: DemoPorts;
  readonly profile?: 'open' | 'custody';
  /** Entry point of the node when this module is not beside the built one. */
  readonly nodeMain?: string;
  /** Starts the names of the databases; networks that share a server need different ones. */
  readonly databasePrefix?: string;
}

/** The four-organization network on one machine: files, databases, processes. The demo and the end-to-end tests use it. */
export class DemoNetwork {
  readonly layout: DemoLayout;
  readonly nodes: readonly NodeProcess[];
  #postgres: EmbeddedPostgres | null = null;
  #adminUrl = '';

  constructor(private readonly options: DemoOptions) {
    this.layout = demoLayout(options.directory, options.ports);
    this.nodes = this.layout.nodes.map((node) => new NodeProcess(node, options.nodeMain));
  }

  get exists(): boolean {
    return existsSync(this.layout.genesisFile);
  }

  get genesis(): Genesis {
    const decoded = decodeGenesis(readFileSync(this.layout.genesisFile));
    if (!decoded.ok) throw new Error(`${this.layout.genesisFile}: ${decoded.code} ${decoded.detail}`);
    return decoded.value;
  }

  /** Superuser URL of one organization's database: only demonstrations of tampering need it. */
  databaseAdminUrl(id: string): string {
    return databaseAdminUrl(this.#adminUrl, id, this.options.databasePrefix);
  }

  /** The key ceremony with demo keys in the clear. */
  async create(): Promise<void> {
    // The database server runs as another user when started by root: it must be able to pass through. Keys are 0600.
    mkdirSync(this.layout.directory, { recursive: true, mode: 0o711 });
    await createNetwork({
      directory: this.layout.directory,
      name: 'Coffee demo',
      constitution: 'Demonstration network. Four organizations record the journey of coffee from three farms to a shelf.',
      parameters: { profile: this.options.profile ?? 'custody' },
      protection: { devOnly: true },
      timeMs: Date.now(),
      organizations: this.layout.nodes.map((node, index) => ({
        id: node.id,
        name: node.name,
        gln: gln(DEMO_ORGANIZATIONS[index]?.id ?? 'finca-alta', 0),
        companyPrefixes: [DEMO_ORGANIZATIONS[index]?.companyPrefix ?? ''],
        custodyMode: true,
        http: { host: '127.0.0.1', port: node.httpPort },
        peer: { host: '127.0.0.1', port: node.peerPort },
        peerAddress: `127.0.0.1:${node.peerPort}`,
        publicUrl: node.url,
        members: [CLERK]
      }))
    });
  }

  /** Starts the embedded server, or uses the one at `url` (superuser), and prepares four databases. */
  async startStorage(url?: string): Promise<void> {
    if (url === undefined) {
      this.#postgres = await startEmbeddedPostgres({ directory: this.layout.postgresDirectory });
      this.#adminUrl = this.#postgres.adminUrl;
    } else this.#adminUrl = url;
    await prepareDatabases(this.#adminUrl, this.layout.nodes, this.options.databasePrefix);
  }

  async startNodes(): Promise<void> {
    for (const node of this.nodes) node.start();
    await Promise.all(this.nodes.map((node) => node.untilLive(LIVE_TIMEOUT_MS)));
  }

  /** Puts the clerks, token keys and service keys on the ledger; harmless when they are there. */
  async register(): Promise<void> {
    await registerMembers(this.layout.nodes, this.genesis);
  }

  async stop(kill = false): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop(kill)));
    await this.#postgres?.stop();
    this.#postgres = null;
  }
}
