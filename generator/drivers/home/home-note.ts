import { fitName } from '../../model/fit-name.ts';
import type { Engine } from '../../ports/engine.ts';
import { COMPONENT, ownLabels } from '../stack/stack-names.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { SwarmFile } from '../stack/swarm-objects.ts';
import type { Home } from './find-home.ts';

/** What says that somebody works on a home beside its controller; who was killed leaves it for the next one. */
export interface HomeNote {
  version: 1;
  what: 'backup' | 'restore';
  /** Of the archive. */
  id: string;
  /** When it was begun; ISO 8601. */
  time: string;
  home: Home;
  /** One that the node has. */
  image: string;
}

export interface NotePlace {
  engine: Pick<Engine, 'get' | 'post' | 'remove'>;
  project: string;
  stack: string;
}

const NOTE = 'millrace.home';

export async function writeNote({ engine, project, stack }: NotePlace, note: HomeNote): Promise<void> {
  const name = fitName(`millrace-${project}-${stack}`, `home-${note.id}`);
  const labels = { ...ownLabels(project, stack), [NOTE]: note.id };
  const data = Buffer.from(JSON.stringify(note)).toString('base64');
  await engine.post('/configs/create', { Name: name, Labels: labels, Data: data });
}

export async function dropNote({ engine, project, stack }: NotePlace, id: string): Promise<void> {
  for (const { ID } of await listNotes({ engine, project, stack }, `${NOTE}=${id}`))
    await engine.remove(`/configs/${ID}`);
}

export async function findNotes(place: Omit<NotePlace, 'engine'> & { engine: Pick<Engine, 'get'> }) {
  return (await listNotes(place, NOTE)).flatMap((one) => readNote(one) ?? []);
}

/** @param configs of a project @returns what a run that is an hour old, and so most likely dead, has left of one component */
export function describeNotes(configs: readonly SwarmFile[], component: string, now: number): string[] {
  return configs
    .filter(({ Spec }) => Spec.Labels?.[COMPONENT] === component && Spec.Labels[NOTE] !== undefined)
    .flatMap((one) => readNote(one) ?? [])
    .filter(({ time }) => now - Date.parse(time) > OLD)
    .map(
      ({ what, time }) =>
        `a ${what} of ${time.slice(0, 16).replace('T', ' ')} UTC did not end, Jenkins may begin no builds since`,
    );
}

const OLD = 3_600_000;

async function listNotes(
  { engine, project, stack }: Omit<NotePlace, 'engine'> & { engine: Pick<Engine, 'get'> },
  label: string,
): Promise<SwarmFile[]> {
  const own = Object.entries(ownLabels(project, stack)).map(([key, value]) => `${key}=${value}`);
  return (await engine.get(`/configs?${labelQuery(...own, label)}`)) as SwarmFile[];
}

function readNote({ Spec }: SwarmFile): HomeNote | undefined {
  try {
    const read = JSON.parse(Buffer.from(Spec.Data ?? '', 'base64').toString('utf8')) as HomeNote;
    return (read.version as number) === 1 ? read : undefined;
  } catch {
    return undefined;
  }
}
