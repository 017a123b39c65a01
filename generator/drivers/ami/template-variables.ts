/** What a template says of a variable: its default, where that is a plain text, number, truth value or list. */
export interface TemplateVariable {
  default?: unknown;
}

/**
 * The variables that a Packer template in HCL2 declares. Read leniently: whatever is not understood is Packer's to
 * complain about.
 */
export function readTemplateVariables(text: string): Map<string, TemplateVariable> {
  // Only what begins a line: `/*` also stands in paths such as /var/lib/apt/lists/*.
  const source = text.replace(/\r/g, '').replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '');
  const found = new Map<string, TemplateVariable>();
  for (const match of source.matchAll(/^[ \t]*variable[ \t]+"?([A-Za-z_][\w-]*)"?[ \t]*\{(.*)$/gm)) {
    const [whole, name = '', sameLine = ''] = match;
    const rest = source.slice(match.index + whole.length);
    const body = sameLine.includes('}')
      ? sameLine
      : sameLine + rest.slice(0, Math.max(0, rest.search(/^\}/m)));
    const value = readDefault(body);
    found.set(name, value === undefined ? {} : { default: value });
  }
  return found;
}

function readDefault(body: string): unknown {
  const written = /(?:^|[\n{;])?\s*\bdefault[ \t]*=[ \t]*(\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[\w.-]+)/.exec(
    body,
  )?.[1];
  if (written === undefined) return undefined;
  try {
    return JSON.parse(written.replace(/,\s*\]$/, ']')) as unknown;
  } catch {
    return undefined;
  }
}
