package millrace.declarative

import millrace.run.Scripts
import millrace.run.Unsaved

/** Evaluates a declarative block and keeps what it calls, in order: `agent any`, `stage('A') {…}`, `branch 'x'`. */
class Collector implements Unsaved {
    private final Script script
    private final List<Call> calls = []

    Collector(Script script) { this.script = script }

    static class Call implements Unsaved {
        String name
        List args = []

        Closure getBody() { args && args.last() instanceof Closure ? args.last() : null }
        Object first() { args ? args[0] : null }
        Map named() { first() instanceof Map ? first() : [:] }

        @Override
        String toString() { "$name(${args.findAll { !(it instanceof Closure) }.join(', ')})" }
    }

    /** The calls that a block makes; a call that is an argument of another is not one of them. */
    static List<Call> collect(Closure block, Script script, millrace.run.ScriptRunner runner) {
        def c = new Collector(script)
        block.delegate = c
        block.resolveStrategy = Closure.DELEGATE_ONLY
        runner.body(block)
        return c.@calls
    }

    Object invokeMethod(String name, Object args) {
        def given = (args instanceof Object[] ? args.toList() : [args])
        def inner = given + given.findAll { it instanceof Map }.collectMany { it.values() }
        calls.removeAll { made -> inner.any { it.is(made) } || inner.any { it instanceof List && it.any { x -> x.is(made) } } }
        def call = new Call(name: name, args: given)
        calls << call
        return call
    }

    /** A condition of `when`; without this overload Object's own would answer. */
    Object equals(Map args) { invokeMethod('equals', [args] as Object[]) }

    Object getProperty(String name) { name in ['any', 'none'] ? name : Scripts.read(script, name) }
}
