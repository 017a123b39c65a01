package millrace.run

/**
 * Variables of one script. As on Jenkins, each library step has variables of its own; all see the global ones (env,
 * params, the library's steps), and an unknown name may be an environment variable.
 */
class BuildBinding extends Binding {
    private final BuildEnvironment env
    final Map<String, Object> globals

    BuildBinding(BuildEnvironment env, Map<String, Object> globals) {
        this.env = env
        this.globals = globals
    }

    @Override
    Object getVariable(String name) {
        if (super.hasVariable(name)) return super.getVariable(name)
        if (globals.containsKey(name)) return globals[name]
        if (env.has(name)) return env.read(name)
        throw new MissingPropertyException(name, Script)
    }

    @Override
    boolean hasVariable(String name) { super.hasVariable(name) || globals.containsKey(name) || env.has(name) }

    /** Variables for another script of the same build. */
    BuildBinding another() { new BuildBinding(env, globals) }
}
