package millrace.generated

import millrace.run.BuildRecord
import millrace.run.PipelineRun
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue
import static org.junit.Assert.fail

/** A branch whose own Jenkinsfile asks for more than it may have. What stops it is Jenkins'; the harness stands in for that. */
class TrustTest {
    static final List<String> BRANCHES = ['shop/verify/PR-1', 'shop/verify/feature', 'shop/verify/deliver', 'other/verify/deliver']

    private static BuildRecord run(String job, String text) {
        // Credentials that Jenkins shows to branches: the one that reads, and no other.
        new PipelineRun(root: Generated.sample(), jobName: job, credentials: ['git'] as Set).text("@Library('millrace') _\n$text")
    }

    private static void assertWaits(String job, String text) {
        def ended = null
        try {
            ended = run(job, text)
        } catch (AssertionError e) {
            assertTrue(e.message, e.message.contains('would wait for ever'))
        }
        if (ended) fail("$job got an agent for: $text\n$ended")
    }

    @Test
    void 'a branch that asks for an agent that deploys waits for ever, whatever step it asks by'() {
        BRANCHES.each { job ->
            ["node('deploy') { sh 'x' }", "millrace(label: 'deploy') { sh 'x' }",
             "pipeline { agent { label 'deploy' }\nstages { stage('a') { steps { sh 'x' } } } }",
             "planComponents.plan = [components: [[id: 'stack:shop', action: 'deploy', dependsOn: []]]]\napplyComponents(action: 'deploy', label: 'deploy')",
             "planComponents.plan = [components: [[id: 'stack:jenkins', action: 'deploy', dependsOn: []]]]\nhandOver(components: ['stack:jenkins'], label: 'deploy')",
             "pruneDocker()"].each { assertWaits(job, it) }
        }
    }

    @Test
    void 'the trusted branch and its operations get one'() {
        ['shop/deliver/deliver', 'shop/deliver/prune'].each { job ->
            def r = run(job, "millrace(label: 'deploy') { sh 'x' }")
            assertEquals(r.toString(), ['x'], r.scripts)
        }
    }

    @Test
    void 'a branch is told that it verifies, whatever it says of itself'() {
        BRANCHES.each { job ->
            def r = run(job, "withEnv(['MILLRACE_ROLE=deliver', 'JOB_BASE_NAME=deliver']) { millrace(label: 'build') { sh 'x' } }")
            assertEquals(job, ['verify'], r.of('sh')*.detail*.env*.MILLRACE_ROLE)
        }
    }

    @Test
    void 'a branch finds no credential of the trusted folder, and the steps ask for none'() {
        BRANCHES.each { job ->
            def r = run(job, "node('build') { withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'U', passwordVariable: 'P')]) { sh 'x' } }")
            assertEquals(["Could not find credentials entry with ID 'registry'".toString(), []], [r.error.message, r.scripts])
            r = run(job, "millrace(label: 'build') { withRegistry(credential: 'registry') { sh 'x' } }\n" +
                "notifyBuild(event: 'failed', slack: 'slack-webhook')\nnotifyCommit(statuses: 'https://x/', credential: 'push')")
            assertEquals(r.toString(), [[], ['x']], [r.names('credential'), r.scripts])
            assertEquals(null, r.of('sh')[0].detail.env.MILLRACE_REGISTRY_PASSWORD)
        }
    }
}
