import { Inject, Injectable } from '@nestjs/common';
import { ApiFault } from '@lading/api';
import { canonicalItem } from '@lading/provenance';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';

/** Candidates listed when a lot or serial is not unique. */
const CANDIDATES = 50;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** The item that a person means: by any spelling of its identifier, or by its lot, serial or code alone. */
@Injectable()
export class ItemFinder {
  constructor(@Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions) {}

  /** Canonical URI. Throws ITEM_UNKNOWN, or AMBIGUOUS_ITEM with the candidates in `data`. */
  async find(id: string): Promise<string> {
    const { projection } = this.options;
    const candidates = await projection.itemsByLabel(id, CANDIDATES);
    const uri = ABSOLUTE.test(id) || id.startsWith('tgroup/') ? canonical(id) : null;
    if (uri !== null && (await projection.hasItem(uri))) return uri;
    const [only, ...others] = candidates;
    if (only === undefined)
      throw new ApiFault('ITEM_UNKNOWN', 'no event names this item; use its URI, lot, serial or SSCC');
    if (others.length === 0) return only;
    throw new ApiFault(
      'AMBIGUOUS_ITEM',
      `${candidates.length} items are called so; ask again with one of the URIs in data`,
      {
        data: candidates
      }
    );
  }
}

function canonical(id: string): string | null {
  if (id.startsWith('tgroup/')) return id;
  const item = canonicalItem(id, 'instance');
  return item.ok ? item.value.uri : null;
}
