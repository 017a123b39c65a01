package millrace.run

import groovy.json.JsonSlurper
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** What the CPS mode shows that plain Groovy hides, held against answers recorded from a real Jenkins. */
class CpsStateTest {
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
    void 'runs what a real Jenkins ran, with the same log'() {
        def recorded = new JsonSlurper().parse(new File(System.getProperty('millrace.fixtures'), 'sandbox.json')) as List<Map>
        def same = ['NonCPS', 'any every', 'collate', 'collectEntries', 'each', 'elvis safe', 'env write', 'find', 'findAll',
            'flatten', 'format', 'groupBy', 'gstring', 'instanceof', 'iterator loop over map', 'parallel', 'parallel map',
            'readJSON pojo kept', 'readJSON text', 'regex find', 'regex match', 'sort plain', 'subMap', 'switch', 'times',
            'tokenize', 'try catch', 'try catch typed', 'with', 'each over map with step', 'entrySet kept', 'field', 'padRight']
        def differ = same.collect { name ->
            def entry = recorded.find { it.name == name }
            def r = run(entry.source)
            def log = entry.log.findAll { !it.startsWith('Sleeping') && it != 'ERROR: x' }
            r.log == log && r.result == entry.result ? null : "$name: Jenkins $log, we ${r.log} ${r.error ?: ''}"
        }.findAll { it }
        assertEquals('', differ.join('\n'))
    }
}
