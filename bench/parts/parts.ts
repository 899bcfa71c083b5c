import type { Part } from '../context.js';
import { floorPart } from './floor.js';
import { hundredPart } from './hundred.js';
import { httpPart, insertPart } from './http.js';
import { lonePart } from './lone.js';
import { streamPart } from './stream.js';

/** By the names that `--only` takes, in the order in which they run: ratios are of figures that were measured before. */
export const PARTS: Readonly<Record<string, Part>> = {
  floor: floorPart,
  stream: streamPart,
  http: httpPart,
  lone: lonePart,
  hundred: hundredPart,
  insert: insertPart
};
