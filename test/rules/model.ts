import { Permits } from './permits.js';
import type { Part, Step, Thing } from './step.js';

class Refused extends Error {}
const refuse = (): never => {
  throw new Refused();
};
const must = (holds: boolean): void => {
  if (!holds) refuse();
};

/** What is done by an operation: items at their end are not asked for. */
const OPERATIONS = ['rejects', 'cancels', 'disputes', 'resolves', 'appoints', 'recalls', 'ends the recall'];
const FINAL: readonly string[] = ['CONSUMED', 'INACTIVE', 'DESTROYED'];
const makerOf = (name: string): string => name.split(':')[1] ?? '';
const unborn = (): Thing => ({
  status: 'UNKNOWN', custodian: '', owner: '', parent: '', children: new Set(), contents: new Map(), height: 0,
  transfer: null, since: 0, soldBy: '', ownerBy: '', disposition: '', remaining: null, holds: new Set()
});

interface Dispute {
  readonly from: string;
  readonly to: string;
  readonly things: readonly string[];
  readonly part: Part | null;
  open: boolean;
}

/**
 * Goods as the page of the rules describes them, as simply as it can be said: what a step does to whom, or that it is
 * refused. Nothing here is shared with the contract; both must come to the same state after every step.
 */
export class Model {
  things = new Map<string, Thing>();
  /** Amounts by lot, then place. */
  lots = new Map<string, Map<string, number>>();
  disputes = new Map<string, Dispute>();
  readonly permits = new Permits('delta');
  /** Things that the present step has changed. */
  #changed = new Set<string>();

  /** `applied`, `history` or `refused`; a step that is refused leaves the model as it was. */
  take(step: Step): 'applied' | 'history' | 'refused' {
    const before = structuredClone({ things: this.things, lots: this.lots, disputes: this.disputes });
    this.#changed = new Set();
    try {
      this.#refuseFinal(step);
      this.#do(step);
      const late = [...this.#changed].some((name) => step.day < this.thing(name).since);
      if (late && step.verb !== 'stores') refuse();
      if (late) Object.assign(this, before);
      else for (const name of this.#changed) this.thing(name).since = step.day;
      return late ? 'history' : 'applied';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, before);
      return 'refused';
    }
  }

  thing(name: string): Thing {
    let found = this.things.get(name);
    if (found === undefined) this.things.set(name, (found = unborn()));
    return found;
  }

  #change(name: string, changes: Partial<Thing>): void {
    Object.assign(this.thing(name), changes);
    this.#changed.add(name);
  }

  /** After its end nothing happens to a thing, but that somebody tries to make it again. */
  #refuseFinal({ verb, things, parent }: Step): void {
    if (OPERATIONS.includes(verb) || verb === 'commissions') return;
    for (const name of [...things, parent ?? '']) if (name !== '') must(!FINAL.includes(this.thing(name).status));
  }

  #outermost(name: string): Thing {
    const thing = this.thing(name);
    return thing.parent === '' ? thing : this.#outermost(thing.parent);
  }

  #holds(who: string, name: string, act: string): void {
    must(this.permits.may(who, this.#outermost(name).custodian, act));
  }

  /** Held, or an agent's to do this with, in nobody's box, in no transfer, alive. */
  #free(who: string, name: string, act: string): Thing {
    const thing = this.thing(name);
    must(thing.transfer === null && thing.parent === '');
    this.#holds(who, name, act);
    must(thing.status === 'ACTIVE');
    return thing;
  }

  amount(lot: string, place: string): number {
    return this.lots.get(lot)?.get(place) ?? 0;
  }

  #add(lot: string, place: string, amount: number): void {
    const left = this.amount(lot, place) + amount;
    must(left >= 0);
    const places = this.lots.get(lot) ?? new Map<string, number>();
    if (left === 0) places.delete(place);
    else places.set(place, left);
    this.lots.set(lot, places);
  }

  #move(part: Part | null, from: string, to: string | null): void {
    if (part === null) return;
    this.#add(part.lot, from, -part.amount);
    if (to !== null) this.#add(part.lot, to, part.amount);
  }

  #do(step: Step): void {
    const { who, things, part, other = '' } = step;
    switch (step.verb) {
      case 'commissions':
        return things.forEach((name) => this.#bear(who, name));
      case 'makes':
        must(part !== null && makerOf(part.lot) === who);
        return part === null ? undefined : this.#add(part.lot, `org:${who}`, part.amount);
      case 'ships':
        return this.#ship(step);
      case 'receives':
      case 'returns':
        return this.#receive(step);
      case 'voids':
        for (const name of things) {
          const { transfer } = this.thing(name);
          must(transfer !== null && this.permits.may(who, transfer.from, 'move') && transfer.dispute === '');
          this.#change(name, { status: 'ACTIVE', transfer: null });
        }
        return this.#drain(part, (place) => place.startsWith(`to:${who}/`), `org:${who}`);
      case 'rejects':
        return this.#end(step, other, who);
      case 'cancels':
        return this.#end(step, who, other);
      case 'disputes':
        return this.#dispute(step);
      case 'resolves':
        return this.#resolve(step);
      case 'packs':
        return this.#pack(step);
      case 'unpacks':
      case 'empties':
        return this.#unpack(step);
      case 'uses':
      case 'sells':
      case 'destroys':
        return this.#spend(step);
      case 'stores':
        return things.forEach((name) => this.#store(who, name));
      default:
        return this.#permit(step);
    }
  }

  /** What ends or uses up. */
  #spend(step: Step): void {
    const { who, things, part } = step;
    switch (step.verb) {
      case 'uses':
        for (const [i, name] of things.entries()) this.#use(who, name, i === 0 ? (step.keeping ?? 0) : 0);
        must(part === null || this.permits.recallsOf(part.lot).length === 0);
        this.#move(part, `org:${who}`, null);
        must(!things.includes(step.made ?? ''));
        return this.#bear(who, step.made ?? '');
      case 'sells':
        for (const name of things) {
          const { custodian, holds } = this.#free(who, name, 'end');
          must(this.permits.recallsOf(name, holds).length === 0);
          this.#change(name, { status: 'SOLD', custodian: '', soldBy: custodian });
        }
        must(part === null || this.permits.recallsOf(part.lot).length === 0);
        return this.#move(part, `org:${who}`, null);
      case 'destroys':
        for (const name of things) {
          this.#free(who, name, 'end');
          this.#change(name, { status: 'DESTROYED' });
        }
        return this.#move(part, `org:${who}`, null);
      default:
        throw new Error(step.verb);
    }
  }

  /** What others may do, and what is recalled. */
  #permit(step: Step): void {
    const { who, things, part, other = '', name = '' } = step;
    switch (step.verb) {
      case 'appoints':
        return must(this.permits.appoint(who, other, step.acts ?? []));
      case 'recalls':
        return must(this.permits.recall(who, name, part === null ? things : [part.lot]));
      case 'ends the recall':
        return must(this.permits.close(who, name));
      default:
        throw new Error(step.verb);
    }
  }

  /** Only who holds a thing uses it; what is left of it never grows. */
  #use(who: string, name: string, keeping: number): void {
    const { custodian, remaining, holds } = this.#free(who, name, 'use');
    must(custodian === who && this.permits.recallsOf(name, holds).length === 0);
    must(keeping === 0 || remaining === null || keeping <= remaining);
    this.#change(name, keeping === 0 ? { status: 'CONSUMED', remaining: null } : { remaining: keeping });
  }

  #bear(who: string, name: string): void {
    must(this.thing(name).status === 'UNKNOWN' && makerOf(name) === who);
    this.#change(name, { status: 'ACTIVE', custodian: who, owner: who });
  }

  #ship({ who, things, part, other = '', owner = '' }: Step): void {
    for (const name of things) {
      const thing = this.#free(who, name, 'move');
      must(this.permits.mayGo(name, thing.holds, other));
      must(owner === '' || owner === thing.owner || thing.owner === '' || thing.owner === who);
      this.#change(name, { status: 'IN_TRANSFER', transfer: { from: thing.custodian, to: other, owner, dispute: '' } });
    }
    must(part === null || this.permits.mayGo(part.lot, new Set(), other));
    this.#move(part, `org:${who}`, `to:${who}/${other}`);
  }

  #receive({ who, things, part, verb }: Step): void {
    for (const name of things) {
      const thing = this.thing(name);
      must(thing.status !== 'UNKNOWN' && thing.parent === '');
      if (thing.transfer !== null) {
        must(this.permits.may(who, thing.transfer.to, 'move') && thing.transfer.dispute === '');
        this.#handOver(name, thing);
      } else if (verb === 'returns' && thing.status === 'SOLD') {
        must(thing.soldBy === who || makerOf(name) === who);
        this.#change(name, { status: 'ACTIVE', custodian: who });
      } else must(thing.custodian === who);
      if (verb === 'returns' && thing.disposition !== 'returned') this.#change(name, { disposition: 'returned' });
    }
    this.#drain(part, (place) => place.startsWith('to:') && place.endsWith(`/${who}`), `org:${who}`);
  }

  #handOver(name: string, thing: Thing): void {
    const { transfer } = thing;
    if (transfer === null) return;
    const isBox = thing.children.size + thing.contents.size > 0;
    const owned = transfer.owner === '' ? {} : {
      owner: transfer.owner,
      ownerBy: isBox && thing.owner === '' ? transfer.from : thing.ownerBy
    };
    this.#change(name, { status: 'ACTIVE', custodian: transfer.to, transfer: null, ...owned });
  }

  /** Takes an amount from several places, in the order of their names; all of it or refused. */
  #drain(part: Part | null, from: (place: string) => boolean, to: string): void {
    if (part === null) return;
    let left = part.amount;
    for (const place of [...(this.lots.get(part.lot)?.keys() ?? [])].filter(from).sort()) {
      const taken = Math.min(left, this.amount(part.lot, place));
      this.#move({ lot: part.lot, amount: taken }, place, to);
      left -= taken;
    }
    must(left === 0);
  }

  #between(names: readonly string[], from: string, to: string): void {
    for (const name of names) {
      const { transfer } = this.thing(name);
      must(transfer !== null && transfer.from === from && transfer.to === to && transfer.dispute === '');
    }
  }

  #end({ things, part }: Step, from: string, to: string): void {
    this.#between(things, from, to);
    for (const name of things) Object.assign(this.thing(name), { status: 'ACTIVE', transfer: null });
    this.#move(part, `to:${from}/${to}`, `org:${from}`);
  }

  #dispute({ who, things, part, other: from = '', name = '' }: Step): void {
    const id = `${who}/${name}`;
    must(!this.disputes.has(id));
    this.#between(things, from, who);
    for (const each of things) {
      const thing = this.thing(each);
      if (thing.transfer !== null) thing.transfer = { ...thing.transfer, dispute: id };
    }
    this.#move(part, `to:${from}/${who}`, `dispute:${from}/${who}`);
    this.disputes.set(id, { from, to: who, things, part, open: true });
  }

  #resolve({ who, name = '', result = '' }: Step): void {
    const dispute = this.disputes.get(name);
    if (dispute?.open !== true) return refuse();
    const { from, to, things, part } = dispute;
    must(who === (result === 'received' ? to : from));
    for (const each of things) {
      const thing = this.thing(each);
      if (result === 'received') this.#handOver(each, thing);
      else Object.assign(thing, { status: result === 'lost' ? 'INACTIVE' : 'ACTIVE', transfer: null });
    }
    this.#changed.clear();
    this.#move(part, `dispute:${from}/${to}`, { returned: `org:${from}`, received: `org:${to}` }[result] ?? null);
    dispute.open = false;
  }

  #pack({ who, things, part, parent = '' }: Step): void {
    const box = this.thing(parent);
    if (box.status === 'UNKNOWN') {
      must(makerOf(parent) === who);
      const holder = things[0] === undefined ? '' : this.#outermost(things[0]).custodian;
      this.#change(parent, { status: 'ACTIVE', custodian: this.permits.may(who, holder, 'pack') ? holder : who });
    }
    this.#holds(who, parent, 'pack');
    const { custodian } = this.#outermost(parent);
    must(box.status === 'ACTIVE' || box.status === 'IN_PARENT');
    must(this.#outermost(parent).transfer === null);
    if (box.children.size + box.contents.size === 0) {
      if (box.owner !== '') this.#change(parent, {});
      Object.assign(box, { owner: '', ownerBy: '', holds: new Set() });
    }
    const above: string[] = [];
    for (let at = box.parent; at !== ''; at = this.thing(at).parent) above.push(at);
    for (const name of things) {
      const thing = this.thing(name);
      must(name !== parent && !above.includes(name));
      this.#holds(who, name, 'pack');
      must(this.#outermost(name).custodian === custodian);
      must(thing.parent === '' && thing.status === 'ACTIVE' && above.length + 2 + thing.height <= 8);
      for (const id of this.permits.recallsOf(name, thing.holds)) box.holds.add(id);
      this.#change(name, { parent, status: 'IN_PARENT' });
      box.children.add(name);
      box.height = Math.max(box.height, thing.height + 1);
    }
    this.#move(part, `org:${custodian}`, `in:${parent}`);
    if (part !== null) {
      for (const id of this.permits.recallsOf(part.lot)) box.holds.add(id);
      box.contents.set(part.lot, (box.contents.get(part.lot) ?? 0) + part.amount);
      box.height = Math.max(box.height, 1);
    }
    this.#change(parent, {});
    let { height } = box;
    for (const name of above) {
      this.thing(name).height = Math.max(this.thing(name).height, ++height);
      for (const id of box.holds) this.thing(name).holds.add(id);
    }
  }

  #unpack({ who, things, part, parent = '', verb }: Step): void {
    const box = this.thing(parent);
    this.#holds(who, parent, 'pack');
    const around = this.#outermost(parent);
    must(around.transfer === null);
    const listed = verb === 'empties' ? [...box.children] : things;
    const parts = verb === 'empties' ? [...box.contents].map(([lot, amount]) => ({ lot, amount })) : [part];
    if (listed.length + parts.length > 0 && (verb === 'unpacks' || box.children.size + box.contents.size > 0)) {
      this.#changed.add(parent);
    }
    const cessions: { from: string; to: string }[] = [];
    for (let at = parent; at !== ''; at = this.thing(at).parent) {
      const { owner, ownerBy } = this.thing(at);
      if (owner !== '') cessions.push({ from: ownerBy, to: owner });
    }
    for (const name of listed) {
      must(box.children.delete(name));
      let { owner } = this.thing(name);
      for (const { from, to } of cessions) if (owner === '' || owner === from) owner = to;
      this.#change(name, { parent: '', status: 'ACTIVE', custodian: around.custodian, owner });
    }
    for (const each of parts) {
      if (each === null) continue;
      const left = (box.contents.get(each.lot) ?? -1) - each.amount;
      must(left >= 0);
      if (left === 0) box.contents.delete(each.lot);
      else box.contents.set(each.lot, left);
      this.#move(each, `in:${parent}`, `org:${around.custodian}`);
    }
    if (box.children.size + box.contents.size === 0) Object.assign(box, { height: 0, owner: '', ownerBy: '', holds: new Set() });
  }

  #store(who: string, name: string): void {
    const top = this.#outermost(name);
    if (top.custodian === '' || top.transfer?.to === who) return;
    this.#holds(who, name, 'observe');
    if (this.thing(name).disposition !== 'available') this.#change(name, { disposition: 'available' });
  }
}
