package millrace.sandbox

import groovy.json.JsonSlurper
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

class JobDslCheckTest {
    static final List<Map> RECORDED =
        new JsonSlurper().parse(new File(System.getProperty('millrace.fixtures'), 'job-dsl.json')) as List<Map>

    /** Refused by a real Jenkins for a reason that this check does not look at; name -> reason. */
    static final Map<String, String> UNCLAIMED = ['bad cron': 'cron expressions are judged by the generator, against cron.json']

    static JobDslVocabulary vocabulary() { JobDslVocabulary.learn(RECORDED.findAll { it.sandboxed }*.source) }

    @Test
    void 'refuses what the sandboxed loader of a real Jenkins refused'() {
        def passed = RECORDED.findAll {
            !it.sandboxed && !UNCLAIMED.containsKey(it.name) && !JobDslCheck.check(it.source, vocabulary())
        }
        assertEquals('', passed*.name.join('\n'))
        assertEquals(1, UNCLAIMED.size())
        assertTrue(RECORDED*.name.containsAll(UNCLAIMED.keySet()))
    }

    @Test
    void 'accepts what the sandboxed loader of a real Jenkins accepted'() {
        def refused = RECORDED.findAll { it.sandboxed && JobDslCheck.check(it.source, vocabulary()) }
        assertEquals('', refused.collect { "${it.name}: ${JobDslCheck.check(it.source, vocabulary())}" }.join('\n'))
    }

    @Test
    void 'refuses interpolation, which generated text never needs'() {
        assertTrue(JobDslCheck.check('def x = 1\npipelineJob("p-${x}") { }', vocabulary()) as boolean)
    }

    @Test
    void 'knows a method in its own block only'() {
        assertEquals([], JobDslCheck.check("folder('f') { description('x') }", vocabulary()))
        assertTrue(JobDslCheck.check("folder('f') { scriptPath('x') }", vocabulary()) as boolean)
    }

    @Test
    void 'looks at every job that a loop makes'() {
        def loop = { String rows, String variables, String body -> JobDslCheck.check("folder('f')\n${rows}.each { $variables -> $body }", vocabulary())*.rule }
        assertEquals([], loop("['f/a', 'f/b']", 'n', "pipelineJob(n) { description('x') }"))
        assertEquals([], loop("[['f/a', 'x'], ['f/b', 'y']]", 'n, text', 'pipelineJob(n) { description(text) }'))
        assertEquals(['order'], loop("['f/a', 'g/b']", 'n', "pipelineJob(n) { description('x') }"))
        assertEquals(['name'], loop("[['f/a', 'x'], ['f/b?', 'y']]", 'n, text', 'pipelineJob(n) { description(text) }'))
        assertEquals('a variable hides the method', ['variable'], loop("[['f/a', 'x']]", 'n, description', 'pipelineJob(n) { description(description) }'))
        assertEquals('a row of three', ['row'], loop("[['f/a', 'x', 'y']]", 'n, text', 'pipelineJob(n) { description(text) }'))
        assertEquals(['name'], loop("['f/a']", 'n', "pipelineJob(other) { description('x') }"))
    }

    @Test
    void 'accepts a job in a folder of an earlier file only when told of it'() {
        def job = "pipelineJob('f/p') { description('x') }"
        assertTrue(JobDslCheck.check(job, vocabulary()) as boolean)
        assertEquals([], JobDslCheck.check(job, vocabulary(), JobDslCheck.foldersOf("folder('f')")))
    }
}
