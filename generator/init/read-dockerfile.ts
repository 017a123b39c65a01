/** What a Dockerfile says about its surroundings, as far as `init` needs it; the loader is the judge of the rest. */
export interface DockerfileReading {
  /** Images of FROM and COPY --from that are no stages of the file, as written. */
  references: readonly string[];
  /** What COPY and ADD take out of the build context, as written, without those that hold variables. */
  sources: readonly string[];
}

/**
 * Reads what a Dockerfile takes from elsewhere. Never throws: lines that are no instruction are passed over.
 * @param text the whole file
 */
export function readDockerfile(text: string): DockerfileReading {
  const stages = new Set<string>();
  const references: string[] = [];
  const sources: string[] = [];
  for (const line of instructionsOf(text)) {
    const from = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    if (from) {
      if (!stages.has(from[1]!.toLowerCase())) references.push(from[1]!);
      if (from[2] !== undefined) stages.add(from[2].toLowerCase());
    }
    const copy = /^(?:COPY|ADD)\s+((?:--\S+\s+)*)(.*)$/i.exec(line);
    if (!copy) continue;
    const origin = /--from=(\S+)/i.exec(copy[1]!)?.[1];
    if (origin === undefined) sources.push(...sourcesOf(copy[2]!));
    else if (!stages.has(origin.toLowerCase()) && !/^\d+$/.test(origin)) references.push(origin);
  }
  return { references, sources };
}

/** Instructions with their continuation lines joined; comments and the bodies of here-documents are left out. */
function instructionsOf(text: string): string[] {
  const instructions: string[] = [];
  let open = '';
  let heredoc: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (heredoc !== undefined) {
      if (line.replace(/^\t+/, '') === heredoc) heredoc = undefined;
      continue;
    }
    if (/^\s*#/.test(line) || (open !== '' && line.trim() === '')) continue;
    const continued = /^(.*)\\\s*$/.exec(line);
    open += (continued ? continued[1]! : line).trim() + ' ';
    if (continued) continue;
    heredoc = /<<-?["']?(\w+)["']?/.exec(open)?.[1];
    instructions.push(open.trim());
    open = '';
  }
  return open === '' ? instructions : [...instructions, open.trim()];
}

function sourcesOf(words: string): string[] {
  const list = words.trim().startsWith('[') ? parseList(words) : words.trim().split(/\s+/);
  return list.slice(0, -1).filter((source) => !/\$|<<|:\/\/|^git@/.test(source));
}

function parseList(words: string): string[] {
  try {
    const list: unknown = JSON.parse(words);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
