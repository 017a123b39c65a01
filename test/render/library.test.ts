import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { isOptional } from '../../generator/render/describe-schema.ts';
import { LIBRARY_STEPS } from '../../generator/render/library/steps.ts';
import type { LibraryStep } from '../../generator/render/library/steps.ts';
import { renderLibrary } from '../../generator/render/render-library.ts';
import { renderStepHelp } from '../../generator/render/render-step-help.ts';

const sources = readPackageSources();
const files = renderLibrary(sources);
const groovyOf = (name: string): string => sources.library[`vars/${name}.groovy`]!;

/** Options that a step reads, itself or by handing all of them to another step. */
function optionsRead(name: string): string[] {
  const text = groovyOf(name);
  const own = [...text.matchAll(/\boptions\.([A-Za-z]+)/g)].map(([, option]) => option!);
  const handed = [...text.matchAll(/\b([A-Za-z]+)\(options\)/g)].flatMap(([, step]) => optionsRead(step!));
  return [...new Set([...own, ...handed])].sort();
}

describe('the library', () => {
  test('describes exactly the steps that it has', () => {
    const described = LIBRARY_STEPS.map(({ name }) => `vars/${name}.groovy`);
    expect(described.sort()).toEqual(Object.keys(sources.library).sort());
  });

  test('writes each step with its help, the schema and the reference', () => {
    const steps = LIBRARY_STEPS.flatMap(({ name }) => [`vars/${name}.groovy`, `vars/${name}.txt`]);
    expect([...files.keys()].sort()).toEqual(
      [...steps, 'resources/project.schema.json', 'docs/project-yaml.md'].sort(),
    );
  });

  test('says in the first line of every step where it comes from', () => {
    for (const [path, text] of files)
      if (path.startsWith('vars/')) expect(text.split('\n')[0]).toContain('written by `millrace generate`');
  });
});

describe.each(LIBRARY_STEPS.map((step): [string, LibraryStep] => [step.name, step]))(
  'step %s',
  (name, step) => {
    const text = groovyOf(name);

    test('reads the options that its help declares, and no others', () => {
      expect(optionsRead(name)).toEqual(Object.keys(step.options.shape).sort());
    });

    test('takes a block exactly where its help says so', () => {
      const call = /^void call\((.*?)\) \{$/m.exec(text)?.[1];
      expect(call).toBeDefined();
      expect(call!.includes('Closure body')).toBe(step.block);
      expect(/Map options = \[:\]|^$/.test(call!)).toBe(
        Object.values(step.options.shape as Record<string, z.ZodType>).every((one) => isOptional(one)) &&
          !step.block,
      );
    });

    test('has the methods that its help lists', () => {
      for (const line of step.methods) {
        const [, owner, method] = /^([A-Za-z]+)\.([A-Za-z]+)\(/.exec(line)!;
        expect(owner).toBe(name);
        expect(text).toMatch(new RegExp(`^(void|boolean|String|List|Map) ${method}\\(`, 'm'));
      }
    });

    test('has an example that calls it with options that it knows', () => {
      expect(step.example).toMatch(new RegExp(`^${name}(\\(| \\{)`));
      const used = [...step.example.replace(/'[^']*'/g, '').matchAll(/([A-Za-z]+): /g)].map(
        ([, option]) => option!,
      );
      expect(Object.keys(step.options.shape)).toEqual(expect.arrayContaining(used));
    });

    test('interpolates nothing into a shell string', () => {
      expect(text).not.toMatch(/\bsh\s*\(?\s*(script:\s*)?"/);
    });
  },
);

describe('renderStepHelp', () => {
  test('is what Jenkins shows', () => {
    const step = LIBRARY_STEPS.find(({ name }) => name === 'pruneDocker')!;
    expect(renderStepHelp(step)).toMatchInlineSnapshot(`
     "pruneDocker: written by \`millrace generate\`; edits here are overwritten.

     Frees what no running, previous or recent version needs.

     Options:
       label (optional text): label expression of the agents that may run it
       aws (optional text): id of a user and password: an access key for AWS, bound where this job delivers
       dryRun (optional true or false): only say what would be freed

     Example:
       pruneDocker(dryRun: true)
     "
    `);
  });
});
