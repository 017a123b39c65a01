// copy-platform.mjs FOLDER [public]: the sample platform with the platform's files beside it, as `init --platform` copies
// them. `public`: upstream's own images can be had, Jenkins among them, whose Java its agents then need.
import '../../bin/ts-node.mjs';

const { copyPlatform } = await import('../system/services/platform-world.ts');
const [folder, network] = process.argv.slice(2);
copyPlatform(folder, { isPublic: network === 'public' });
