package millrace.generated

import groovy.json.JsonOutput
import millrace.run.BuildRecord
import millrace.run.PipelineRun
import millrace.run.ShCall

/** Builds of a generated repository with a plan made up by the test; the CLI is a double that answers as it would. */
class Scenario {
    final File root
    final boolean cps
    final String project
    private List<Map> components = []
    /** Exit codes by component id. */
    Map<String, Integer> failing = [:]
    /** What the CLI leaves of a failure, by component id. */
    Map<String, String> said = [:]
    /** Whether the agent is gone when what went wrong is read. */
    boolean unreadable = false
    /** Called instead of answering, by component id. */
    Map<String, Closure> instead = [:]
    int planStatus = 0
    Map given = [:]

    Scenario(File root, boolean cps) {
        this.root = root
        this.cps = cps
        project = Generated.projectOf(root)
    }

    Scenario component(String id, String action, List<String> dependsOn = []) {
        components << [id: id, kind: id.tokenize(':')[0], hash: 'a' * 64, action: action, reason: "because of $id".toString(), dependsOn: dependsOn]
        return this
    }

    BuildRecord deliver(String job = 'deliver', String file = 'Jenkinsfile') { build("$project/deliver/$job", file, [:]) }

    BuildRecord pullRequest(int number = 1) {
        build("$project/verify/PR-$number", 'Jenkinsfile', [BRANCH_NAME: "PR-$number".toString(), CHANGE_ID: "$number".toString(),
            CHANGE_TARGET: 'master', CHANGE_FORK: 'stranger', CHANGE_URL: 'https://git.example.com/acme/shop/pulls/1'])
    }

    private BuildRecord build(String job, String file, Map env) {
        new PipelineRun([root: root, cps: cps, jobName: job.toString(), env: env, shell: this.&answer,
            credentials: job.contains('/deliver/') ? ['slack-webhook', 'git', 'registry', 'aws'] as Set : ['git'] as Set] + given)
            .file(new File(root, file))
    }

    private Object answer(ShCall c) {
        if (c.script =~ /millrace plan\b/) {
            if (planStatus) return planStatus
            def counts = ['build', 'deploy', 'keep', 'remove'].collectEntries { a -> [a, components.count { it.action == a }] }
            return c.write('plan.json', JsonOutput.toJson([version: 1, project: project, revision: 'f' * 40, components: components, summary: counts]))
        }
        if (c.script.startsWith('head ')) return unreadable ? 255 : c.execute()
        // What is handed over goes together.
        def id = c.env.MILLRACE_COMPONENT ?: c.env.MILLRACE_COMPONENTS
        if (c.script =~ /millrace apply\b/ && id) {
            if (!new File(c.workspace, 'plan.json').file) throw new AssertionError((Object) "no plan.json where $id is applied")
            if (instead[id]) return instead[id].call(c)
            if (said[id]) c.write(c.env.MILLRACE_FAILURE, said[id])
            if (failing[id]) return failing[id]
        }
        return ''
    }

    /** Ids of the components that were applied, in order. */
    static List<String> applied(BuildRecord r) {
        r.of('sh').findAll { it.name =~ /millrace apply\b/ && it.detail.env.MILLRACE_COMPONENT }.collect { it.detail.env.MILLRACE_COMPONENT }
    }
}
