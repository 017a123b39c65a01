package millrace.run

import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** The state of one running build, shared by the steps and the declarative stand-in. */
class Build implements Unsaved {
    final BuildEnvironment env
    final CurrentBuild current
    final ScriptRunner runner
    final String jobName
    final List<Event> events = []
    final List<String> stages = []
    final List<Map> nodes = []
    final Map<String, File> stashes = [:]
    final File home
    private final String workspaces
    final Set<String> archived = [] as Set
    int timeouts = 0
    Script script

    Build(Map given) {
        env = given.env
        current = given.current
        runner = given.runner
        jobName = given.jobName
        home = given.home
        workspaces = given.workspaces
    }

    Event record(String type, String name = null) { record([:], type, name) }

    Event record(Map detail, String type, String name = null) {
        def e = new Event(type: type, name: name, detail: detail, stages: stages.collect(), node: nodes ? nodes.last().label : null)
        events << e
        return e
    }

    /** Runs a stage's body; what it throws marks the stage and goes on. */
    Object inStage(String name, Closure body) {
        def event = record('stage', name)
        stages << name
        try {
            def result = null
            env.within([STAGE_NAME: name]) { result = body.call() }
            event.detail.result = event.detail.result ?: 'SUCCESS'
            return result
        } catch (Throwable t) {
            event.detail.result = resultOf(t)
            throw t
        } finally {
            stages.remove(stages.size() - 1)
        }
    }

    /** The workspace of the node around; without one Jenkins refuses the step. */
    File workspace(String step) {
        if (!nodes) {
            throw new IllegalStateException("Required context class hudson.FilePath is missing. Perhaps you forgot " +
                "to surround the step '$step' with a step that provides this, such as: node")
        }
        return nodes.last().directory
    }

    Object inNode(String label, Closure body) {
        def directory = workspaces ? new File(workspaces, "${jobName.replace('/', '_')}-$label") :
            new File(home, "workspace-${nodes.size()}-${events.size()}")
        directory.mkdirs()
        record('node', label)
        nodes << [label: label, directory: directory]
        def result = null
        try {
            env.within([WORKSPACE: directory.path, WORKSPACE_TMP: "${directory.path}@tmp".toString(), NODE_NAME: "${label ?: 'any'}-1".toString(), NODE_LABELS: label ?: '']) {
                result = body.call()
            }
            return result
        } finally {
            nodes.remove(nodes.size() - 1)
        }
    }

    Object inTimeout(Map detail, Closure body) {
        record(detail, 'timeout')
        timeouts++
        try {
            return body.call()
        } finally {
            timeouts--
        }
    }

    /**
     * Runs the branches one after the other, in order, so that a record is the same every time. All run, as on
     * Jenkins, unless failFast or an interruption from outside stops those that have not begun.
     */
    Object inParallel(Map<String, Closure> branches, boolean failFast) {
        record(branches: branches.keySet().toList(), failFast: failFast, 'parallel')
        Throwable first = null
        def results = [:]
        for (entry in branches.entrySet()) {
            if (first && (failFast || first instanceof FlowInterruptedException && first.scope < timeouts)) {
                record('branch stopped', entry.key)
                continue
            }
            try {
                results[entry.key] = entry.value.call()
            } catch (Throwable t) {
                if (first == null) first = t
            }
        }
        if (first) throw first
        return results
    }

    static String resultOf(Throwable t) { t instanceof FlowInterruptedException ? t.result : 'FAILURE' }
}
