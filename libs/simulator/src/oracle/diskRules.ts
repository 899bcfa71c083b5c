import type { Hash } from '@lading/kernel';
import type { Safety } from '@lading/consensus';
import type { SimulatedNode } from '../simulatedNode.js';
import type { Signed } from '../surroundings.js';
import { keyOf } from '../hashKey.js';

/**
 * The table of spec/consensus.md D1–D5, read off the disk at the moment of signing. Records may be on disk before their
 * turn, so any recent one that allows the message is good.
 */
export function isBackedByDisk(node: SimulatedNode, message: Signed): boolean {
  const { durableSafeties } = node.disk;
  const backing = (test: (safety: Safety) => boolean): boolean =>
    durableSafeties.some((safety) => safety.epoch === message.epoch && test(safety));
  switch (message.type) {
    case 'PRE-PREPARE':
      return isPrepared(node, message.epoch, message.view, message.block.header.height, message.block.blockHash);
    case 'PREPARE':
      return isPrepared(node, message.epoch, message.view, message.height, message.blockHash);
    case 'COMMIT':
      return backing(({ view, highCert }) => {
        if (highCert === null || view !== message.view) return false;
        if (highCert.view !== message.view) return highCert.view > message.view;
        return highCert.height >= message.height;
      });
    case 'VIEW-CHANGE':
      return backing(({ mode, view, ownViewChange }) => {
        return mode === 'CHANGING' && view === message.newView && ownViewChange !== null;
      });
    case 'NEW-VIEW':
      return backing(({ mode, view }) => mode === 'NORMAL' && view === message.view);
    case 'CHECKPOINT':
      return node.height >= message.height;
  }
}

function isPrepared(node: SimulatedNode, epoch: number, view: number, height: number, hash: Hash): boolean {
  if (!node.disk.durableProposals.has(keyOf(hash))) return false;
  return node.disk.durableSafeties.some((safety) => {
    const last = safety.lastPrepared;
    const normal = safety.epoch === epoch && safety.mode === 'NORMAL' && safety.view === view;
    return normal && last?.view === view && last.height >= height;
  });
}
