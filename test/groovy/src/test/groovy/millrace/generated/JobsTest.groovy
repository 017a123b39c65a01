package millrace.generated

import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.ShCall
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** The jobs of the sample's own `jobs:`, run. */
class JobsTest {
    /** A build of the job, with the pipeline that Job DSL gives it. */
    private static BuildRecord run(Map given = [:], String name) {
        new PipelineRun([root: Generated.sample(), jobName: "shop/deliver/$name".toString(), params: [TARGET: 'prod'],
            credentials: ['report-token', 'send-token', 'slack-webhook'] as Set] + given)
            .file(Generated.jobs(Generated.sample())[name])
    }

    private static Object writeReports(ShCall c) {
        ['reports/a.xml', 'reports/deep/b.txt', 'report.log', 'other.txt'].each { c.write(it, 'x') }
        return ''
    }

    private static List<String> own(BuildRecord r) { r.scripts.findAll { it.startsWith('./') } }

    @Test
    void 'a step sees the variables, parameters and credentials that are for it, each value as it is written'() {
        def r = run('report')
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertEquals(['./report.sh "$TARGET"', './send.sh'], r.scripts)
        assertEquals(['Test', 'Step 2'], r.stages)
        def names = ['TARGET', 'LEVEL', 'REPORT_TOKEN', 'SEND_TOKEN']
        assertEquals([['prod', "a \$b 'c'".toString(), 'secret:report-token', null],
                      ['prod', 'low', 'secret:report-token', 'secret:send-token']],
            r.of('sh').collect { sh -> names.collect { sh.detail.env[it] } })
        assertEquals(['deploy', 'deploy'], r.of('sh')*.node)
    }

    @Test
    void 'a job tries again as often as it says, and keeps to its own timeout'() {
        def failures = 1
        def r = run('report', shell: { ShCall c -> c.script.startsWith('./report') && failures-- > 0 ? 1 : '' })
        assertEquals(['./report.sh "$TARGET"', './report.sh "$TARGET"', './send.sh'], own(r))
        assertEquals([time: 45, unit: 'MINUTES'], r.of('timeout').first().detail)
        r = run('report', shell: { ShCall c -> c.script.startsWith('./report') ? 1 : '' })
        assertEquals(r.toString(), ['FAILURE', 2], [r.result, own(r).size()])
    }

    @Test
    void 'reports and artifacts are kept whether it fails or not'() {
        [0, 1].each { status ->
            def r = run('report', shell: { ShCall c -> writeReports(c); c.script.startsWith('./send') ? status : '' })
            assertEquals(status == 0 ? 'SUCCESS' : 'FAILURE', r.result)
            assertEquals([testResults: 'reports/*.xml', allowEmptyResults: true], r.of('junit').last().detail)
            assertEquals(['report.log', 'reports/a.xml', 'reports/deep/b.txt'] as Set, r.archived)
        }
    }

    @Test
    void 'failing tests in a report are told'() {
        def r = run('report', failingTests: true)
        assertEquals('UNSTABLE', r.result)
        assertEquals(r.toString(), ['shop/deliver/report #7: has failing tests'], r.of('mail')*.detail*.subject*.toString())
    }

    @Test
    void 'each job of a template sees its own value'() {
        def seen = ['north', 'south'].collect { site ->
            def r = run("smoke-$site")
            assertEquals(['./smoke.sh'], r.scripts)
            r.of('sh')[0].detail.env.SITE
        }
        assertEquals(['north', 'south'], seen)
    }

    @Test
    void 'each job of a template runs where its label says, and keeps its own reports'() {
        [build: 'north', deploy: "it's"].each { where, site ->
            def r = run("probe $site from $where")
            assertEquals(r.toString(), [where, where], r.of('sh')*.node)
            assertEquals([[testResults: "$site/*.xml".toString(), allowEmptyResults: true]], r.of('junit')*.detail)
        }
    }

    @Test
    void 'a command runs where deployments are seen'() {
        def r = run('state')
        assertEquals(['millrace status'], r.scripts)
        assertEquals(['deploy'], r.of('sh')*.node)
    }

    @Test
    void 'Job DSL asks for the parameters and makes each job of the template'() {
        def text = Generated.jobDsl(Generated.sample())*.getText('UTF-8').join('\n').replaceAll(/\s+/, ' ')
        ["choiceParam('TARGET', [ 'stage', 'prod', ], 'Where to look.')", "booleanParam('FAST', true, '')",
         "stringParam('NOTE', 'none', '')", "spec('H 5 * * *')"].each {
            assertTrue("no $it", text.contains(it))
        }
        assertEquals(['smoke.Jenkinsfile', 'smoke.Jenkinsfile'], ['smoke-north', 'smoke-south'].collect { Generated.jobs(Generated.sample())[it].name })
    }
}
