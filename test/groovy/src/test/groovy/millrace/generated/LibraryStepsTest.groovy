package millrace.generated

import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.ShCall
import millrace.run.StepCall
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertNull

/** Generated steps called directly: what their bodies see, by where the job lies. */
class LibraryStepsTest {
    private static BuildRecord run(Map given = [:], String body) {
        def r = new PipelineRun([root: Generated.sample(), jobName: 'shop/deliver/deliver', agents: [build: '.*', deploy: '.*'],
            credentials: ['git', 'registry', 'aws'] as Set] + given).text("@Library('millrace') _\nnode('build') {\n$body\n}")
        assertEquals(r.toString(), 'SUCCESS', r.result)
        return r
    }

    /** Variables with this beginning that the only shell command saw. */
    private static Map seen(BuildRecord r, String prefix) {
        assertEquals(r.toString(), ['x'], r.scripts)
        r.of('sh')[0].detail.env.findAll { it.key.startsWith(prefix) }
    }

    private static List<List> credentials(BuildRecord r) { r.of('credential').collect { [it.name, it.detail.binding] } }

    @Test
    void 'withRegistry binds user and password for a job of the trusted branch'() {
        ['shop/deliver/deliver', 'shop/deliver/report', 'team/shop/deliver/deliver'].each { job ->
            def r = run("withRegistry(credential: 'registry') { sh 'x' }", jobName: job)
            assertEquals(job, [['registry', 'usernamePassword']], credentials(r))
            assertEquals(job, [MILLRACE_REGISTRY_USERNAME: 'secret:registry:usernameVariable',
                               MILLRACE_REGISTRY_PASSWORD: 'secret:registry:passwordVariable'], seen(r, 'MILLRACE_REGISTRY'))
        }
    }

    @Test
    void 'withRegistry binds nothing for a branch, a pull request, or a branch named deliver'() {
        ['shop/verify/PR-1', 'shop/verify/feature', 'shop/verify/deliver'].each { job ->
            def r = run("withRegistry(credential: 'registry') { sh 'x' }", jobName: job)
            assertEquals(job, [], credentials(r))
            assertEquals(job, [:], seen(r, 'MILLRACE_REGISTRY'))
        }
    }

    @Test
    void 'withRegistry lets branches in where the project trusts them, and never a fork'() {
        def text = "withRegistry(credential: 'registry', reuse: true) { sh 'x' }"
        assertEquals([['registry', 'usernamePassword']], credentials(run(text, jobName: 'shop/verify/feature')))
        assertEquals([['registry', 'usernamePassword']], credentials(run(text, jobName: 'shop/verify/PR-1')))
        assertEquals([], credentials(run(text, jobName: 'shop/verify/PR-2', env: [CHANGE_FORK: 'somebody'])))
        assertEquals([], credentials(run("withRegistry(credential: null, reuse: true) { sh 'x' }", jobName: 'shop/verify/feature')))
    }

    @Test
    void 'withRegistry without a credential only runs the body'() {
        assertEquals([], credentials(run("withRegistry(credential: null) { sh 'x' }")))
    }

    @Test
    void 'withAws binds an access key where the job delivers, and nothing else and nowhere else'() {
        def key = { String job, String text -> seen(run(text, jobName: job), 'AWS_') }
        def bound = [AWS_ACCESS_KEY_ID: 'secret:aws:usernameVariable', AWS_SECRET_ACCESS_KEY: 'secret:aws:passwordVariable']
        ["withAws(credential: 'aws') { sh 'x' }", "millrace(label: 'build', aws: 'aws') { sh 'x' }"].each { text ->
            assertEquals(bound, key('shop/deliver/deliver', text))
            ['shop/verify/PR-1', 'shop/verify/deliver'].each { assertEquals([:], key(it, text)) }
        }
        ['withAws(credential: null)', "millrace(label: 'build')"].each { assertEquals([:], key('shop/deliver/deliver', "$it { sh 'x' }".toString())) }
    }

    @Test
    void 'withGit binds a user and password the way git asks for them'() {
        def r = run("withGit(credential: 'git') { sh 'x' }")
        assertEquals([['git', 'gitUsernamePassword']], credentials(r))
        assertEquals([:], seen(r, 'GIT_SSH'))
    }

    @Test
    void 'withGit binds a key and has ssh use it and no other'() {
        def r = run("withGit(credential: 'git', ssh: true) { sh 'x' }")
        assertEquals([['git', 'sshUserPrivateKey']], credentials(r))
        def ssh = 'ssh -i "$MILLRACE_GIT_KEY" -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new'
        assertEquals([GIT_SSH_COMMAND: ssh], seen(r, 'GIT_SSH'))
        assertEquals('secret:git:keyFileVariable', seen(r, 'MILLRACE_GIT_KEY').MILLRACE_GIT_KEY)
    }

    @Test
    void 'withGit has ssh believe the listed host keys and no other'() {
        def keys = ['git.example.com ssh-ed25519 AAAA', 'git.example.com ssh-rsa BBBB']
        def written = null
        def r = run("withGit(credential: 'git', ssh: true, hostKeys: ['${keys.join("', '")}']) { sh 'x' }".toString(),
            shell: { ShCall c -> written = new File(c.env.MILLRACE_KNOWN_HOSTS).text })
        assertEquals(keys.join('\n') + '\n', written)
        // What ssh itself makes of it, where a folder's name has a space.
        def command = seen(r, 'GIT_SSH').GIT_SSH_COMMAND + ' -G git.example.com'
        def ssh = ['sh', '-c', command].execute(['MILLRACE_GIT_KEY=/a b/key', 'MILLRACE_KNOWN_HOSTS=/a b/hosts'], null).text.readLines()
        def believed = ['stricthostkeychecking true', 'globalknownhostsfile /dev/null', 'userknownhostsfile /a b/hosts']
        assertEquals(believed, believed.findAll { it in ssh })
    }

    @Test
    void 'withGit without a credential only runs the body'() {
        def r = run("withGit(ssh: true) { sh 'x' }")
        assertEquals([], credentials(r))
        assertEquals([:], seen(r, 'GIT_SSH'))
    }

    @Test
    void 'confirmAccount hands on what the person typed, and had asked within a time'() {
        def asked = []
        def r = run("confirmAccount(message: 'Really?', expected: ['1', '2'], description: 'id')\nsh 'x'",
            answers: { StepCall c -> asked << c; '2' })
        assertEquals('2', seen(r, 'MILLRACE_CONFIRM').MILLRACE_CONFIRM)
        assertEquals(['Really?'], r.names('input'))
        assertEquals(['id'], asked[0]['parameters']*.description)
        assertEquals([[time: 30, unit: 'MINUTES']], r.of('timeout')*.detail)
    }

    @Test
    void 'confirmAccount hands on nothing that was not expected'() {
        def r = new PipelineRun(root: Generated.sample(), answers: { StepCall c -> '12' })
            .text("@Library('millrace') _\nconfirmAccount(message: 'm', expected: ['1', '2'], description: 'd')")
        assertEquals('FAILURE', r.result)
        assertEquals("Expected 1 or 2, found '12'. Nothing was changed.".toString(), r.error.message)
        assertNull(r.env.MILLRACE_CONFIRM)
    }

    @Test
    void 'proposeLock commits and pushes a lock that changed, with the credential for the push alone'() {
        def text = "proposeLock(branch: 'b', message: 'm', credential: 'git', ssh: true)"
        def r = run(text, shell: { ShCall c -> c.script.contains('--cached') ? 1 : '' })
        def (add, moved, commit, push) = r.of('sh')
        assertEquals(['m', 'b'], [commit.detail.env.MILLRACE_MESSAGE, push.detail.env.MILLRACE_BRANCH])
        assertEquals([false, false, false, true], [add, moved, commit, push].collect { it.detail.env.containsKey('MILLRACE_GIT_KEY') })
        assertEquals([OperationsTest.STAGE, OperationsTest.MOVED], run(text).scripts)
    }

    @Test
    void 'proposeLock proposes every file that git knows and a command changed, a lock that is new, and nothing else'() {
        def repository = java.nio.file.Files.createTempDirectory('millrace-lock').toFile()
        def git = { String... words -> Generated.run(repository, *(['git', '-c', 'user.name=t', '-c', 'user.email=t@localhost'] + words.toList())) }
        try {
            git('init', '--quiet')
            new File(repository, 'plugins.txt').text = 'git:1\n'
            git('add', '--all')
            git('commit', '--quiet', '--message', 'x')
            def really = { ShCall c ->
                def here = new ShCall(script: c.script, env: c.env, workspace: repository)
                c.script.contains('push') ? '' : here.execute()
            }
            run("proposeLock(branch: 'b', message: 'nothing')", shell: really)
            assertEquals('x', git('log', '--format=%s').trim())
            new File(repository, 'plugins.txt').text = 'git:2\n'
            new File(repository, 'project.lock.yaml').text = 'version: 1\n'
            new File(repository, 'plan.json').text = '{}'
            run("proposeLock(branch: 'b', message: 'moved')", shell: really)
            assertEquals('moved\n\nplugins.txt\nproject.lock.yaml', git('log', '-1', '--format=%s', '--name-only').trim())
            assertEquals('?? plan.json', git('status', '--short').trim())
        } finally {
            repository.deleteDir()
        }
    }

    private static BuildRecord smoke(Map given = [:]) {
        new PipelineRun([root: Generated.sample(), jobName: 'shop/deliver/smoke-south'] + given)
            .text("@Library('millrace') _\nnode('build') {\nwithJobValues(table: 'smoke', environment: ['SHARED=a', 'SITE=b']) { sh 'x' }\n}")
    }

    @Test
    void 'withJobValues gives a job its own row, whose values come before those that all share'() {
        assertEquals([SITE: 'south'], seen(smoke(), 'SITE'))
        assertEquals([SHARED: 'a'], seen(smoke(), 'SHARED'))
    }

    @Test
    void 'withJobValues goes by where the job lies, whatever a parameter or variable says'() {
        def other = [JOB_BASE_NAME: 'smoke-north', JOB_NAME: 'shop/deliver/smoke-north']
        assertEquals([SITE: 'south'], seen(smoke(params: other, env: other), 'SITE'))
    }

    @Test
    void 'withJobValues stops the build of a job that its table does not know, and runs nothing'() {
        def r = smoke(jobName: 'shop/deliver/smoke-west')
        assertEquals('FAILURE', r.result)
        assertEquals("resources/jobs/smoke.json has no values for 'smoke-west': it is no job of project.yaml any more.".toString(), r.error.message)
        assertEquals([], r.scripts)
    }

    @Test
    void 'the plan of a branch is made where branches may run, that of the trusted branch where deployments are seen'() {
        def plan = { ShCall c -> c.write('plan.json', '{"components":[]}') }
        def nodes = ['shop/deliver/deliver', 'shop/verify/PR-1'].collect { job ->
            run('planComponents()', jobName: job, shell: plan).of('sh').find { it.name =~ /millrace plan/ }.node
        }
        assertEquals(['deploy', 'build'], nodes)
    }
}
