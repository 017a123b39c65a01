package millrace.declarative

import groovy.json.JsonSlurper
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

class DeclarativeValidatorTest {
    static final List<Map> RECORDED =
        new JsonSlurper().parse(new File(System.getProperty('millrace.fixtures'), 'declarative.json')) as List<Map>

    /** Entries whose verdict the stand-in does not claim to give; name -> reason. */
    static final Map<String, String> UNCLAIMED = [:]

    /** Entries whose verdict is claimed and whose words are not; name -> reason. */
    static final Map<String, String> OTHER_WORDS = [
        'tools unknown': 'the answer was recorded cut off, in a list of the tools installed there']

    @Test
    void 'agrees with the verdict of a real Jenkins on every entry it claims'() {
        def differ = claimed().findAll { DeclarativeValidator.judge(it.source).verdict != it.verdict }
            .collect { "${it.name}: Jenkins says ${it.verdict}, we say ${DeclarativeValidator.judge(it.source)}" }
        assertEquals('', differ.join('\n'))
    }

    @Test
    void 'says what a real Jenkins says, word for word and place for place'() {
        def differ = claimed().findAll { !OTHER_WORDS.containsKey(it.name) }.findAll {
            (DeclarativeValidator.judge(it.source).errors as Set) != ((it.errors ?: []) as Set)
        }.collect { "${it.name}\n  Jenkins: ${it.errors}\n  we:      ${DeclarativeValidator.judge(it.source).errors}" }
        assertEquals('', differ.join('\n'))
    }

    @Test
    void 'claims at least 95 of 100 entries and names the others'() {
        def names = RECORDED*.name as Set
        assertTrue('an entry listed as unclaimed is not recorded', names.containsAll(UNCLAIMED.keySet()))
        assertTrue('an entry listed with other words is not recorded', names.containsAll(OTHER_WORDS.keySet()))
        assertTrue("only ${claimed().size()} of ${RECORDED.size()} claimed", claimed().size() >= 0.95 * RECORDED.size())
        assertTrue(OTHER_WORDS.size() <= 1)
    }

    @Test
    void 'refuses what the recorded table shows in one place also in another'() {
        def refused = [
            'post step without a block': 'post { always { x = 1 } }',
            'method on an object': "post { always { currentBuild.setResult('x') } }",
            'two agents': 'agent any']
        refused.each { name, extra ->
            def text = "pipeline {\nagent any\nstages { stage('A') { steps { echo 'x' } } }\n$extra\n}"
            assertEquals(name, 'invalid', DeclarativeValidator.judge(text).verdict)
        }
        def stage = { String inside -> "pipeline {\nagent none\nstages {\nstage('A') {\n$inside\n} } }" }
        ["options { buildDiscarder(logRotator(numToKeepStr: '1')) }\nsteps { echo 'x' }", 'when { }\nsteps { echo "x" }',
         "steps { echo 'x' }\nsteps { echo 'y' }", "steps { retry('3') { echo 'x' } }", "steps { dir('d') { def x = 1 } }",
         "agent { label 'x' }", "failFast true\nsteps { echo 'x' }"].each {
            assertEquals(it, 'invalid', DeclarativeValidator.judge(stage(it)).verdict)
        }
    }

    @Test
    void 'refuses two stages on one line, which Groovy reads as one call'() {
        def text = "pipeline {\nagent any\nstages { stage('A') { steps { echo 'x' } } stage('B') { steps { echo 'y' } } }\n}"
        assertEquals('invalid', DeclarativeValidator.judge(text).verdict)
    }

    private static List<Map> claimed() { RECORDED.findAll { !UNCLAIMED.containsKey(it.name) } }
}
