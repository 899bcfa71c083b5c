import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext, Provider } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { ApiFault } from '@lading/api';
import type { Caller, KeyRegistry } from '../tokens/registry.js';
import { KEY_REGISTRY, TOKEN_VERIFIER } from '../tokens/registry.js';
import { TokenVerifier } from '../tokens/tokenVerifier.js';
import { ACCESS_MARK } from './marks.js';
import type { AccessMark, AuthenticatedRequest } from './marks.js';

interface RequestHead extends AuthenticatedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** RFC 6750 §2.1: the scheme's name is case-insensitive; the token is one word. */
const BEARER = /^Bearer +([^\s,]+) *$/i;

/**
 * Decides access on the handler that the router chose, so neither the spelling of a path nor HEAD can get around it.
 * Puts the caller on the request.
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TOKEN_VERIFIER) private readonly tokens: TokenVerifier
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Peers are authenticated by their pinned TLS key; this guard speaks HTTP.
    if (context.getType() === 'rpc') return true;
    const mark = this.reflector.getAllAndOverride<AccessMark | undefined>(ACCESS_MARK, [
      context.getHandler(),
      context.getClass()
    ]);
    if (mark?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<RequestHead>();
    const caller = await this.#callerOf(request);
    request.caller = caller;
    if (mark?.kind === 'authenticated') return true;
    const anyOf = mark?.anyOf ?? [];
    if (anyOf.some((role) => caller.roles.includes(role))) return true;
    const needed =
      anyOf.length === 0 ? 'this route is open to nobody' : `one of the roles is needed: ${anyOf.join(', ')}`;
    throw new ApiFault('ROLE_MISSING', `${needed}; the token grants: ${caller.roles.join(', ') || 'none'}`);
  }

  async #callerOf(request: RequestHead): Promise<Caller> {
    const header = request.headers['authorization'];
    const token = typeof header === 'string' ? BEARER.exec(header)?.[1] : undefined;
    if (token === undefined) throw unauthorized('TOKEN_MISSING', 'send the header "Authorization: Bearer <token>"');
    const verified = await this.tokens.verify(token).catch((error: unknown) => {
      throw new ApiFault('TOKEN_REGISTRY_UNAVAILABLE', reasonOf(error));
    });
    if (!verified.ok) throw unauthorized(verified.code, verified.detail);
    return verified.value;
  }
}

const reasonOf = (error: unknown): string =>
  `the registry of keys cannot be read now${error instanceof Error ? ` (${error.name})` : ''}`;

/** RFC 6750 §3: the challenge names no error when no token was sent. */
function unauthorized(code: string, detail: string): ApiFault {
  const challenge = code === 'TOKEN_MISSING' ? 'Bearer realm="lading"' : 'Bearer realm="lading", error="invalid_token"';
  return new ApiFault(code, detail, { headers: { 'www-authenticate': challenge } });
}

/**
 * Providers for the module that guards HTTP: the verifier over the module's KEY_REGISTRY, and the guard on every
 * route. `audience` is the base64url chain id.
 */
export function identityProviders(audience: string): Provider[] {
  return [
    {
      provide: TOKEN_VERIFIER,
      useFactory: (registry: KeyRegistry) => new TokenVerifier({ registry, audience }),
      inject: [KEY_REGISTRY]
    },
    { provide: APP_GUARD, useClass: RolesGuard }
  ];
}
