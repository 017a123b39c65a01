/**
 * Names the code that runs: what one build has computed is never taken from another. The build of the package puts the
 * digest of its sources here; sources that are run as they lie may change at any moment, so they have no name.
 */
export const BUILD_ID: string | undefined = undefined;
