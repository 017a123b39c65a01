package millrace.generated

import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.StepCall
import org.junit.Test

import static org.junit.Assert.assertEquals

/** One build is of one commit, and takes away in the opposite order. */
class OneCommitTest {
    private static BuildRecord run(Map given, String body) {
        def r = new PipelineRun([root: Generated.sample(), jobName: 'shop/deliver/deliver',
            agents: [build: '.*', deploy: '.*']] + given).text("@Library('millrace') _\n$body")
        assertEquals(r.toString(), 'SUCCESS', r.result)
        return r
    }

    @Test
    void 'a push during the build changes nothing: later checkouts go back to the commit of the first'() {
        [true, false].each { cps ->
            def heads = ['a1', 'b2', 'a1']
            def moving = [checkout: { StepCall c -> [GIT_COMMIT: heads.remove(0)] }]
            def r = run([cps: cps, overrides: moving], "millrace(label: 'build') { sh 'one' }\n" * 3)
            assertEquals(['one', 'git checkout --quiet --detach "$MILLRACE_COMMIT"', 'one', 'one'], r.scripts)
            assertEquals('a1', r.of('sh')[1].detail.env.MILLRACE_COMMIT)
        }
    }

    @Test
    void 'removals go backwards: what stands on something goes before it'() {
        [true, false].each { cps ->
            def plan = "[[id: 'infrastructure:old', action: 'remove', dependsOn: []]," +
                " [id: 'stack:gone', action: 'remove', dependsOn: ['infrastructure:old']]]"
            def r = run([cps: cps], "echo planComponents.sortIntoWaves($plan, 'deploy').toString()\n" +
                "planComponents.plan = [components: $plan]\necho planComponents.waves('remove').toString()")
            assertEquals(['[]', '[[stack:gone], [infrastructure:old]]'], r.log)
        }
    }
}
