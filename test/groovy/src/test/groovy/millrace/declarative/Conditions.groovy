package millrace.declarative

import millrace.run.Build

import java.nio.file.FileSystems

/** Evaluates `when`, as far as this project's pipelines use it; an unknown condition is an error, not a guess. */
class Conditions {
    private final Build build
    private final List<Collector.Call> calls

    Conditions(Closure block, Build build) {
        this.build = build
        calls = Collector.collect(block, build.script, build.runner)
    }

    boolean flag(String name) { calls.any { it.name == name && it.first() == true } }

    boolean isEarly() { WhenRules.FLAGS.any { flag(it) } }

    boolean hold() { calls.findAll { !(it.name in WhenRules.FLAGS) }.every { holds(it) } }

    private boolean holds(Collector.Call c) {
        def env = build.env
        switch (c.name) {
            case 'allOf': return inner(c).every { holds(it) }
            case 'anyOf': return inner(c).any { holds(it) }
            case 'not': return !inner(c).every { holds(it) }
            case 'expression': return expression(c)
            case 'branch': return matches(env.read('BRANCH_NAME'), c, 'pattern')
            case 'tag': return matches(env.read('TAG_NAME'), c, 'pattern')
            case 'buildingTag': return env.has('TAG_NAME')
            case 'changeRequest': return env.has('CHANGE_ID') && (!c.named() || c.named().target == env.read('CHANGE_TARGET'))
            case 'environment': return env.read(c.named().name.toString()) == c.named().value.toString()
            case 'equals': return c.named().expected == c.named().actual
            case 'isRestartedRun': return false
            case 'triggeredBy':
                def wanted = c.named().cause ?: c.first()
                return build.current.buildCauses.any { it._class.tokenize('.$').last() in [wanted, "$wanted".tokenize('.$').last() + 'Cause'] }
            default: throw new UnsupportedOperationException("the stand-in does not know the condition $c")
        }
    }

    private List<Collector.Call> inner(Collector.Call c) { Collector.collect(c.body, build.script, build.runner) }

    private boolean expression(Collector.Call c) {
        c.body.delegate = build.script
        c.body.resolveStrategy = Closure.DELEGATE_ONLY
        def value = build.runner.body(c.body)
        // Jenkins takes the text 'false' for false here, and every other text for true.
        return value instanceof CharSequence ? value.toString() != 'false' && value.length() > 0 : value as boolean
    }

    private static boolean matches(String value, Collector.Call c, String key) {
        if (value == null) return false
        def pattern = (c.named()[key] ?: c.first()).toString()
        switch (c.named().comparator ?: 'GLOB') {
            case 'EQUALS': return value == pattern
            case 'REGEXP': return value ==~ pattern
            default: return FileSystems.default.getPathMatcher('glob:' + pattern).matches(new File(value).toPath())
        }
    }
}
