package millrace.generated

import hudson.AbortException
import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.ShCall
import millrace.run.StepCall
import org.junit.Test
import org.junit.runner.RunWith
import org.junit.runners.Parameterized

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertFalse
import static org.junit.Assert.assertTrue

/** Every pipeline under jenkins/: what it runs for a person who answers as asked, and for one who does not. */
@RunWith(Parameterized)
class OperationsTest {
    @Parameterized.Parameters(name = '{0}')
    static List<Object[]> repositories() {
        [['of the sample', Generated.sample(), 'shop', SAMPLE] as Object[],
         ['of a sample on AWS', Generated.sample('external'), '210987654321', [state: [['millrace status', [:]]]]] as Object[],
         ['of this repository', Generated.ROOT, '123456789012', OWN] as Object[]]
    }

    /** The shell texts of the users' own jobs; JobsTest looks at what they see. */
    static final Map<String, List> SAMPLE = [
        nightly: [['./nightly.sh', [:]]], report: [['./report.sh "$TARGET"', [LEVEL: "a \$b 'c'".toString()]], ['./send.sh', [LEVEL: 'low']]],
        'smoke-north': [['./smoke.sh', [SITE: 'north']]], 'smoke-south': [['./smoke.sh', [SITE: 'south']]],
        'probe north from build': probe('north', 'build'), 'probe north from deploy': probe('north', 'deploy'),
        "probe it's from build": probe("it's", 'build'), "probe it's from deploy": probe("it's", 'deploy'),
        state: [['millrace status', [:]]]]
    static final Map<String, List> OWN = [nightly: [['script/test --yes', [:]]]]

    private static List probe(String site, String where) {
        def env = [SITE: site, WHERE: where, URL: "http://$site/\$x".toString(), SHARED: '{x}']
        [['./probe.sh', env + [LEVEL: 'low']], ['./tell.sh', env + [LEVEL: "$site!".toString()]]]
    }

    private final File root
    /** What confirms a removal: the account, or without one the project's name. */
    private final String word
    private final Map<String, List> jobs

    OperationsTest(String which, File root, String word, Map<String, List> jobs) {
        this.root = root
        this.word = word
        this.jobs = jobs
    }

    /** What each pipeline runs, in order: the shell text, and those of its variables that decide what it does. */
    private Map<String, List> table() {
        def component = [COMPONENT: 'image:api', MILLRACE_ROLE: 'deliver']
        def destroy = ['millrace destroy "$COMPONENT"' + (word ==~ /\d+/ ? ' --account "$MILLRACE_CONFIRM"' : ''), component + [MILLRACE_CONFIRM: word]]
        def status = [['millrace status', [MILLRACE_ROLE: 'deliver']]]
        [refresh: [['millrace lock --update --except-amis', [MILLRACE_ROLE: 'deliver']], [PLUGINS, [:]]] +
             proposal('refresh', 'build: refresh the pins of images and plugins') + (root == Generated.ROOT ? amis() : []),
         rebuild: [['millrace lock --bump "$COMPONENT"', component]] + proposal('rebuild', 'build: rebuild image:api'),
         destroy: [destroy],
         redeploy_infrastructure: [destroy, ['millrace apply --only "$COMPONENT"', component]],
         prune: [['millrace prune', [MILLRACE_ROLE: 'deliver']]],
         drift: status,
         backup: [['millrace backup', [MILLRACE_ROLE: 'deliver']]],
         seed: hosts() ? [[HASH_OF_JOBS, [:]]] : []] + jobs
    }

    static final String PLUGINS = 'if [ -e jenkins-image/plugins.yaml ]; then millrace plugins lock; fi'
    static final String STAGE = 'git add --update && if [ -e project.lock.yaml ]; then git add -- project.lock.yaml; fi'
    static final String MOVED = 'git diff --cached --quiet'
    static final String SAME_MONTH = '[ "$(date -u +%Y-%m)" = "$(date -u -d "@$((MILLRACE_LAST / 1000))" +%Y-%m)" ]'

    /** Machine images, in the first refresh of a month. */
    private static List amis() {
        [[SAME_MONTH, [MILLRACE_LAST: '0']], ['millrace lock --update ami:cluster-node', [:]]] +
            proposal('refresh-amis', 'build: refresh the pins of machine images')
    }

    static final String HASH_OF_JOBS = 'millrace hash --json --rev HEAD jobs:millrace'

    private static List proposal(String name, String message) {
        [[STAGE, [:]],
         [MOVED, [:]],
         ['git -c user.name=millrace -c user.email=millrace@localhost commit --quiet --message "$MILLRACE_MESSAGE"', [MILLRACE_MESSAGE: message]],
         ['git push --quiet --force origin "HEAD:refs/heads/$MILLRACE_BRANCH"', [MILLRACE_BRANCH: "millrace/$name".toString()]]]
    }

    private List<File> pipelines() { Generated.jenkinsfiles(root).findAll { it.name != 'Jenkinsfile' } }
    private static String nameOf(File f) { f.name - '.Jenkinsfile' }
    private static boolean refuses(File f) { f.text.contains("stage('Refuse')") }
    private File pipeline(String name) { pipelines().find { nameOf(it) == name } }

    private String pushCredential() {
        def m = new File(root, 'project.yaml').text =~ /push: ([\w-]+)/
        return m.find() ? m.group(1) : null
    }

    /** The jobs, each with its pipeline; Job DSL does not make the one that runs it. */
    private Map<String, File> runs() {
        Generated.jobs(root).findAll { job, f -> job != 'deliver' && !refuses(f) } + [seed: pipeline('seed')]
    }

    /** Whether the project deploys the Jenkins that runs it. */
    private boolean hosts() { root == Generated.ROOT }

    /** As the CLI and git would: the lock has changed. */
    private static Object answer(ShCall c) {
        if (c.script.startsWith('millrace hash')) return '{"version":1,"components":{"jobs:millrace":{"hash":"' + 'c' * 64 + '","inputs":[]}}}'
        if (c.script == SAME_MONTH) return c.execute()
        return c.script.contains('git diff --cached') ? 1 : ''
    }

    private BuildRecord run(File file, Map params = [:], Closure answers = { StepCall c -> word }) {
        run(nameOf(file), file, params, answers)
    }

    private BuildRecord run(String job, File file, Map params = [:], Closure answers = { StepCall c -> word }) {
        new PipelineRun(root: root, jobName: "${Generated.projectOf(root)}/deliver/$job".toString(),
            params: [COMPONENT: 'image:api', DRY_RUN: false] + params, answers: answers,
            credentials: ['git', pushCredential(), 'slack-webhook', 'registry', 'report-token', 'send-token', 'aws'] as Set,
            shell: this.&answer).file(file)
    }

    /** What ran, and of its variables those named in `expected`; where a checkout was moved to the build's commit is no work of its own. */
    private static List ran(BuildRecord r, List expected) {
        r.of('sh').findAll { !it.name.startsWith('git checkout') }.withIndex().collect { sh, i ->
            [sh.name, (expected[i] ? expected[i][1] : [:]).collectEntries { k, v -> [k, sh.detail.env[k]] }]
        }
    }

    @Test
    void 'each runs exactly what it is for'() {
        def runs = runs()
        def table = table()
        assertEquals('no row in the table', [], runs.keySet() - table.keySet() as List)
        assertTrue("only ${runs.keySet()}", runs.keySet().containsAll(['refresh', 'rebuild', 'destroy', 'prune', 'drift', 'seed'] + jobs.keySet()))
        assertEquals('a pipeline that no job runs', [], pipelines().findAll { !refuses(it) }*.path - runs.values()*.path)
        def differ = runs.findAll { job, f ->
            def r = run(job, f)
            r.result != 'SUCCESS' || ran(r, table[job]) != table[job]
        }
        // One text, so that all that differ are seen at once.
        assertEquals(differ.collect { job, f -> "$job ${table[job]} SUCCESS" }.join('\n'),
            differ.collect { job, f -> def r = run(job, f); "$job ${ran(r, table[job])} ${r.result}" }.join('\n'))
        assertEquals([:], differ)
    }

    @Test
    void 'all that deploys, removes, pushes or looks at deployments runs on deploy agents'() {
        ['destroy', 'redeploy_infrastructure', 'prune', 'drift', 'backup', 'refresh', 'rebuild', 'state'].collect { pipeline(it) }.findAll { it && !refuses(it) }.each { f ->
            assertEquals(f.name, ['deploy'], run(f).of('sh')*.node.unique())
        }
    }

    @Test
    void 'only the push itself sees the credential that may push, a key where the address is one of ssh'() {
        ['refresh', 'rebuild'].each { name ->
            def r = run(pipeline(name))
            def text = new File(root, 'project.yaml').text
            def binding = text.contains('repository: ssh:') ? 'sshUserPrivateKey' : 'gitUsernamePassword'
            def pushes = name == 'refresh' && root == Generated.ROOT ? 2 : 1
            assertEquals(name, [[pushCredential(), binding, 'git push']] * pushes,
                r.of('credential').findAll { it.name != 'aws' }.collect { c -> [c.name, c.detail.binding, r.events.drop(r.events.indexOf(c) + 1).find { it.type == 'sh' }.name.take(8)] })
        }
    }

    @Test
    void 'what looks at AWS has its access key, and what pushes or seeds has not'() {
        def named = new File(root, 'project.yaml').text.contains('credential: aws')
        def has = runs().collectEntries { job, f -> [job, run(job, f).of('sh').any { it.detail.env.AWS_SECRET_ACCESS_KEY }] }
        // The machine images of this repository are refreshed; of the sample, the infrastructure deployed anew.
        def others = root == Generated.ROOT ? ['refresh'] : ['redeploy_infrastructure', 'state']
        assertEquals(named ? ['backup', 'destroy', 'drift', 'prune'] + others : [], has.findAll { it.value }.keySet().sort())
        ['refresh', 'rebuild', 'seed'].each { name ->
            assertEquals(name, [], run(pipeline(name)).of('sh').findAll { it.name.startsWith('git') && it.detail.env.AWS_SECRET_ACCESS_KEY }*.name)
        }
    }

    @Test
    void 'machine images are refreshed once a month, whatever the schedule, and again where that failed'() {
        if (root != Generated.ROOT) return
        def moved = { Map given ->
            new PipelineRun([root: root, jobName: 'millrace/deliver/refresh', shell: this.&answer, credentials: ['git-push', 'aws'] as Set] + given)
                .file(pipeline('refresh')).scripts.count { it == 'millrace lock --update ami:cluster-node' }
        }
        def now = System.currentTimeMillis()
        assertEquals(0, moved(previousTime: now))
        assertEquals(1, moved(previousTime: now - 32L * 86_400_000))
        assertEquals(1, moved(previousTime: now, previous: 'FAILURE'))
        assertEquals(1, moved(previous: null))
    }

    @Test
    void 'a dry run of prune frees nothing'() {
        assertEquals(['millrace prune --dry-run'], run(pipeline('prune'), [DRY_RUN: true]).scripts)
    }

    @Test
    void 'seed makes the jobs in the sandbox and deletes those that are gone'() {
        def dsl = run(pipeline('seed')).of('jobDsl')*.detail
        assertEquals(1, dsl.size())
        assertEquals([true, 'DELETE', true], [dsl[0].sandbox, dsl[0].removedJobAction, dsl[0].failOnMissingPlugin])
        def folder = new File(root, 'jenkins/jobs').directory ? '\njenkins/jobs/*.groovy' : ''
        assertEquals("jenkins/jobs.groovy$folder".toString(), dsl[0].targets)
    }

    @Test
    void 'seed records what it made the jobs from, after it has made them'() {
        def r = run(pipeline('seed'))
        assertEquals(hosts() ? 'c' * 64 : null, r.description)
        if (hosts()) assertTrue(r.events*.type.indexOf('jobDsl') < r.events*.type.indexOf('sh'))
    }

    @Test
    void 'a seed that fails records nothing, and is told of'() {
        if (!hosts()) return
        def failing = { Map given ->
            new PipelineRun([root: root, jobName: 'millrace/deliver/seed', shell: { ShCall c -> 1 }] + given).file(pipeline('seed'))
        }
        [[:], [overrides: [jobDsl: { StepCall c -> throw new AbortException('a job before its folder') }]]].each { given ->
            def r = failing(given)
            assertEquals(r.toString(), ['FAILURE', null], [r.result, r.description])
            assertEquals(['millrace/deliver/seed #7: failed'], r.of('mail')*.detail*.subject*.toString())
        }
    }

    @Test
    void 'one that would take this Jenkins away refuses, and runs nothing'() {
        def refusing = pipelines().findAll { refuses(it) }
        assertEquals(root == Generated.ROOT ? ['redeploy_infrastructure'] : [], refusing.collect { nameOf(it) })
        refusing.each { f ->
            def r = run(f, [:]) { StepCall c -> throw new AssertionError((Object) 'it asks') }
            assertEquals(r.toString(), 'FAILURE', r.result)
            assertEquals([], r.scripts)
        }
    }

    @Test
    void 'one that removes asks first, and does nothing when answered otherwise'() {
        def asking = ['destroy', 'redeploy_infrastructure'].collect { pipeline(it) }.findAll { !refuses(it) }
        assertTrue('destroy does not ask', asking*.name.contains('destroy.Jenkinsfile'))
        asking.each { f ->
            assertEquals(["${nameOf(f) == 'destroy' ? 'Destroy' : 'Redeploy'} image:api?".toString()], run(f).names('input'))
            ['', 'yes', '000000000000', "$word ".toString()].each { given ->
                def r = run(f, [:]) { StepCall c -> given }
                assertEquals("${f.name} answered '$given'\n$r", 'FAILURE', r.result)
                assertEquals('only Slack is told', [], r.scripts.findAll { !it.contains('MILLRACE_SLACK_URL') })
            }
        }
    }

    @Test
    void 'parameters reach the shell by environment only'() {
        runs().each { job, f ->
            assertFalse(job, run(job, f, [COMPONENT: 'stack:shop', TARGET: 'stack:shop']).scripts.any { it.contains('stack:shop') })
        }
    }
}
