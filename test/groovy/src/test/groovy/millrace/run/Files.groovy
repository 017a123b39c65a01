package millrace.run

import java.nio.file.FileSystems

/** Files of workspaces and stashes, with the patterns that Jenkins' steps take (comma-separated, Ant's `**`). */
class Files {
    /** Paths below `directory` that match, sorted. */
    static List<String> list(File directory, String includes, String excludes = null) {
        if (!directory.directory) return []
        def all = []
        directory.eachFileRecurse { if (it.file) all << directory.toPath().relativize(it.toPath()).toString() }
        return all.findAll { matches(it, includes) && !(excludes && matches(it, excludes)) }.sort()
    }

    static List<String> copy(File from, File to, String includes = '**', String excludes = null) {
        def paths = list(from, includes, excludes)
        paths.each { path ->
            def source = new File(from, path)
            def target = new File(to, path)
            target.parentFile.mkdirs()
            target.bytes = source.bytes
            if (source.canExecute()) target.setExecutable(true)
        }
        return paths
    }

    private static boolean matches(String path, String patterns) {
        patterns.split(',').collect { it.trim() }.any { pattern ->
            def whole = pattern.endsWith('/') ? pattern + '**' : pattern
            [whole, whole.replace('**/', '')].any {
                FileSystems.default.getPathMatcher('glob:' + it).matches(new File(path).toPath())
            }
        }
    }

    /** JSON as the plain, serialisable maps and lists that `readJSON(returnPojo: true)` gives. */
    static Object plain(Object json) {
        if (json instanceof Map) return json.inject(new LinkedHashMap()) { m, e -> m[e.key] = plain(e.value); m }
        return json instanceof List ? new ArrayList(json.collect { plain(it) }) : json
    }
}
