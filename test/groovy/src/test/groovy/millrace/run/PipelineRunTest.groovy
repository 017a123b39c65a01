package millrace.run

import groovy.json.JsonOutput
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** The harness itself, on a small library and pipeline of its own, as plain Groovy and through CPS. */
@RunWith(Parameterized)
class PipelineRunTest {
    static final File SAMPLE = new File(PipelineRunTest.getResource('/sample/Jenkinsfile').toURI()).parentFile

    @Parameterized.Parameters(name = 'cps {0}')
    static List<Object[]> modes() { [[true] as Object[], [false] as Object[]] }

    private final boolean cps

    PipelineRunTest(boolean cps) { this.cps = cps }

    private PipelineRun run(Map given = [:]) {
        new PipelineRun([root: SAMPLE, cps: cps, env: [BRANCH_NAME: 'master']] + given)
    }

    private static Closure planning(List components) {
        return { ShCall c -> c.script.contains('millrace plan') ? c.write('plan.json', JsonOutput.toJson([components: components])) : '' }
    }

    private static Map component(String id, String action, List dependsOn = []) { [id: id, action: action, dependsOn: dependsOn] }

    @Test
    void 'runs a declarative pipeline with its library: stages, when, waves, post'() {
        def plan = [component('image:base', 'build'), component('image:api', 'build', ['image:base']),
                    component('image:web', 'build', ['image:base']), component('stack:shop', 'deploy', ['image:api'])]
        def r = run(shell: planning(plan)).file(new File(SAMPLE, 'Jenkinsfile'))
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertEquals(['Plan', 'Build', 'image:base', 'image:api', 'image:web', 'Deploy', 'stack:shop'], r.stages)
        assertEquals([['image:base'], ['image:api', 'image:web'], ['stack:shop']], r.waves)
        def applied = r.of('sh').findAll { it.name.contains('apply') }
        assertEquals(['image:base', 'image:api', 'image:web', 'stack:shop'], applied*.detail*.env*.COMPONENT)
        assertEquals(['build', 'build', 'build', 'deploy'], applied*.node)
        assertEquals('never-deliver', applied[0].detail.env.BOTH)
        assertEquals(['result SUCCESS', 'cleanup'], r.log)
    }

    @Test
    void 'passes over what when refuses'() {
        def r = run(shell: planning([component('a', 'keep')])).file(new File(SAMPLE, 'Jenkinsfile'))
        assertEquals(['Plan'], r.stages)
        assertEquals(['Build', 'Deploy'], r.skipped)
    }

    @Test
    void 'lets the siblings of a failing branch end, and stops the later stages'() {
        def plan = planning([component('a', 'build'), component('b', 'build'), component('c', 'deploy')])
        def shell = { ShCall c -> c.env.COMPONENT == 'a' ? 3 : plan(c) }
        def r = run(shell: shell).file(new File(SAMPLE, 'Jenkinsfile'))
        assertEquals('FAILURE', r.result)
        assertEquals('FAILURE', r.stageResult('a'))
        assertEquals('SUCCESS', r.stageResult('b'))
        assertEquals(['Deploy'], r.skipped)
        assertEquals(['build failed', 'result FAILURE', 'cleanup'], r.log)
        assertTrue(r.error.message.contains('exit code 3'))
    }

    @Test
    void 'a timeout aborts: nothing begins after it but post'() {
        def plan = planning([component('a', 'build'), component('b', 'build'), component('c', 'deploy')])
        def shell = { ShCall c -> c.env.COMPONENT == 'a' ? c.hang(outermost: true) : plan(c) }
        def r = run(shell: shell).file(new File(SAMPLE, 'Jenkinsfile'))
        assertEquals('ABORTED', r.result)
        assertEquals(['b'], r.names('branch stopped'))
        assertEquals(['Deploy'], r.skipped)
        assertEquals(['result ABORTED', 'aborted', 'cleanup'], r.log)
    }

    @Test
    void 'says fixed after a failure'() {
        def r = run(previous: 'FAILURE', shell: planning([])).file(new File(SAMPLE, 'Jenkinsfile'))
        assertTrue('fixed' in r.log)
    }

    @Test(expected = AssertionError)
    void 'a node that no agent serves fails the test instead of waiting for ever'() {
        run(jobName: 'shop/verify/PR-1').text("node('deploy') { echo 'x' }")
    }

    @Test
    void 'a step that needs a workspace fails outside of a node'() {
        def r = run().text("pipeline {\nagent none\nstages { stage('A') { steps { sh 'true' } } }\n}")
        assertEquals('FAILURE', r.result)
        assertTrue(r.error.message.contains('hudson.FilePath is missing'))
    }

    @Test
    void 'credentials are bound inside their block only, and only where the job sees them'() {
        def script = '''node { withCredentials([string(credentialsId: 'hook', variable: 'HOOK')]) { sh 'a' }
            sh 'b' }'''
        def r = run(credentials: ['hook'] as Set).text(script)
        assertEquals(['secret:hook:variable', null], r.of('sh')*.detail*.env*.HOOK)
        assertTrue(run().text(script).error.message.contains("Could not find credentials entry with ID 'hook'"))
    }

    @Test
    void 'sh really runs with the environment given, and only with it'() {
        def r = run(realShell: true).text('''node {
            writeFile file: 'in', text: 'hello'
            withEnv(['A=x y; id']) { echo sh(script: 'cat in; echo " $A"', returnStdout: true) }
            echo sh(script: 'exit 3', returnStatus: true).toString()
            echo sh(script: 'echo "${SUREFIRE_TEST_CLASSPATH:-none}"', returnStdout: true) }''')
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertEquals(['hello x y; id\n', '3', 'none\n'], r.log)
    }

    @Test
    void 'a checkout of a repository is a real one, at a detached head, in the workspace that the build before left'() {
        def folder = java.nio.file.Files.createTempDirectory('millrace-checkout').toFile()
        try {
            def git = { String... words ->
                def process = new ProcessBuilder(['git', '-c', 'user.name=t', '-c', 'user.email=t@t'] + words.toList())
                    .directory(folder).redirectErrorStream(true).start()
                assertEquals(process.inputStream.text, 0, process.waitFor())
            }
            git('init', '-q', '-b', 'trunk', 'origin')
            def asked = "node('build') { echo checkout(scm).GIT_COMMIT; sh 'cat text; git rev-parse --abbrev-ref HEAD; ls; touch left' }"
            def out = ['one', 'two'].collect { text ->
                new File(folder, 'origin/text').text = "$text\n"
                git('-C', 'origin', 'add', 'text')
                git('-C', 'origin', 'commit', '-qm', text)
                def r = run(realShell: true, repository: new File(folder, 'origin').path, branch: 'trunk',
                    workspaces: new File(folder, 'workspaces').path).text(asked)
                assertTrue(r.toString(), r.log[0] ==~ /[0-9a-f]{40}/)
                return r.of('sh')[0].detail.output
            }
            assertEquals(['one\nHEAD\ntext\n', 'two\nHEAD\nleft\ntext\n'], out)
        } finally {
            folder.deleteDir()
        }
    }

    @Test
    void 'retry, catchError, try and error behave as steps do'() {
        def r = run().text('''int i = 0
            retry(3) { i++; if (i < 3) { error 'again' } }
            echo "${i}"
            catchError(buildResult: 'UNSTABLE') { error 'x' }
            try { error 'y' } catch (hudson.AbortException e) { echo e.message }''')
        assertEquals(['3', 'ERROR: x', 'y'], r.log)
        assertEquals('UNSTABLE', r.result)
    }

    @Test
    void 'catchError with SUCCESS changes no result, and catches a step that is not there'() {
        def r = run().text('''catchError(buildResult: 'UNSTABLE') { error 'x' }
            catchError(message: 'no matter', buildResult: 'SUCCESS', stageResult: 'SUCCESS') { noSuchStep() }
            echo "after"''')
        assertEquals('UNSTABLE', r.result)
        assertTrue(r.log.containsAll(['no matter', 'after']))
    }

    @Test
    void 'a library step may take a block'() {
        def r = run().text("@Library('millrace') _\nnode { within(name: 'w') { sh 'x' } }")
        assertEquals(r.toString(), 'w', r.of('sh')[0].detail.env.WITHIN)
    }

    @Test
    void 'a step nobody knows fails the build'() {
        assertTrue(run().text('frobnicate()').error.message.contains("No such DSL method 'frobnicate'"))
    }

    @Test
    void 'causes are maps'() {
        def r = run().text("echo currentBuild.getBuildCauses().collect { it._class }.join(',')")
        assertEquals(['jenkins.branch.BranchEventCause'], r.log)
    }
}
