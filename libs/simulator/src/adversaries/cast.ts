import { unreachable } from '@lading/kernel';
import type { AdversaryName } from './names.js';
import type { Adversary } from '../surroundings.js';
import { clockForger, clockFreezer, equivocatingLeader, headerForger, silentLeader } from './proposals.js';
import { badSyncServer, garbageFlood, laneForker, laneOmitter, selectiveAuthor } from './supply.js';
import { lyingViewChange, staleViewChange, subsetChooser, suspectEverything, twoFacedNewView } from './viewChanges.js';
import { usurper } from './usurper.js';
import { duplicateSigners, mutator, replayer, twoFacedVoter, voteWithholder } from './votes.js';

/** A fresh adversary: each keeps its own lies. */
export function castAdversary(name: AdversaryName): Adversary {
  switch (name) {
    case 'equivocating leader':
      return equivocatingLeader();
    case 'header forger':
      return headerForger();
    case 'silent leader':
      return silentLeader();
    case 'clock freezer':
      return clockFreezer();
    case 'clock forger':
      return clockForger();
    case 'two-faced new view':
      return twoFacedNewView();
    case 'subset chooser':
      return subsetChooser();
    case 'stale view change':
      return staleViewChange();
    case 'lying view change':
      return lyingViewChange();
    case 'suspect everything':
      return suspectEverything();
    case 'vote withholder':
      return voteWithholder();
    case 'two-faced voter':
      return twoFacedVoter();
    case 'duplicate signers':
      return duplicateSigners();
    case 'mutator':
      return mutator();
    case 'replayer':
      return replayer();
    case 'bad sync server':
      return badSyncServer();
    case 'selective author':
      return selectiveAuthor();
    case 'lane forker':
      return laneForker();
    case 'lane omitter':
      return laneOmitter();
    case 'garbage flood':
      return garbageFlood();
    case 'usurper':
      return usurper();
    default:
      return unreachable(name, 'adversary');
  }
}
