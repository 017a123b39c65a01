import type { FieldValue, FoundComponent } from './found.ts';
import type { Places } from './guess-context.ts';
import { isGeneric, makeName, nameAll, tellingFolders } from './name-components.ts';
import { baseOf, folderOf, resolveWithin, sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

/** Packer templates (HCL2) with an `amazon-ebs` source; the older JSON ones are only mentioned. */
export function findAmis(look: RepositoryLook, places: Places) {
  const templates = [...look.texts].filter(
    ([path, text]) => sortOfFile(path) === 'packer' && SOURCE.test(text),
  );
  const names = nameAll(
    templates.map(([path, text]) => ({ name: wishOf(path, text), folders: tellingFolders(folderOf(path)) })),
  );
  const components = templates.map(([path, text], index) =>
    readTemplate(path, text, names[index]!, look, places),
  );
  const region = templates
    .map(([path, text]) => regionOf(path, text, look))
    .find((found) => found !== undefined);
  const notes = [...look.texts]
    .filter(([path, text]) => sortOfFile(path) === 'packer-json' && /"amazon-ebs"/.test(text))
    .map(
      ([path]) => `${path}: a JSON template; \`packer hcl2_upgrade\` turns it into one that Millrace takes`,
    );
  return { components, notes, region };
}

const SOURCE = /^\s*source\s+"amazon-ebs"\s+"([^"]+)"/m;

/** Characters; the block has some ten lines, and its end is found by nobody without a parser for HCL. */
const MAX_FILTER = 1_200;

/** The file's name, unless it says only that it is a template. */
function wishOf(path: string, text: string): string {
  const name = baseOf(path).replace(/\.pkr\.hcl$/, '');
  if (/^(?:main|template|build|builder|image|ami|aws|amazon|ebs|sources?)$/i.test(name) || isGeneric(name)) {
    return SOURCE.exec(text)?.[1] ?? name;
  }
  return makeName(name) === '' ? (SOURCE.exec(text)?.[1] ?? name) : name;
}

function readTemplate(
  path: string,
  text: string,
  name: string,
  look: RepositoryLook,
  places: Places,
): FoundComponent {
  const template: FoundComponent = { section: 'amis', name, fields: { template: path }, source: path };
  const start = text.indexOf('source_ami_filter');
  const filter = start < 0 ? '' : text.slice(start, start + MAX_FILTER);
  const owner = literal(filter, 'owners', path, look);
  const wanted = literal(filter, 'name', path, look);
  const playbook = playbookOf(path, text, places);
  const fields: Record<string, FieldValue> = {
    template: path,
    ...(playbook === undefined ? {} : { playbook }),
  };
  if (owner === undefined || wanted === undefined) {
    return {
      ...template,
      fields,
      doubt: 'needs source: { owner, name }, the AMI to start from; the template names none by a filter',
    };
  }
  const architecture = literal(filter, 'architecture', path, look);
  const odd: Record<string, string> =
    architecture !== undefined && architecture !== 'x86_64' ? { architecture } : {};
  return { ...template, fields: { ...fields, source: { owner, name: wanted, ...odd } } };
}

/** Packer reads the path from where it is started: the template's folder or the root. */
function playbookOf(path: string, text: string, places: Places): string | undefined {
  const written = /^\s*playbook_file\s*=\s*"([^"]+)"/m
    .exec(text)?.[1]
    ?.replace(/^\$\{path\.(?:root|cwd)\}\//, './');
  if (written === undefined || written.includes('${')) return undefined;
  return [folderOf(path), '']
    .map((folder) => resolveWithin(folder, written))
    .find((found) => found !== undefined && places.has(found));
}

function regionOf(path: string, text: string, look: RepositoryLook): string | undefined {
  const region = literal(text, 'region', path, look);
  return region !== undefined && /^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region) ? region : undefined;
}

/** The text of an attribute, or the default of the variable that it names, in the template or a file beside it. */
function literal(block: string, attribute: string, path: string, look: RepositoryLook): string | undefined {
  const found = new RegExp(
    `(?:^|[{,])\\s*"?${attribute}"?\\s*[=:]\\s*\\[?\\s*(?:"([^"$]*)"|(?:"\\$\\{)?var\\.([\\w-]+))`,
    'm',
  ).exec(block);
  if (found?.[2] === undefined) return found?.[1];
  const beside = [...look.texts].filter(
    ([other]) => folderOf(other) === folderOf(path) && sortOfFile(other) === 'packer',
  );
  for (const [, text] of beside) {
    const variable = new RegExp(
      `^\\s*variable\\s+"${found[2]}"\\s*\\{[^}]*?default\\s*=\\s*"([^"$]*)"`,
      'm',
    ).exec(text);
    if (variable) return variable[1];
  }
  return undefined;
}
