// push-base.mjs REGISTRY NAME TAG [python]: a stand-in for an upstream image, for the samples and the demo.
import '../../bin/ts-node.mjs';

const { pushBaseImage } = await import('../system/services/base-image.ts');
const [registry, name, tag, extra] = process.argv.slice(2);
await pushBaseImage(registry, name, tag, { python: extra === 'python' });
