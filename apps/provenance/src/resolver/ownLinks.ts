import { Inject, Injectable } from '@nestjs/common';
import { decodeItemLinks, linkKey, type ItemKey } from '@lading/provenance';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';
import type { ResolverLink } from './links.js';

/** Links that holders of prefixes have registered on the ledger (operation `link.put`): every node leads alike. */
@Injectable()
export class OwnLinks {
  constructor(@Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions) {}

  /** Of the item itself, of its lot where the scan names one, of its class; the finest first. */
  async of({ uri, lot, gs1 }: ItemKey): Promise<readonly ResolverLink[]> {
    const key = gs1 === null ? null : /^https:\/\/id\.gs1\.org\/[0-9]+\/[^/]+/.exec(uri)?.[0];
    const uris = [...new Set([uri, lot, key ?? ''])].filter((one) => one !== '');
    const values = await this.options.store.stateValues(uris.map(linkKey));
    return uris.flatMap((one) => {
      const value = values.get(linkKey(one));
      return value === undefined ? [] : decodeItemLinks(value);
    });
  }
}
