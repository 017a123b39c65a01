package millrace.declarative

import millrace.run.Build
import millrace.run.PipelineRun
import millrace.run.Scripts
import millrace.run.Unsaved

/** Evaluates an `environment` block: values may use those above them, `credentials(…)` and functions. */
class EnvironmentCollector implements Unsaved {
    private final Build build
    private final PipelineRun run
    private final Map<String, String> values = [:]

    EnvironmentCollector(Build build, PipelineRun run) {
        this.build = build
        this.run = run
    }

    static Map<String, String> collect(Closure block, Build build, PipelineRun run) {
        def c = new EnvironmentCollector(build, run)
        block.delegate = c
        block.resolveStrategy = Closure.DELEGATE_ONLY
        build.runner.body(block)
        return c.@values
    }

    void setProperty(String name, Object value) { values[name] = value?.toString() }

    Object getProperty(String name) { values.containsKey(name) ? values[name] : Scripts.read(build.script, name) }

    Object invokeMethod(String name, Object args) {
        def given = args instanceof Object[] ? args : [args] as Object[]
        if (name == 'credentials') return "secret:${run.credential(given[0].toString(), build)}".toString()
        return run.dispatch(build.script, name, given)
    }
}
