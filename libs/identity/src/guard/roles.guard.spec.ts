import 'reflect-metadata';
import { Catch, Controller, Get, Module, Post } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ApiFault } from '@lading/api';
import { Authenticated, CurrentCaller, identityProviders, issueToken, KEY_REGISTRY, Public, Roles } from '../index.js';
import type { Caller } from '../index.js';
import { CHAIN, KID, MemoryRegistry, SIGNER } from '../tokens/tokens.test-kit.js';

@Controller('things')
class ThingsController {
  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }

  @Get('mine')
  @Authenticated()
  mine(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Post('captured')
  @Roles('capture', 'admin')
  captured(): string {
    return 'captured';
  }

  @Get('audited')
  @Roles('audit')
  audited(): string {
    return 'audited';
  }

  @Get('unmarked')
  unmarked(): string {
    return 'unmarked';
  }
}

@Controller('public-class')
@Public()
class PublicController {
  @Get('guarded')
  @Roles('audit')
  guarded(): string {
    return 'guarded';
  }
}

@Catch(ApiFault)
class FaultFilter implements ExceptionFilter {
  catch(fault: ApiFault, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{
      code(status: number): { headers(h: object): { send(body: unknown): void } };
    }>();
    const status = fault.code === 'ROLE_MISSING' ? 403 : fault.code === 'TOKEN_REGISTRY_UNAVAILABLE' ? 503 : 401;
    reply.code(status).headers(fault.details.headers ?? {}).send({ code: fault.code });
  }
}

const registry = new MemoryRegistry();

@Module({
  controllers: [ThingsController, PublicController],
  providers: [
    { provide: KEY_REGISTRY, useValue: registry },
    { provide: APP_FILTER, useClass: FaultFilter },
    ...identityProviders(CHAIN)
  ]
})
class TestModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  const testing = await Test.createTestingModule({ imports: [TestModule] }).compile();
  app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } }));
  await app.init();
});
afterAll(() => app.close());

const bearer = (...scopes: string[]): Record<string, string> => ({
  authorization: `Bearer ${issueToken({ issuer: 'finca-alta', member: 'ana', audience: CHAIN, scopes, kid: KID }, SIGNER)}`
});

async function answer(method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS', url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await app.inject({ method, url, headers });
  const code = response.body.startsWith('{') ? (JSON.parse(response.body) as { code?: string }).code : undefined;
  return code === undefined ? String(response.statusCode) : `${response.statusCode} ${code}`;
}

describe('the guard', () => {
  it('lets anybody into public routes, and nobody into unmarked ones', async () => {
    expect(await answer('GET', '/things/open')).toBe('200');
    expect(await answer('GET', '/things/unmarked')).toBe('401 TOKEN_MISSING');
    expect(await answer('GET', '/things/unmarked', bearer('capture', 'query'))).toBe('403 ROLE_MISSING');
  });

  it('asks for one of the roles, taken from ledger and token', async () => {
    expect(await answer('POST', '/things/captured', bearer('capture'))).toBe('201');
    expect(await answer('POST', '/things/captured', bearer('query'))).toBe('403 ROLE_MISSING');
    expect(await answer('GET', '/things/audited', bearer('audit'))).toBe('403 ROLE_MISSING');
    expect(await answer('GET', '/things/mine', bearer())).toBe('200');
    expect(await answer('GET', '/public-class/guarded')).toBe('401 TOKEN_MISSING');
  });

  it('puts the caller on the request', async () => {
    const response = await app.inject({ method: 'GET', url: '/things/mine', headers: bearer('query', 'audit') });
    expect(response.json()).toMatchObject({ organization: 'finca-alta', member: 'finca-alta/ana', roles: ['query'] });
  });

  it('refuses what is not a bearer token, with a challenge', async () => {
    for (const authorization of ['', 'Basic eDp5', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer a, Bearer b'])
      expect(await answer('GET', '/things/mine', { authorization })).toBe('401 TOKEN_MISSING');
    expect(await answer('GET', '/things/mine', { authorization: 'Bearer abc' })).toBe('401 TOKEN_MALFORMED');
    const { authorization } = bearer('query');
    expect(await answer('GET', '/things/mine', { AUTHORIZATION: authorization as string })).toBe('200');
    expect(await answer('GET', '/things/mine', { authorization: (authorization as string).replace('Bearer', 'bearer') })).toBe('200');
    expect(await answer('GET', `/things/mine?access_token=${authorization}`)).toBe('401 TOKEN_MISSING');
    const refused = await app.inject({ method: 'GET', url: '/things/mine', headers: { authorization: 'Bearer abc' } });
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="lading", error="invalid_token"');
  });

  it('cannot be walked around by HEAD, encodings, slashes or case', async () => {
    expect(await answer('HEAD', '/things/audited')).toBe('401');
    expect(await answer('HEAD', '/things/audited', bearer('audit'))).toBe('403');
    const spellings = [
      '/things/%61udited', '/%74hings/audited', '//things/audited', '/things//audited', '/things/audited/', '/THINGS/audited',
      '/things/./audited', '/things/open/../audited', '/things/audited;a=b', '/things/audited%2f', '/things/audited?x=/things/open'
    ];
    for (const url of spellings) {
      const outcome = await answer('GET', url);
      expect([url, outcome === '401 TOKEN_MISSING' || outcome.startsWith('404')]).toEqual([url, true]);
    }
    expect(await answer('GET', '/things/%61udited')).toBe('401 TOKEN_MISSING');
  });

  it('answers 503 when the registry cannot be read: not knowing is not a refusal', async () => {
    const key = registry.key;
    registry.key = () => Promise.reject(new Error('the database is away'));
    try {
      expect(await answer('GET', '/things/mine', bearer('query'))).toBe('503 TOKEN_REGISTRY_UNAVAILABLE');
    } finally {
      registry.key = key;
    }
  });
});
