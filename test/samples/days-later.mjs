// days-later.mjs, for `node --import`: a program whose clock is two days ahead, for what has to be older than a day.
const now = Date.now;
Date.now = () => now() + 2 * 86_400_000;
