package millrace.run

import com.lesfurets.jenkins.unit.PipelineTestHelper

/** JenkinsPipelineUnit's loader, scripts run as plain Groovy. */
class PlainHelper extends PipelineTestHelper implements ScriptRunner {
    Dispatcher dispatcher

    PlainHelper() { scriptBaseClass = PlainScript }

    @Override
    Object getMethodInterceptor() { { String name, Object[] args -> dispatcher.dispatch(delegate, name, args) } }

    @Override
    Object callOwn(MetaMethod m, Script script, Object[] args) { m.doMethodInvoke(script, args) }

    @Override
    Object body(Closure c, Object... args) { args ? c.call(args) : c.call() }

    @Override
    void save(String step) { }
}
