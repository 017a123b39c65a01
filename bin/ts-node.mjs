// Lets `node --import` start the TypeScript sources of a checkout that was not built, from any folder.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

const given = process.env.TS_NODE_PROJECT;
process.env.TS_NODE_PROJECT = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
register('ts-node/esm', import.meta.url);
// Commands that we start must not inherit it.
if (given === undefined) delete process.env.TS_NODE_PROJECT;
else process.env.TS_NODE_PROJECT = given;
