package millrace.run

import com.cloudbees.groovy.cps.Continuable
import com.cloudbees.groovy.cps.Continuation
import com.cloudbees.groovy.cps.Envs
import com.cloudbees.groovy.cps.Next
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation
import com.lesfurets.jenkins.unit.cps.PipelineTestHelperCPS
import org.codehaus.groovy.runtime.GroovyCategorySupport

/**
 * JenkinsPipelineUnit's loader, scripts run through the real CPS transform. Two things go further than its own
 * helper: the CPS versions of each, collect, … are in force, and the state is saved where Jenkins saves it, at
 * every step that waits, with the continuation (where a loop keeps its iterator) and not only the variables.
 */
class CpsHelper extends PipelineTestHelperCPS implements ScriptRunner {
    Dispatcher dispatcher
    private final Deque<Next> running = new ArrayDeque<>()

    @Override
    Object getMethodInterceptor() { { String name, Object[] args -> dispatcher.dispatch(delegate, name, args) } }

    @Override
    Object callOwn(MetaMethod m, Script script, Object[] args) {
        try {
            return m.doMethodInvoke(script, args)
        } catch (CpsCallableInvocation e) {
            return run(e)
        }
    }

    @Override
    Object body(Closure c, Object... args) {
        try {
            return args ? c.call(args) : c.call()
        } catch (CpsCallableInvocation e) {
            return run(e)
        }
    }

    @Override
    protected Object runScriptInternal(Script script) {
        try {
            return script.run()
        } catch (CpsCallableInvocation e) {
            return run(e)
        }
    }

    private Object run(CpsCallableInvocation invocation) {
        def next = invocation.invoke(Envs.empty(), null, Continuation.HALT)
        def outcome = null
        def loop = {
            while (next.yield == null) {
                running.push(next)
                try {
                    next = next.step()
                } finally {
                    running.pop()
                }
            }
            outcome = next.yield
        }
        GroovyCategorySupport.use(Continuable.categories, loop)
        return outcome.replay()
    }

    @Override
    void save(String step) {
        running.each { next ->
            try {
                new StateStream().writeObject([next.e, next.k])
            } catch (NotSerializableException e) {
                throw new NotSerializableException("${e.message}, held while the step '$step' runs")
            }
        }
    }

    /** Iterators and map entries of java.util are saved by Jenkins' own means; the harness is not part of a build. */
    private static class StateStream extends ObjectOutputStream {
        StateStream() {
            super(new ByteArrayOutputStream())
            enableReplaceObject(true)
        }

        @Override
        protected Object replaceObject(Object o) {
            if (o instanceof Unsaved) return 'harness'
            if (o instanceof Map.Entry) return 'entry'
            return o instanceof Iterator && o.class.name ==~ /java\.util\.(ArrayList|LinkedHashMap|HashMap)\$.*/ ? 'iterator' : o
        }
    }
}
