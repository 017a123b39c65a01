package millrace.generated

import millrace.run.PipelineRun
import millrace.run.ShCall
import millrace.run.StepCall
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertFalse
import static org.junit.Assert.assertTrue

/** Every pipeline under jenkins/, run once with a person who answers as asked and once with one who does not. */
@RunWith(Parameterized)
class OperationsTest {
    @Parameterized.Parameters(name = '{0}')
    static List<Object[]> repositories() { [['of the sample'] as Object[], ['of this repository'] as Object[]] }

    private final File root

    OperationsTest(String which) { root = which == 'of the sample' ? Generated.sample() : Generated.ROOT }

    private List<File> pipelines() { Generated.jenkinsfiles(root).findAll { it.name != 'Jenkinsfile' } }

    private run(File file, Closure answers, Closure shell = { ShCall c -> '' }) {
        new PipelineRun(root: root, jobName: "${Generated.projectOf(root)}/deliver/${file.name.tokenize('.')[0]}".toString(),
            params: [COMPONENT: 'stack:shop', DRY_RUN: false], env: [:], credentials: ['git', 'slack-webhook', 'registry'] as Set,
            shell: shell, answers: answers).file(file)
    }

    /** What confirmAccount expects, read from the pipeline's own text. */
    private static List<String> expected(File file) {
        def m = file.text =~ /expected: \[([^\]]*)\]/
        return m.find() ? m.group(1).findAll(/'[^']*'/).collect { it[1..-2] } : []
    }

    @Test
    void 'each runs to its end when answered as asked'() {
        def bad = pipelines().findAll { !refuses(it) }.collect { f -> [f.name, run(f) { StepCall c -> expected(f)[0] }] }.findAll { it[1].result != 'SUCCESS' }
        assertEquals('', bad.collect { "${it[0]}\n${it[1]}" }.join('\n'))
        assertTrue(pipelines().size() > 3)
    }

    @Test
    void 'one that would take this Jenkins away refuses, and runs nothing'() {
        pipelines().findAll { refuses(it) }.each { f ->
            def r = run(f) { StepCall c -> throw new AssertionError((Object) 'it asks') }
            assertEquals(r.toString(), 'FAILURE', r.result)
            assertEquals([], r.scripts)
        }
    }

    private static boolean refuses(File f) { f.text.contains("stage('Refuse')") }

    @Test
    void 'one that asks does nothing when answered otherwise'() {
        def asking = pipelines().findAll { expected(it) }
        assertTrue('destroy does not ask', asking*.name.contains('destroy.Jenkinsfile'))
        asking.each { f ->
            ['', 'yes', '000000000000', expected(f)[0] + ' '].each { word ->
                def r = run(f) { StepCall c -> word }
                assertEquals("${f.name} answered '$word'\n$r", 'FAILURE', r.result)
                assertFalse(r.scripts.any { it =~ /millrace (destroy|apply)/ })
            }
        }
    }

    @Test
    void 'parameters reach the shell by environment only'() {
        pipelines().each { f ->
            def r = run(f) { StepCall c -> expected(f)[0] }
            assertFalse(f.name, r.scripts.any { it.contains('stack:shop') })
        }
    }
}
