package millrace.run

import groovy.transform.CompileStatic

/** How scripts are run: as plain Groovy, or through the CPS transform with their state saved at each step. */
@CompileStatic
interface ScriptRunner {
    Object callOwn(MetaMethod m, Script script, Object[] args)
    Object body(Closure c, Object... args)
    /** Called when a step begins that waits: Jenkins saves the build's whole state here. */
    void save(String step)
}
