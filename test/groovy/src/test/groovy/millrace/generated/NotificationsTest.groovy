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
