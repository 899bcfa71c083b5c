import type { LedgerStore } from '@lading/engine';
import type { KeyRegistry, RegisteredKey, RegisteredMember } from '@lading/identity';
import { parseKeyId } from '@lading/ledger';
import { decodeKeyRecord, decodeMemberRecord, keyKey, memberKey } from '@lading/membership';

/** Rights are read from the ledger's state of this node's own database, as of its last executed block. */
export class LedgerKeyRegistry implements KeyRegistry {
  private readonly listeners = new Set<() => void>();

  constructor(private readonly store: LedgerStore) {}

  async key(kid: string): Promise<RegisteredKey | null> {
    const parts = parseKeyId(kid);
    if (parts === null) return null;
    const record = await this.read(keyKey(kid), decodeKeyRecord);
    if (record === null) return null;
    const { purpose, status } = record;
    return { purpose, status, organization: parts.organization, member: parts.member };
  }

  async member(id: string): Promise<RegisteredMember | null> {
    const [organization, member, ...rest] = id.split('/');
    if (organization === undefined || member === undefined || rest.length > 0) return null;
    const record = await this.read(memberKey(organization, member), decodeMemberRecord);
    return record === null ? null : { status: record.status, roles: record.roles };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** To be called after a block that changed members or keys. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  private async read<T>(
    key: string,
    decode: (
      value: Uint8Array
    ) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }
  ): Promise<T | null> {
    const value = (await this.store.stateValues([key])).get(key);
    if (value === undefined) return null;
    const decoded = decode(value);
    if (!decoded.ok) throw new Error(`damaged state entry ${key}: ${decoded.detail}`);
    return decoded.value;
  }
}
