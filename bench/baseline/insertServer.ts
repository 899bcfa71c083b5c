import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Controller, Inject, Module, Post, Req, Res, type DynamicModule } from '@nestjs/common';
import { Public, sodiumVerify } from '@lading/identity';
import { MEDIA, receiveCompact } from '@lading/api';
import { toBase64Url, type VerifySignature } from '@lading/kernel';
import { decodeGenesis, type Genesis } from '@lading/ledger';
import pg from 'pg';
import { createHttpApp } from '../../apps/node/src/http/createHttpApp.js';
import type { HttpReply, HttpRequest } from '../../apps/node/src/http/http.types.js';
import { readBody } from '../../apps/node/src/http/body.js';

const CONTEXT = Symbol('InsertContext');

interface InsertContext {
  readonly genesis: Genesis;
  readonly pool: pg.Pool;
  readonly verify: VerifySignature;
}

const INSERT = {
  name: 'insert-event',
  text: `INSERT INTO baseline.event (tx_id, organization, jti, event_id, header, payload, signature)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING number`
};

/** What a team would write without a ledger: check the signature, one row, answer when it is durable. */
@Controller('v1/transactions')
class InsertController {
  constructor(@Inject(CONTEXT) private readonly context: InsertContext) {}

  @Post()
  @Public()
  async postTransaction(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { genesis, pool, verify } = this.context;
    const text = (readBody(request, [MEDIA.jose]).bytes as Buffer).toString('latin1');
    const { txId, organization, header, protectedBytes, payload, signature } = receiveCompact(text, { chainId: genesis.chainId, verify });
    const event = JSON.parse(Buffer.from(payload).toString()) as { eventID: string };
    const values = [txId, organization, header.jti, event.eventID, protectedBytes, payload, signature];
    const { rows } = await pool.query<{ number: string }>({ ...INSERT, values });
    const place = { txId: toBase64Url(txId), height: Number(rows[0]?.number), index: 0 };
    const answer = { ...place, state: 'committed', status: 'APPLIED', code: '', detail: [] };
    reply.code(201).header('Content-Type', MEDIA.json).send(JSON.stringify(answer));
  }
}

@Module({})
class InsertModule {
  static register(context: InsertContext): DynamicModule {
    return { module: InsertModule, controllers: [InsertController], providers: [{ provide: CONTEXT, useValue: context }] };
  }
}

const TABLE = `
  DROP SCHEMA IF EXISTS baseline CASCADE;
  CREATE SCHEMA baseline;
  CREATE TABLE baseline.event (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tx_id bytea NOT NULL UNIQUE, organization text NOT NULL, jti text NOT NULL,
    event_id text NOT NULL, header bytea NOT NULL, payload bytea NOT NULL, signature bytea NOT NULL, UNIQUE (organization, jti))`;

const CONNECTIONS = 16;

/** The process of baseline (i): prints its port, ends with its parent. */
export async function insertServerMain(directory: string, databaseUrl: string): Promise<void> {
  const decoded = decodeGenesis(readFileSync(join(directory, 'genesis.json')));
  if (!decoded.ok) throw new Error(decoded.code);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query(TABLE);
  const module = InsertModule.register({ genesis: decoded.value, pool, verify: sodiumVerify });
  const app = await createHttpApp(module, { reportBug: (what, error) => console.error(what, error), logger: false });
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`${(app.getHttpServer().address() as AddressInfo).port}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}
