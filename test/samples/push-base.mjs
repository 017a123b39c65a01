// push-base.mjs REGISTRY NAME TAG: a stand-in for an upstream image, for the samples and the demo.
import '../../bin/ts-node.mjs';

const { pushBaseImage } = await import('../system/services/base-image.ts');
const [registry, name, tag] = process.argv.slice(2);
await pushBaseImage(registry, name, tag);
