package millrace.sandbox

import com.cloudbees.groovy.cps.CpsDefaultGroovyMethods
import com.cloudbees.groovy.cps.CpsDefaultGroovyStaticMethods
import com.cloudbees.groovy.cps.CpsStringGroovyMethods
import groovy.transform.CompileStatic
import org.codehaus.groovy.runtime.DefaultGroovyMethods
import org.codehaus.groovy.runtime.StringGroovyMethods

import java.lang.reflect.Method

/**
 * The vocabularies of SandboxCheck. What is allowed was seen to work in answers recorded from a real Jenkins
 * 2.541.3 (test/fixtures/real-jenkins/sandbox.json), or stands in script-security's published generic whitelist;
 * whatever else is static or constructed is refused: an approval would be needed, and nothing generated needs one.
 */
@CompileStatic
class SandboxRules {
    static final Set<String> SHELLS = ['sh', 'bat', 'powershell', 'pwsh'] as Set
    /** Steps that end at once: nothing is saved while they run, so what is not serialisable survives them. */
    static final Set<String> IMMEDIATE = ['echo', 'println', 'print', 'error'] as Set

    static final Set<String> STATIC_CALLS = [
        'Math.max', 'Math.min', 'Math.abs', 'Math.round', 'Math.floor', 'Math.ceil', 'Integer.parseInt',
        'Integer.valueOf', 'Long.parseLong', 'String.format', 'String.valueOf', 'String.join',
        'Boolean.parseBoolean', 'System.currentTimeMillis', 'JsonOutput.toJson', 'JsonOutput.prettyPrint'] as Set

    static final Set<String> CONSTRUCTORS = ['Date', 'Random', 'ArrayList', 'HashMap', 'HashSet'] as Set

    /** Refused whatever they are called on; name -> why. */
    static final Map<String, String> METHODS = [
        execute: 'runs a process on the controller; use sh',
        encodeBase64: 'needs a script approval', decodeBase64: 'needs a script approval',
        getRawBuild: 'needs a script approval; use currentBuild', getCauses: 'needs a script approval; use currentBuild.getBuildCauses()',
        tap: 'Groovy 2.4 has no tap', invokeMethod: 'is refused by the sandbox', getMetaClass: 'is refused by the sandbox',
        toURL: 'is refused by the sandbox', iterator: 'an iterator kept over a step is not serialisable'].asImmutable()

    static final Map<String, String> PROPERTIES = [
        rawBuild: METHODS.getRawBuild, causes: METHODS.getCauses, metaClass: METHODS.getMetaClass].asImmutable()

    /** Methods that take a closure and that the CPS library does not know: the closure is not called as it should be. */
    static final Set<String> CLOSURE_LOST = ((closureMethods(DefaultGroovyMethods, StringGroovyMethods) -
        closureMethods(CpsDefaultGroovyMethods, CpsDefaultGroovyStaticMethods, CpsStringGroovyMethods)) -
        // withDefault was seen to give the right answer; sleep is a step.
        (['withDefault', 'sleep'] as Set)) + (['toSorted', 'toUnique', 'sort', 'unique', 'max', 'min'] as Set)

    /** Refused by the sandbox even without a closure, except on Math. */
    static final Set<String> EXTREMES = ['max', 'min'] as Set

    private static Set<String> closureMethods(Class... holders) {
        Set<String> names = [] as Set
        for (Class holder : holders) {
            for (Method m : holder.declaredMethods) {
                if (m.parameterTypes.toList().contains(Closure)) names.add(m.name)
            }
        }
        return names
    }
}
