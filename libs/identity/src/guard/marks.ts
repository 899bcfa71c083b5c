import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Caller } from '../tokens/registry.js';

/**
 * What a route asks of its caller. A route without a mark is refused to everyone: forgetting one must fail closed.
 */
export type AccessMark =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'roles'; readonly anyOf: readonly string[] };

export const ACCESS_MARK = 'lading:access';

/** Anybody, without a token. */
export const Public = (): ClassDecorator & MethodDecorator =>
  SetMetadata(ACCESS_MARK, { kind: 'public' } satisfies AccessMark);

/** Any active member of the network, whatever the roles. */
export const Authenticated = (): ClassDecorator & MethodDecorator =>
  SetMetadata(ACCESS_MARK, { kind: 'authenticated' } satisfies AccessMark);

/** A member who has at least one of these roles. */
export const Roles = (first: string, ...more: readonly string[]): ClassDecorator & MethodDecorator =>
  SetMetadata(ACCESS_MARK, { kind: 'roles', anyOf: [first, ...more] } satisfies AccessMark);

/** A request after the guard. */
export interface AuthenticatedRequest {
  caller?: Caller;
}

/** Handler parameter: the caller, or undefined on public routes. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller | undefined =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().caller
);
