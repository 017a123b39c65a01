package millrace.run

/** The arguments of a step: named ones, a lone one under the name that the step gives it, and a body. */
class StepCall {
    final String name
    final Map named = [:]
    final Closure body

    /** @param sole the parameter that an unnamed argument means. */
    StepCall(String name, Object[] args, String sole) {
        this.name = name
        args.each { a ->
            if (a instanceof Map && !(sole in ['branches'])) named.putAll(a)
            else if (a instanceof Map) named[sole] = a
            else if (!(a instanceof Closure)) named[sole ?: 'value'] = a instanceof GString ? a.toString() : a
        }
        body = args && args.last() instanceof Closure ? args.last() : null
    }

    Object getAt(String key) { named[key] }
}
