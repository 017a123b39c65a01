package millrace.run

/** `env` of a build: values set for the whole build, and layers of withEnv and environment blocks above them. */
class BuildEnvironment implements Unsaved {
    private final Map<String, String> base
    private final List<Map<String, String>> layers = []

    BuildEnvironment(Map<String, String> base) { this.base = new LinkedHashMap<>(base) }

    Map<String, String> effective() { layers.inject(new LinkedHashMap<String, String>(base)) { all, l -> all.putAll(l); all } }

    String read(String name) {
        def layer = layers.reverse().find { it.containsKey(name) }
        return layer ? layer[name] : base[name]
    }

    boolean has(String name) { read(name) != null }

    void within(Map<String, String> layer, Closure body) {
        layers << layer
        try {
            body.call()
        } finally {
            layers.remove(layers.size() - 1)
        }
    }

    Map<String, String> getEnvironment() { effective() }

    Object getProperty(String name) { name == 'environment' ? effective() : read(name) }

    void setProperty(String name, Object value) { base[name] = value?.toString() }

    Object getAt(String name) { read(name) }
}
