package millrace.run

/** Part of the harness: left out where the state of a build is saved, as Jenkins' own objects would save themselves. */
interface Unsaved { }
