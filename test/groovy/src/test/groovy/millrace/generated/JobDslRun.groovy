package millrace.generated

import org.codehaus.groovy.control.CompilerConfiguration

/** Job DSL, run far enough to see which pipeline each job runs: every call is taken and written down. */
abstract class JobDslRun extends Script {
    final JobDslBlock block = new JobDslBlock()

    /** Full name of each pipeline job -> its `scriptPath`, in the order in which the script makes them. */
    static Map<String, String> pipelines(String script) {
        def run = (JobDslRun) new GroovyShell(new CompilerConfiguration(scriptBaseClass: JobDslRun.name)).parse(script)
        run.run()
        return run.block.calls.findAll { it.name == 'pipelineJob' }
            .collectEntries { job -> [(job.args[0]): job.block.all().find { it.name == 'scriptPath' }.args[0]] }
    }

    def methodMissing(String name, args) { block.methodMissing(name, args) }
}

/** The calls in a block; the block that goes with a call is run at once, as Job DSL does. */
class JobDslBlock {
    /** `name`, `args`, and the `block` that went with it. */
    final List<Map> calls = []

    def methodMissing(String name, args) {
        def call = [name: name, args: args.findAll { !(it instanceof Closure) }, block: new JobDslBlock()]
        calls << call
        args.findAll { it instanceof Closure }.each { Closure body ->
            body.delegate = call.block
            body.resolveStrategy = Closure.DELEGATE_ONLY
            body.call()
        }
        return null
    }

    /** These calls and those in their blocks. */
    List<Map> all() { calls.collectMany { [it] + it.block.all() } }
}
