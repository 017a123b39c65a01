import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';

/** @returns false where the engine says that something uses it after all, or it was gone already */
export async function removeUnused(engine: Pick<Engine, 'remove'>, path: string): Promise<boolean> {
  try {
    return await engine.remove(path);
  } catch (error) {
    if (error instanceof UserError && error.code === 'ENGINE_REFUSED') return false;
    throw error;
  }
}
