import type { Part } from '../context.js';
import { catchUpPart } from './catchUp.js';
import { etcdPart } from './etcd.js';
import { floorPart } from './floor.js';
import { hundredPart } from './hundred.js';
import { httpPart, insertPart } from './http.js';
import { killPart } from './kill.js';
import { lonePart } from './lone.js';
import { scalePart } from './scale.js';
import { streamPart } from './stream.js';
import { votesPart } from './votes.js';

/** By the names that `--only` takes, in the order in which they run: ratios are of figures that were measured before. */
export const PARTS: Readonly<Record<string, Part>> = {
  floor: floorPart,
  stream: streamPart,
  http: httpPart,
  lone: lonePart,
  hundred: hundredPart,
  insert: insertPart,
  etcd: etcdPart,
  kill: killPart,
  catchUp: catchUpPart,
  votes: votesPart,
  scale: scalePart
};
