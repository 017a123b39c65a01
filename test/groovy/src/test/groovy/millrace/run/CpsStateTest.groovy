package millrace.run

import groovy.json.JsonSlurper
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** What the CPS mode shows that plain Groovy hides, held against answers recorded from a real Jenkins. */
class CpsStateTest {
    /** Recorded entries that are not run here, by the reason. */
    static final Map<String, List<String>> EXCLUDED = [
        'the sandbox refused it, and here is none: SandboxCheckTest judges these': ['FlowInterrupted', 'Jenkins instance',
            'JsonSlurperClassic kept', 'LinkedHashMap', 'Runtime exec', 'System exit', 'System getenv', 'Thread sleep', 'md5',
            'min max', 'new File', 'new URL', 'rawBuild', 'string execute'],
        'its answer is another one each time': ['Random', 'currentTimeMillis', 'new Date'],
        'its answer is a name or a place of that Jenkins': ['env read', 'pwd'],
        'Jenkins prints an empty map of parameters as a map of its own': ['params'],
        'what the shell itself prints is no event here': ['withEnv sh'],
        'no generated pipeline uses the step, and the stand-in has none': ['findFiles', 'readYaml']]

    /** Recorded entries of which only the result is compared: a failure that each side tells in its own words. */
    static final List<String> OTHER_WORDS = ['matcher kept over step', 'spread', 'tap', 'withCredentials missing']

    /** Lines that a step of Jenkins, or its shell, says of itself. */
    static final STEP_SAYS = ~/^$|Sleeping for .*|ERROR: x|WARNING: x|Retrying|\+ .*|Archiving artifacts|Trying to .*|(Lock|Resource) .*|expected to call .*/

    private static BuildRecord run(String text) { new PipelineRun(root: PipelineRunTest.SAMPLE).text(text) }

    @Test
    void 'a Matcher kept over a step kills the build'() {
        def r = run("def m = ('abc' =~ /b/)\nsleep 1\necho m.find().toString()")
        assertTrue("$r", r.error instanceof NotSerializableException && r.error.message.contains('Matcher'))
    }

    @Test
    void 'a range walked over a step kills the build'() {
        def r = run("node { for (w in 0..3) { sh 'x' } }")
        assertTrue("$r", r.error instanceof NotSerializableException)
        assertEquals('SUCCESS', run("node { for (int w = 0; w < 3; w++) { sh 'x' } }").result)
    }

    @Test
    void 'a Matcher kept in a library-like method kills the build too'() {
        def r = run("def f() { def m = 'a' =~ /a/\nsleep 1\nm.find() }\nf()")
        assertTrue("$r", r.error instanceof NotSerializableException)
    }

    @Test
    void 'a field set under CPS is seen by CPS code, and outside of CPS only as an argument'() {
        def r = run("""@groovy.transform.Field List xs = ['declared']
            def set() { node { xs = ['set'] } }
            @NonCPS def direct() { xs[0] }
            @NonCPS def given(List l) { l[0] }
            set()
            echo xs[0]
            echo direct()
            echo given(xs)""")
        assertEquals(r.toString(), ['set', 'declared', 'set'], r.log)
    }

    @Test
    void 'runs what a real Jenkins ran, with the same log and result'() {
        def recorded = new JsonSlurper().parse(new File(System.getProperty('millrace.fixtures'), 'sandbox.json')) as List<Map>
        def excluded = EXCLUDED.values().flatten()
        assertEquals('named, but not recorded', [], (excluded + OTHER_WORDS) - recorded*.name)
        assertTrue("only ${recorded.size() - excluded.size()} of ${recorded.size()} are run", excluded.size() * 3 < recorded.size())
        def differ = recorded.findAll { !(it.name in excluded) }.collect { entry ->
            def r = new PipelineRun(root: PipelineRunTest.SAMPLE, realShell: true).text(entry.source)
            def same = r.result == entry.result && (entry.name in OTHER_WORDS || said(r.log) == said(entry.log))
            same ? null : "${entry.name}: Jenkins ${entry.result} ${entry.log}, we ${r.result} ${r.log} ${r.error ?: ''}"
        }.findAll { it }
        assertEquals('', differ.join('\n'))
    }

    private static List<String> said(List<String> log) {
        log.collectMany { it.readLines() }.collect { it.replaceFirst(/^\[\d{4}-\S+Z\] /, '') }.findAll { !(it ==~ STEP_SAYS) }
    }
}
