import { join } from 'node:path';
import { DEMO_ORGANIZATIONS } from './story/names.js';

/** Ports of the organizations in order. */
export interface DemoPorts {
  readonly http: readonly number[];
  readonly peer: readonly number[];
}

const DEMO_PORTS: DemoPorts = { http: [4101, 4102, 4103, 4104], peer: [4201, 4202, 4203, 4204] };

export interface DemoNode {
  /** 1-based, as in `lading dev stop 2`. */
  readonly n: number;
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly configFile: string;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly url: string;
}

/** Where the demo keeps what. Everything lies below one folder, so that `dev reset` is one removal. */
export interface DemoLayout {
  readonly directory: string;
  readonly genesisFile: string;
  readonly controlFile: string;
  readonly storyFile: string;
  readonly postgresDirectory: string;
  readonly nodes: readonly DemoNode[];
}

export function demoLayout(directory: string, ports: DemoPorts = DEMO_PORTS): DemoLayout {
  return {
    directory,
    genesisFile: join(directory, 'genesis.json'),
    controlFile: join(directory, 'control.json'),
    storyFile: join(directory, 'story.json'),
    postgresDirectory: join(directory, 'pg'),
    nodes: DEMO_ORGANIZATIONS.map((organization, index) => {
      const httpPort = ports.http[index] ?? 0;
      return {
        n: index + 1,
        id: organization.id,
        name: organization.name,
        directory: join(directory, organization.id),
        configFile: join(directory, organization.id, 'node.json'),
        httpPort,
        peerPort: ports.peer[index] ?? 0,
        url: `http://127.0.0.1:${httpPort}`
      };
    })
  };
}
