import { workTreeFiles } from '../adapters/work-tree-files.ts';
import { loadProject } from '../load/load-project.ts';
import { readLock } from '../load/read-lock.ts';
import { collectWantedPins } from '../load/wanted-pins.ts';
import { LOCK_FILE } from '../model/lock-file.ts';
import { bumpEpochs, chooseStale, updateLock } from '../model/lock-changes.ts';
import type { StalePins } from '../model/lock-changes.ts';
import { formatProblem } from '../model/problem.ts';
import type { Command, Invocation } from './command.ts';
import { chooseBumped, chooseRefreshed } from './lock-choice.ts';
import { dateMoves, lookUpPins } from './lock-look-up.ts';
import { committedPlace, findLockPlace, readLockAt, writeLockAt } from './lock-place.ts';
import type { LockPlace } from './lock-place.ts';
import { openLookUpPlaces } from './lock-places.ts';
import { reportLock } from './lock-report.ts';
import { requireLoaded } from './open-project.ts';

export const command: Command = {
  declare(parser) {
    parser
      .option(
        '--update [name...]',
        'look pins up again: all, or those of these references, AMIs or components',
      )
      .option('--except-amis', 'with --update: leave the pins of machine images as they are')
      .option(
        '--bump <id...>',
        'have these components rebuilt, though nothing of theirs changed; pins nothing',
      )
      .addHelpText(
        'after',
        '\nExamples:\n  $ millrace lock                          # pins what has no pin yet\n  $ millrace lock --update debian:bookworm-slim ami:cluster-node\n  $ millrace lock --bump image:api',
      );
  },
  run: lock,
};

async function lock(invocation: Invocation): Promise<number> {
  const { options, output } = invocation;
  const { project, graph, wanted, committed, place, before } = gather(invocation);
  const bump = chooseBumped(options['bump'], graph);
  // To rebuild by force needs no network, and is no reason to take anything new in.
  const pinsToo = bump.length === 0 || options['update'] !== undefined || options['exceptAmis'] === true;
  const stale = pinsToo
    ? chooseStale(before, wanted, chooseRefreshed(options, wanted, graph))
    : { images: [], amis: [] };

  announce(stale, place, output);
  const places = await openLookUpPlaces(project, invocation.env);
  const found = await lookUpPins(stale, wanted, places);
  const update = pinsToo
    ? updateLock(before, wanted, found)
    : { lock: before, moved: [], added: [], removed: [] };
  update.lock = bumpEpochs(update.lock, bump);
  const dates = await dateMoves(update.moved, places, found);

  const isWritten = pinsToo || place.kind === 'committed' ? writeLockAt(place, update.lock) : false;
  if (bump.length > 0 && place.kind !== 'committed')
    writeLockAt(committedPlace(invocation.root), bumpEpochs(committed, bump));
  const bumped = new Map(bump.map((id) => [id, update.lock.epochs[id]!] as const));
  reportLock({ place, update, bumped, dates, isWritten }, output);
  return 0;
}

/** The work tree's project, its pins, and what it needs pins for. */
function gather(invocation: Invocation) {
  const { root, output } = invocation;
  const files = workTreeFiles(root);
  const result = loadProject(files);
  // What has no pin is what this command is about.
  for (const warning of result.warnings.filter(({ file }) => file !== LOCK_FILE))
    output.note(`${output.noteColors.yellow('warning:')} ${formatProblem(warning)}`);
  const { project, graph } = requireLoaded(result);
  const committed = readLock(files);
  const place = findLockPlace(invocation, project.project);
  const before = readLockAt(place, committed);
  return { project, graph, wanted: collectWantedPins(project, graph, files), committed, place, before };
}

function announce(
  { images, amis }: StalePins,
  { kind, path }: LockPlace,
  output: Invocation['output'],
): void {
  if (kind !== 'committed')
    output.note(`A ${kind} run: its pins are its own, in ${path}, and are not committed.`);
  const parts = [
    ...(images.length === 0 ? [] : [images.length === 1 ? '1 image' : `${images.length} images`]),
    ...(amis.length === 0 ? [] : [amis.length === 1 ? '1 AMI' : `${amis.length} AMIs`]),
  ];
  if (parts.length > 0) output.note(`Looking up ${parts.join(' and ')} …`);
}
