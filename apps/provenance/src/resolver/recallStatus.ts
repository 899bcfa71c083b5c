import { Inject, Injectable } from '@nestjs/common';
import type { RecallStatusAnswer } from '@lading/api';
import {
  decodeItem,
  decodeRecall,
  decodeRecallChain,
  gtinOf,
  isInRecallScope,
  itemStateKey,
  recallChainKey,
  recallKey
} from '@lading/provenance';
import { Projector } from '../projector/projector.js';
import { PROVENANCE_OPTIONS, type ProvenanceOptions } from '../provenance.options.js';

/** Open recalls that name an identifier, by the ledger's state. Anybody may ask: a recall is a warning to everybody. */
@Injectable()
export class RecallStatus {
  constructor(
    @Inject(PROVENANCE_OPTIONS) private readonly options: ProvenanceOptions,
    @Inject(Projector) private readonly projector: Projector
  ) {}

  async of(uri: string): Promise<RecallStatusAnswer> {
    const height = this.projector.reflectedHeight;
    const gtin = gtinOf(uri);
    const subject = gtin === '' ? uri : gtin;
    const values = await this.options.store.stateValues([itemStateKey(uri), recallChainKey(subject)]);
    const value = values.get(itemStateKey(uri));
    const item = value === undefined ? null : decodeItem(value);
    const { open } = decodeRecallChain(values.get(recallChainKey(subject)) ?? null);
    const carried = new Set([...(item?.recalls ?? []), ...(item?.holds ?? [])]);
    const ids = [...new Set([...open, ...carried])];
    const records = await this.options.store.stateValues(ids.map(recallKey));
    const recalls = ids.flatMap((recall) => {
      const stored = records.get(recallKey(recall));
      const record = stored === undefined ? null : decodeRecall(stored);
      if (record === null || !record.isOpen) return [];
      const isNamed = gtin === '' ? open.includes(recall) : isInRecallScope(record.scope, uri, item?.lot ?? '');
      return isNamed || carried.has(recall) ? [{ recall, initiator: record.initiator, subject: record.subject }] : [];
    });
    return { height, item: uri, recalled: recalls.length > 0, recalls };
  }
}
