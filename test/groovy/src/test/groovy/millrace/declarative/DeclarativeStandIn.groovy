package millrace.declarative

import millrace.run.*

/**
 * A stand-in for Jenkins' own interpreter of `pipeline {}`, for tests. It covers what this project generates, and
 * throws at what it does not know. Order of work in a stage: options, input, agent, environment, when (earlier
 * with beforeOptions, beforeInput, beforeAgent), steps, post.
 */
class DeclarativeStandIn implements Unsaved {
    /** The order in which Jenkins runs post conditions. */
    static final List<String> POST = ['always', 'changed', 'fixed', 'regression', 'aborted', 'failure', 'success', 'unstable', 'unsuccessful', 'cleanup']
    private final Build build
    private final PipelineRun run
    private final Steps steps
    private boolean skipCheckout = false

    DeclarativeStandIn(Build build, PipelineRun run, Steps steps) {
        this.build = build
        this.run = run
        this.steps = steps
    }

    void run(Closure pipeline) {
        def s = sections(pipeline)
        def parameters = s.parameters ? calls(s.parameters.body) : []
        Scripts.setGlobal(build.script, 'params', parameters.collectEntries {
            [it.named().name, it.name == 'choice' ? [it.named().choices].flatten()[0] : it.named().defaultValue]
        } + run.params)
        if (s.triggers) build.record(calls: calls(s.triggers.body)*.toString(), 'triggers')
        withOptions(s.options) {
            withAgent(s.agent) {
                withEnvironment(s.environment) {
                    Throwable error = attempt { stages(s.stages) }
                    if (error) build.current.result = Build.resultOf(error)
                    error = post(s.post, build.current.currentResult) ?: error
                    if (error) throw error
                }
            }
        }
    }

    private List<Collector.Call> calls(Closure block) { Collector.collect(block, build.script, build.runner) }
    private Map<String, Collector.Call> sections(Closure block) { calls(block).collectEntries { [it.name, it] } }

    private static Throwable attempt(Closure body) {
        try {
            body.call()
            return null
        } catch (AssertionError e) {
            throw e
        } catch (Throwable e) {
            return PipelineRun.unwrap(e)
        }
    }

    private void stages(Collector.Call section) {
        Throwable error = null
        calls(section.body).each { stage ->
            if (error) skip(stage.first().toString(), 'earlier failure')
            else error = attempt { runStage(stage) }
        }
        if (error) throw error
    }

    private void skip(String name, String why) { build.record(why: why, 'stage skipped', name) }

    private void runStage(Collector.Call stage) {
        def name = stage.first().toString()
        def s = sections(stage.body)
        def when = s.when ? new Conditions(s.when.body, build) : null
        def passed = { String flag -> when?.flag(flag) && !when.hold() }
        if (passed('beforeOptions')) { skip(name, 'when'); return }
        withOptions(s.options) {
            if (passed('beforeInput')) { skip(name, 'when'); return }
            if (s.input) steps.call('input', [calls(s.input.body).collectEntries { [it.name, it.body ? null : it.first()] }] as Object[])
            if (passed('beforeAgent')) { skip(name, 'when'); return }
            withAgent(s.agent) {
                withEnvironment(s.environment) {
                    if (when && !when.early && !when.hold()) { skip(name, 'when'); return }
                    runBody(name, s)
                }
            }
        }
    }

    private void runBody(String name, Map<String, Collector.Call> s) {
        Throwable error = null
        def event = null
        attempt {
            build.inStage(name) {
                event = build.events.last()
                error = attempt { work(s) }
                def result = error ? Build.resultOf(error) : build.current.currentResult
                event.detail.result = result
                if (error) build.current.result = result
                def late = post(s.post, error ? result : stageResult())
                error = error ?: late
                if (error) throw error
            }
        }
        if (error) throw error
    }

    private String stageResult() { build.current.currentResult == 'UNSTABLE' ? 'UNSTABLE' : 'SUCCESS' }

    private void work(Map<String, Collector.Call> s) {
        if (s.steps) asSteps(s.steps.body)
        else if (s.stages) stages(s.stages)
        else if (s.parallel) {
            def branches = calls(s.parallel.body).collectEntries { b -> [b.first().toString(), { runStage(b) }] }
            build.inParallel(branches, s.failFast?.first() == true)
        } else throw new UnsupportedOperationException("the stand-in knows steps, stages and parallel, not ${s.keySet()}")
    }

    private void asSteps(Closure body) {
        body.delegate = build.script
        body.resolveStrategy = Closure.DELEGATE_ONLY
        build.runner.body(body)
    }

    private void withAgent(Collector.Call agent, Closure body) {
        if (!agent || agent.first() == 'none') { body.call(); return }
        def label = agent.body ? calls(agent.body)[0].first().toString() : null
        run.agentFor(label, build.jobName)
        build.inNode(label) {
            if (!skipCheckout) steps.call('checkout', [[symbol: 'scm']] as Object[])
            body.call()
        }
    }

    private void withEnvironment(Collector.Call environment, Closure body) {
        if (!environment) body.call()
        else build.env.within(EnvironmentCollector.collect(environment.body, build, run), body)
    }

    private void withOptions(Collector.Call options, Closure body) {
        def wrapped = options ? calls(options.body) : []
        wrapped.each { build.record(it.named(), 'option', it.name) }
        if (wrapped.any { it.name == 'skipDefaultCheckout' && it.first() != false }) skipCheckout = true
        wrapped.reverse().inject(body) { Closure inner, Collector.Call o ->
            if (!(o.name in ['timeout', 'retry', 'lock', 'withEnv', 'catchError'])) return inner
            def args = o.args.findAll { !(it instanceof Closure) }
            return { steps.call(o.name, (args + [{ inner.call() }]) as Object[]) }
        }.call()
    }

    /** Runs the conditions that apply; the first error is returned, the others still run. */
    private Throwable post(Collector.Call section, String result) {
        if (!section) return null
        def conditions = sections(section.body)
        Throwable error = null
        POST.findAll { conditions[it] }.each { name ->
            // A report that `always` publishes may make the build unstable, and the later conditions see that.
            def now = result == 'SUCCESS' ? stageResult() : result
            if (!applies(name, now)) return
            build.record(result: now, 'post', name)
            def e = attempt { asSteps(conditions[name].body) }
            if (e) build.current.result = 'FAILURE'
            error = error ?: e
        }
        return error
    }

    private boolean applies(String condition, String result) {
        def before = build.current.previousBuild?.result
        switch (condition) {
            case ['always', 'cleanup']: return true
            case 'changed': return before != result
            case 'fixed': return result == 'SUCCESS' && before in ['FAILURE', 'UNSTABLE']
            case 'regression': return before == 'SUCCESS' && result != 'SUCCESS' || before == 'UNSTABLE' && result == 'FAILURE'
            case 'unsuccessful': return result != 'SUCCESS'
            default: return condition.toUpperCase() == result
        }
    }
}
