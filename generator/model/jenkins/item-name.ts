import { shortenMessage, trimLikeJava } from './java-text.ts';

/** Jenkins' verdict on a name; `message` is one line, in Jenkins' own words. */
export type ItemNameCheck = { ok: true } | { ok: false; message: string };

/** The most bytes that ext4, XFS and most other file systems take for one name. */
const MAX_FILE_NAME_BYTES = 255;

/** The longest of the suffixes with which Jenkins makes folders beside a job's workspace. */
const LONGEST_WORKSPACE_SUFFIX = '@999@tmp';

/** The most UTF-8 bytes of an item's name with which its folder and its workspaces can be made. */
export const MAX_ITEM_NAME_BYTES = MAX_FILE_NAME_BYTES - LONGEST_WORKSPACE_SUFFIX.length;

const UNSAFE_CHARACTERS = '?*/\\%!@#$^&|<>[]:;';

/**
 * Judges the name of a job, folder or view as `jenkins.model.Jenkins.checkGoodName` of Jenkins 2.541 does,
 * with its English messages. The length is judged by checkItemNameFits. Never throws.
 */
export function checkItemName(name: string): ItemNameCheck {
  if (name === '') return refuse('No name is specified');
  const trimmed = trimLikeJava(name);
  if (trimmed === '.' || trimmed === '..') return refuse(`“${trimmed}” is not an allowed name`);
  for (let index = 0; index < name.length; index++) {
    const unit = name.charAt(index);
    if (isControl(unit)) return refuse(`No control code is allowed: ${showControls(name)}`);
    if (UNSAFE_CHARACTERS.includes(unit)) return refuse(`‘${unit}’ is an unsafe character`);
  }
  if (trimmed.endsWith('.')) return refuse('A name cannot end with ‘.’');
  return { ok: true };
}

/**
 * Judges whether the folder of an item of this name, and the workspaces beside it, can be made: Jenkins has no
 * limit of its own and fails only when it writes. `message` states both lengths in UTF-8 bytes. Never throws.
 */
export function checkItemNameFits(name: string): ItemNameCheck {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes <= MAX_ITEM_NAME_BYTES) return { ok: true };
  return refuse(
    `the name has ${bytes} bytes; with the suffixes that Jenkins adds for workspaces, ` +
      `a file system takes at most ${MAX_ITEM_NAME_BYTES}: shorten it`,
  );
}

/** Java's `Character.isISOControl`. */
function isControl(unit: string): boolean {
  return unit <= '\u001f' || (unit >= '\u007f' && unit <= '\u009f');
}

/** Jenkins writes a control character as `\u`, its decimal number, and a semicolon. */
function showControls(name: string): string {
  return Array.from(name, (unit) => (isControl(unit) ? `\\u${unit.charCodeAt(0)};` : unit)).join('');
}

function refuse(message: string): ItemNameCheck {
  return { ok: false, message: shortenMessage(message) };
}
