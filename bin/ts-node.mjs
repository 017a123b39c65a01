// Lets `node --import` start the TypeScript sources of a checkout that was not built.
import { register } from 'node:module';
register('ts-node/esm', import.meta.url);
