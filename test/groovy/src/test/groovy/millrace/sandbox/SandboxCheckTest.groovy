package millrace.sandbox

import groovy.json.JsonSlurper
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

class SandboxCheckTest {
    static final List<Map> RECORDED =
        new JsonSlurper().parse(new File(System.getProperty('millrace.fixtures'), 'sandbox.json')) as List<Map>

    /** Failed for a reason that is neither the sandbox nor CPS; name -> reason. */
    static final Map<String, String> OTHER_FAILURES = ['withCredentials missing': 'there was no such credential']

    /** Refused although a real Jenkins ran them well; name -> reason. */
    static final Map<String, String> STRICTER = [:]

    @Test
    void 'refuses everything that a real Jenkins refused or got silently wrong'() {
        def passed = RECORDED.findAll { isBad(it) && !OTHER_FAILURES.containsKey(it.name) && !SandboxCheck.check(it.source) }
        assertEquals('', passed*.name.join('\n'))
    }

    @Test
    void 'accepts everything that a real Jenkins ran well'() {
        def refused = RECORDED.findAll { !isBad(it) && !STRICTER.containsKey(it.name) && SandboxCheck.check(it.source) }
        assertEquals('', refused.collect { "${it.name}: ${SandboxCheck.check(it.source)}" }.join('\n'))
    }

    @Test
    void 'makes no more exceptions than it names'() {
        def names = RECORDED*.name as Set
        assertTrue(names.containsAll(OTHER_FAILURES.keySet() + STRICTER.keySet()))
        assertEquals(1, OTHER_FAILURES.size())
        assertEquals(0, STRICTER.size())
        assertTrue('the table has bad entries at all', RECORDED.count { isBad(it) } > 15)
    }

    @Test
    void 'refuses what was measured beside the table'() {
        [range           : 'for (w in 0..3) { sh "x" }', 'range each': '(0..3).each { sleep 1 }',
         slurper         : 'def x = new groovy.json.JsonSlurper()', base64: "'x'.bytes.encodeBase64()",
         gstring         : 'node { sh "echo ${x}" }', concatenation: "sh(script: 'echo ' + x, returnStdout: true)",
         'kept text'     : 'def s = "rm ${x}"\nsh s', 'bat': 'bat "echo ${x}"', instance: 'Jenkins.instance.items',
         'min closure'   : '[1].min { it }', 'unique closure': '[1].unique { it }', 'spread args': 'f(*list)',
         'step in NonCPS': "@NonCPS def f() { sh 'x' }", 'kept matcher in a method': "def call() { def m = 'a' =~ /a/\nsh 'x'\nm.find() }",
         'spread property': 'list*.name', sorted: 'list.sort(byName)', url: "new URL('http://x').text", exit: 'System.exit(1)',
         'field in NonCPS': "@groovy.transform.Field Map plan = [:]\ndef call() { plan = [a: 1] }\n@NonCPS def f() { plan.a }",
         'import with @Grab': "@Grab('a:b:1') import groovy.json.JsonOutput\necho 'x'"].each { name, source ->
            assertTrue("$name was accepted", SandboxCheck.check(source) as boolean)
        }
    }

    @Test
    void 'accepts the shapes that steps are written in'() {
        ['''withEnv(["A=${x}"]) { sh 'echo "$A"' }''', 'for (int w = 0; w < 3; w++) { sh "x" }',
         "@NonCPS def f(l) { l.sort { a, b -> a <=> b } }", "def call(Map args = [:]) { sh(script: 'id', returnStdout: true) }",
         "def waves = [:]\nplan.each { c -> waves[c.id] = { stage(c.id) { node('build') { unstash 'plan' } } } }\nparallel waves",
         "@groovy.transform.Field Map plan = [:]\ndef has(String a) { plan.components.any { it.action == a } }"].each {
            assertEquals(it, [], SandboxCheck.check(it))
        }
    }

    private static boolean isBad(Map entry) {
        entry.result == 'FAILURE' || entry.log.any { it.startsWith('expected to call') }
    }
}
