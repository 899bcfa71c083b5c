import pg from 'pg';

export interface ProvisionOptions {
  /** 1–50 of a–z, 0–9 and "_", starting with a letter. */
  readonly database: string;
  readonly ownerPassword: string;
  readonly nodePassword: string;
}

/** URLs of one provisioned database: the owner's for migrations only, the node's for everything else. */
export interface ProvisionedDatabase {
  readonly ownerUrl: string;
  readonly nodeUrl: string;
}

/**
 * Makes (or completes) a database with two roles: `<database>_owner` may change the schema, `<database>_node` may not.
 * Other roles of the server cannot connect. Run again, it only sets the passwords.
 */
export async function provisionDatabase(adminUrl: string, options: ProvisionOptions): Promise<ProvisionedDatabase> {
  const { database } = options;
  if (!/^[a-z][a-z0-9_]{0,49}$/.test(database)) throw new TypeError(`not a database name: ${database}`);
  const owner = `${database}_owner`;
  const node = `${database}_node`;
  await withClient(adminUrl, async (client) => {
    await putRole(client, owner, options.ownerPassword);
    await putRole(client, node, options.nodePassword);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${owner} TEMPLATE template0`);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${node}`);
  });
  const inDatabase = urlWith(adminUrl, { database });
  await withClient(inDatabase, (client) => client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC'));
  return {
    ownerUrl: urlWith(adminUrl, { database, user: owner, password: options.ownerPassword }),
    nodeUrl: urlWith(adminUrl, { database, user: node, password: options.nodePassword })
  };
}

/** The same server with another database, and another user where given. */
export function urlWith(
  url: string,
  parts: { readonly database: string; readonly user?: string; readonly password?: string }
): string {
  const changed = new URL(url);
  changed.pathname = `/${parts.database}`;
  if (parts.user !== undefined) changed.username = parts.user;
  if (parts.password !== undefined) changed.password = encodeURIComponent(parts.password);
  return changed.toString();
}

/** Runs `work` on one connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function putRole(client: pg.Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`
  );
}
