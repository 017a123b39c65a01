/** A value of project.yaml, as far as `init` writes any. */
export type FieldValue = string | readonly string[] | { readonly [field: string]: FieldValue };

export type Section = 'images' | 'amis' | 'infrastructure' | 'stacks';

/** A component as it will be written: one entry of a section. */
export interface FoundComponent {
  section: Section;
  name: string;
  fields: Readonly<Record<string, FieldValue>>;
  /** The file that it was found in. */
  source: string;
  /** Why a person would not want it without a second look; undefined for what goes into the file. */
  doubt?: string;
}

/** Everything that the draft says, before it is text. */
export interface Found {
  project: string;
  remote?: string;
  branch?: string;
  /** AWS region that a Packer template names. */
  region?: string;
  components: readonly FoundComponent[];
  /** What was seen and is no entry, a line each. */
  notes: readonly string[];
}
