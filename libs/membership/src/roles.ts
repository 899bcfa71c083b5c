/** What a member may do (spec/membership.md §2). Ascending: records hold them in this order. */
export const ROLES = ['admin', 'audit', 'capture', 'operate', 'query'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Roles of a service key: it signs captures on behalf of callers whom its node has authenticated, nothing else. */
export const SERVICE_ROLES: readonly Role[] = ['capture'];

/** Member name of the administrator's key that genesis names. */
export const GENESIS_ADMIN = 'admin';
