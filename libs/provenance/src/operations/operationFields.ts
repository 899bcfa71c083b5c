import { reject, type Rejection } from '@lading/kernel';
import { JsonFields, parseQuantity, scanJson, type Transaction } from '@lading/ledger';
import { canonicalItem, type ItemKey, type ItemKind } from '../identifiers/canonicalItem.js';
import type { Amount } from '../state/disputeRecord.js';
import { OPERATION_ENTRIES, type Goods } from './operationRequest.js';

export const ORGANIZATION = /^[a-z][a-z0-9-]{0,62}$/;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const ID = /^[a-z][a-z0-9-]{0,62}\/[A-Za-z0-9._-]{1,64}$/;
const MEMBER = /^[a-z][a-z0-9-]{0,62}\/[A-Za-z0-9._-]{1,63}$/;
const UNIT = /^[A-Z0-9]{0,3}$/;
const REASON_BYTES = 500;
const URI_BYTES = 2048;
const QUANTITY_BYTES = 24;

/** The payload of an operation: exactly the members that it must have, and of the optional ones those that are there. */
export class OperationFields {
  readonly json: JsonFields;
  readonly #present: ReadonlySet<string>;

  constructor(
    private readonly tx: Transaction,
    required: readonly string[],
    optional: readonly string[] = []
  ) {
    const scanned = scanJson(tx.payload);
    const root = scanned.ok && scanned.value.type === 'object' ? scanned.value : null;
    const names = new Set(root?.members.keys() ?? []);
    this.#present = new Set([...optional, 'onBehalfOf', 'reason'].filter((name) => names.has(name)));
    const wanted = [...required, ...this.#present];
    this.json = scanned.ok ? JsonFields.of(scanned.value, wanted) : JsonFields.scan(tx.payload, wanted);
    if (this.has('reason')) this.json.text('reason', REASON_BYTES);
  }

  has(name: string): boolean {
    return this.#present.has(name);
  }

  get onBehalfOf(): string {
    return this.has('onBehalfOf') ? this.json.plain('onBehalfOf', 128, MEMBER) : '';
  }

  get rejection(): Rejection<'PAYLOAD_MALFORMED'> | null {
    const { fault } = this.json;
    return fault === null ? null : reject('PAYLOAD_MALFORMED', fault.detail, fault.pointer);
  }

  organization(name: string): string {
    return this.json.plain(name, 63, ORGANIZATION);
  }

  /** A name of the signer's own; the id has its organization before it, so that names of two never meet. */
  ownId(name: string): string {
    return `${this.tx.organization}/${this.json.plain(name, 64, NAME)}`;
  }

  id(name: string): string {
    return this.json.plain(name, 128, ID);
  }

  item(name: string, kind: ItemKind, fields: JsonFields = this.json): ItemKey | null {
    return canonical(fields, name, fields.text(name, URI_BYTES), kind);
  }

  items(name: string, kind: ItemKind): readonly ItemKey[] {
    const list = this.json.items(name, OPERATION_ENTRIES);
    const keys = list.flatMap((node, i) => {
      const text = node.type === 'string' ? node.value : '';
      const key = canonical(this.json, `${name}/${i}`, text, kind);
      return key === null ? [] : [key];
    });
    if (new Set(keys.map(({ uri }) => uri)).size < list.length) this.json.refuse(name, 'names something twice');
    return keys;
  }

  goods(): Goods {
    const items = this.items('items', 'instance').map(({ uri }) => uri);
    const quantities = this.json.objects('quantities', OPERATION_ENTRIES, ['item', 'uom', 'quantity']).map((fields) => {
      const uri = this.item('item', 'class', fields)?.uri ?? '';
      return { uri, ...this.unitAmount(fields) };
    });
    if (items.length + quantities.length === 0) this.json.refuse('items', 'nothing is named');
    return { items, quantities: quantities satisfies readonly Amount[] };
  }

  unitAmount(fields: JsonFields = this.json): { readonly uom: string; readonly amount: bigint } {
    return { uom: fields.plain('uom', 3, UNIT), amount: this.quantity('quantity', fields) };
  }

  /** A quantity as text: no JSON number on the way can round it. Never negative. */
  quantity(name: string, fields: JsonFields = this.json): bigint {
    const amount = this.decimal(name, fields);
    if (amount < 0n) fields.refuse(name, 'is negative');
    return amount;
  }

  decimal(name: string, fields: JsonFields = this.json): bigint {
    const parsed = parseQuantity(fields.plain(name, QUANTITY_BYTES));
    if (parsed.ok) return parsed.value;
    fields.refuse(name, parsed.detail);
    return 0n;
  }
}

function canonical(fields: JsonFields, name: string, text: string, kind: ItemKind): ItemKey | null {
  const isAbsolute = /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text);
  const item = isAbsolute ? canonicalItem(text, kind) : null;
  if (item?.ok === true) return item.value;
  fields.refuse(name, item === null ? 'is not an absolute URI' : item.detail);
  return null;
}
