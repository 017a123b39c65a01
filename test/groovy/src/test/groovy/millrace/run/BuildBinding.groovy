package millrace.run

/** Variables of a build's scripts; as on Jenkins, an unknown name may be an environment variable or a parameter. */
class BuildBinding extends Binding {
    private final BuildEnvironment env

    BuildBinding(BuildEnvironment env) { this.env = env }

    @Override
    Object getVariable(String name) {
        if (super.hasVariable(name)) return super.getVariable(name)
        if (env.has(name)) return env.read(name)
        throw new MissingPropertyException(name, Script)
    }

    @Override
    boolean hasVariable(String name) { super.hasVariable(name) || env.has(name) }
}
