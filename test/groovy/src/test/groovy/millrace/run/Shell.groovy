package millrace.run

import hudson.AbortException

/** `sh`: given to the test's double, or run for real in the workspace with exactly the build's environment. */
class Shell {
    private final Build build
    private final PipelineRun run

    Shell(Build build, PipelineRun run) {
        this.build = build
        this.run = run
    }

    Object call(StepCall c) {
        def call = new ShCall(script: c['script'].toString(), env: build.env.effective(), workspace: build.workspace('sh'),
            node: build.nodes.last().label, stages: build.stages.collect(), timeouts: build.timeouts)
        def event = build.record(script: call.script, env: call.env, 'sh', call.script)
        def (int status, String output) = run.realShell ? execute(call, event) : double_(call)
        event.detail.status = status
        event.detail.output = output
        if (c['returnStatus']) return status
        if (status != 0) throw new AbortException("script returned exit code $status")
        return c['returnStdout'] ? output : null
    }

    private List double_(ShCall call) {
        def answer = run.shell.call(call)
        if (answer instanceof List) return answer
        return answer instanceof Integer ? [answer, ''] : [0, answer?.toString() ?: '']
    }

    /** As Jenkins does on Linux: /bin/sh -xe on a file. */
    static List execute(ShCall call, Event event) {
        def file = File.createTempFile('step', '.sh')
        file.setText(call.script, 'UTF-8')
        def builder = new ProcessBuilder('/bin/sh', '-xe', file.path).directory(call.workspace)
        builder.environment().clear()
        builder.environment().putAll(call.env.findAll { it.value != null })
        def process = builder.start()
        process.outputStream.close()
        def out = new StringBuilder()
        def err = new StringBuilder()
        process.waitForProcessOutput(out, err)
        file.delete()
        event.detail.errors = err.toString()
        return [process.exitValue(), out.toString()]
    }
}
