package millrace.generated

import millrace.declarative.DeclarativeValidator
import millrace.sandbox.JobDslCheck
import millrace.sandbox.JobDslCheckTest
import millrace.sandbox.SandboxCheck
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** Every generated Groovy file of a repository, judged without being run. */
@RunWith(Parameterized)
class GeneratedFilesTest {
    @Parameterized.Parameters(name = '{0}')
    static List<Object[]> repositories() { [['of this repository'] as Object[], ['of a generated sample'] as Object[]] }

    private final File root

    GeneratedFilesTest(String which) { root = which == 'of this repository' ? Generated.ROOT : Generated.sample() }

    @Test
    void 'there are files to judge'() {
        assertTrue("no Jenkinsfile in $root: run millrace generate", new File(root, 'Jenkinsfile').file)
        assertTrue("only ${Generated.jenkinsfiles(root).size()} pipelines", Generated.jenkinsfiles(root).size() > 1)
        assertTrue("no steps in $root/vars", Generated.steps(root).size() > 3)
        assertTrue("no Job DSL in $root/jenkins", Generated.jobDsl(root).size() > 0)
    }

    @Test
    void 'every pipeline is valid Declarative'() {
        report(Generated.jenkinsfiles(root)) { String text ->
            def judged = DeclarativeValidator.judge(text)
            judged.verdict == 'valid' ? [] : [judged]
        }
    }

    @Test
    void 'no pipeline and no step needs an approval or loses its way under CPS'() {
        report(Generated.jenkinsfiles(root) + Generated.steps(root)) { SandboxCheck.check(it) }
    }

    @Test
    void 'the Job DSL runs in the sandbox, folders before what they hold'() {
        def vocabulary = JobDslCheckTest.vocabulary()
        Set<String> folders = []
        // jobs.groovy makes the folders; the others follow it.
        report(Generated.jobDsl(root).sort { it.name.length() }) { String text ->
            def found = JobDslCheck.check(text, vocabulary, folders)
            folders.addAll(JobDslCheck.foldersOf(text))
            return found
        }
    }

    @Test
    void 'every pipeline that calls a step of the library asks for the library'() {
        def steps = Generated.steps(root).collect { it.name - '.groovy' }
        report(Generated.jenkinsfiles(root)) { String text ->
            def used = steps.findAll { text =~ /(?m)^\s*${it}\(/ }
            used && !text.contains("@Library('millrace')") ? used : []
        }
    }

    private void report(List<File> files, Closure<List> judge) {
        def found = files.collectMany { f -> judge(f.getText('UTF-8')).collect { "${f.path - root.path}: $it" } }
        assertEquals('', found.join('\n'))
    }
}
