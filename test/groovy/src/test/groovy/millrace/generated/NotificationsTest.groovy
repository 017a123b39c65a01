package millrace.generated

import hudson.AbortException
import millrace.run.BuildRecord
import millrace.run.StepCall
import org.junit.Test

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertTrue

/** The sample tells by mail and Slack of failure, fixed and aborted. */
class NotificationsTest {
    private static Scenario scenario(Map given = [:]) {
        def s = new Scenario(Generated.sample(), true).component('image:api', 'build')
        s.given = given
        return s
    }

    private static List<String> subjects(BuildRecord r) { r.of('mail')*.detail*.subject*.toString() }

    @Test
    void 'a failure is told by mail and by Slack'() {
        def s = scenario()
        s.failing = ['image:api': 1]
        def r = s.deliver()
        assertEquals(['shop/deliver/deliver #7: failed'], subjects(r))
        assertEquals(['slack-webhook'], r.names('credential'))
        assertTrue(r.scripts.any { it.contains('curl') })
    }

    private static List<String> bodies(BuildRecord r) { r.of('mail')*.detail*.body*.toString() }

    private static List<String> slack(BuildRecord r) { r.of('writeJSON').findAll { it.detail.file.toString().contains('slack') }*.detail*.json*.text }

    static final String LINK = 'https://ci.example.com/job/shop/job/deliver/job/deliver/7/console'

    @Test
    void 'each component that failed is told with its reason and the last lines of its log, and a link to all of it'() {
        def s = scenario().component('image:web', 'build').component('image:sound', 'build')
        s.failing = ['image:api': 1, 'image:web': 70]
        s.said = ['image:api': 'failed image:api after 3.0 s: npm ci exited 1\n  | ENOSPC: no space left on device\n']
        def r = s.deliver()
        def said = 'shop/deliver/deliver #7: failed\n\n' +
            'image:api: failed image:api after 3.0 s: npm ci exited 1\n  | ENOSPC: no space left on device\n\n' +
            "image:web: script returned exit code 70\n\n$LINK"
        assertEquals([[said.toString()], [said.toString()]], [bodies(r), slack(r)])
    }

    @Test
    void 'what a log says is no command to Slack, and is itself in a mail'() {
        def s = scenario()
        s.failing = ['image:api': 1]
        s.said = ['image:api': 'a <!channel> & b']
        def r = s.deliver()
        assertTrue(slack(r)[0].contains('image:api: a &lt;!channel&gt; &amp; b\n'))
        assertTrue(bodies(r)[0].contains('image:api: a <!channel> & b\n'))
    }

    @Test
    void 'a message has an end, whatever a branch leaves there'() {
        def s = new Scenario(Generated.sample(), true)
        20.times { s.component("image:c$it".toString(), 'build') }
        s.failing = (0..<20).collectEntries { ["image:c$it".toString(), 1] }
        s.said = (0..<20).collectEntries { ["image:c$it".toString(), 'x' * 1_000_000] }
        def body = bodies(s.deliver())[0]
        assertTrue("${body.length()} characters", body.length() < 31_000)
        assertTrue(body.endsWith(LINK))
    }

    @Test
    void 'what fails before there are components is told by its stage'() {
        def s = scenario()
        s.planStatus = 3
        assertTrue(bodies(s.deliver())[0].contains('\n\nPlan: script returned exit code 3\n\n'))
        def lost = scenario(overrides: [checkout: { StepCall c -> throw new AbortException('cannot reach the repository') }]).deliver()
        assertTrue(bodies(lost)[0].contains('\n\nValidate: cannot reach the repository\n\n'))
    }

    @Test
    void 'an agent that is gone takes the reason with it, and not the message'() {
        def s = scenario()
        s.instead = ['image:api': { c -> throw new AbortException('the agent went offline') }]
        s.unreadable = true
        def r = s.deliver()
        assertEquals(['FAILURE', 1], [r.result, bodies(r).size()])
    }

    @Test
    void 'a recovery tells of no failure'() {
        assertEquals(["shop/deliver/deliver #7: works again\n\n$LINK".toString()], bodies(scenario(previous: 'FAILURE').deliver()))
    }

    @Test
    void 'a message lies beside the workspace, which stays as it was committed'() {
        def r = scenario(previous: 'FAILURE').deliver()
        assertTrue(r.of('writeJSON').every { it.detail.file.toString() ==~ '.+@tmp/[^/]+' })
        assertTrue(r.of('sh').every { it.detail.env.MILLRACE_FAILURE == null || it.detail.env.MILLRACE_FAILURE ==~ '.+@tmp/failure-7.txt' })
    }

    @Test
    void 'a recovery is told, a success after a success is not'() {
        assertEquals(1, subjects(scenario(previous: 'FAILURE').deliver()).size())
        assertEquals(0, subjects(scenario(previous: 'SUCCESS').deliver()).size())
    }

    @Test
    void 'a build aborted by its timeout is told'() {
        def s = scenario()
        s.instead = ['image:api': { it.hang(outermost: true) }]
        def r = s.deliver()
        assertEquals('ABORTED', r.result)
        assertEquals(1, subjects(r).size())
    }

    @Test
    void 'a notifier that throws never fails the build, and the other notifier is still asked'() {
        def broken = [mail: { StepCall c -> throw new AbortException('no mail server') }]
        def r = scenario(previous: 'FAILURE', overrides: broken).deliver()
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertTrue(r.log.any { it.contains('no mail server') })
        assertTrue(r.scripts.any { it.contains('curl') })
    }

    @Test
    void 'a credential that is missing for the notifier does not fail the build'() {
        def r = scenario(previous: 'FAILURE', credentials: [] as Set).deliver()
        assertEquals(r.toString(), 'SUCCESS', r.result)
        assertTrue(r.log.any { it.contains("Could not find credentials entry with ID 'slack-webhook'") })
    }
}
