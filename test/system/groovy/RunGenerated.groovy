import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import org.codehaus.groovy.control.CompilerConfiguration

/**
 * Compiles generated files with the Groovy that Jenkins runs, executes them and tells which calls they make; of a table
 * of values, which is JSON, it tells the rows as calls of `row`. Reads
 * one JSON document a line, `{"id", "files": [text]}`, and answers `{"id", "files": [{"calls"} | {"error"}], "printed"}`.
 */
class RunGenerated {
    static void main(String[] args) {
        PrintStream answers = System.out
        ByteArrayOutputStream printed = new ByteArrayOutputStream()
        System.out = new PrintStream(printed, true)
        def pool = Executors.newFixedThreadPool(Runtime.runtime.availableProcessors())
        System.in.newReader('UTF-8').eachLine { line ->
            Map request = (Map) new JsonSlurper().parseText(line)
            def files = pool.invokeAll(request.files.collect { text -> { -> run((String) text) } as Callable })*.get()
            answers.println(JsonOutput.toJson([id: request.id, files: files, printed: printed.toString('UTF-8')]))
        }
        pool.shutdown()
    }

    // Most files of a project do not change with the texts that are put into it.
    private static final Map<String, Map> KNOWN = Collections.synchronizedMap(new LinkedHashMap<String, Map>(300, 0.75f, true) {
        protected boolean removeEldestEntry(Map.Entry eldest) { size() > 200 }
    })

    static Map run(String text) {
        Map known = KNOWN[text]
        if (known != null) return known
        Map result
        try {
            if (text.startsWith('{')) return [calls: rowsOf(text)]
            CompilerConfiguration configuration = new CompilerConfiguration(scriptBaseClass: 'GeneratedScript')
            GeneratedScript script = (GeneratedScript) new GroovyShell(RunGenerated.classLoader, new Binding(), configuration).parse(text)
            script.run()
            result = [calls: script.block.calls]
        } catch (Throwable error) {
            result = [error: error.toString()]
        }
        KNOWN[text] = result
        return result
    }

    private static List rowsOf(String table) {
        ((Map) new JsonSlurper().parseText(table)).collect { job, values -> ['row', [job] + values] }
    }
}

/** Stands in for the annotation that loads a library. */
@interface Library { String value() }

/** What a generated file is a subclass of: it hands every call to a block that records it. */
abstract class GeneratedScript extends Script {
    final Block block = new Block()

    Object methodMissing(String name, Object args) { block.record(name, args) }
    Object propertyMissing(String name) { new Named(block, name) }
}

/** Records the calls of one `{ … }`, in order: `[name, [arguments]]`, or `[name, [arguments], [calls of its block]]`. */
class Block {
    final List calls = Collections.synchronizedList([])

    Object methodMissing(String name, Object args) { record(name, args) }
    Object propertyMissing(String name) { new Named(this, name) }
    void propertyMissing(String name, Object value) { calls << ["$name =".toString(), [plain(value)]] }

    Object record(String name, Object args) {
        List given = (args instanceof Object[]) ? ((Object[]) args).toList() : [args]
        List call = [name, given.findAll { !(it instanceof Closure) }.collect { plain(it) }]
        for (one in given) if (one instanceof Closure) call << callsOf((Closure) one)
        calls << call
        return new Named(this, "result of $name")
    }

    private static List callsOf(Closure body) {
        Block inner = new Block()
        body.delegate = inner
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body.call()
        return inner.calls
    }

    private static Object plain(Object value) {
        if (value instanceof Map) return value.collectEntries { key, one -> [(key.toString()): plain(one)] }
        if (value instanceof List) return value.collect { plain(it) }
        if (value instanceof GString) return [text: value.toString()]
        if (value instanceof Named) return [named: value.toString()]
        return value
    }
}

/** Something that Jenkins provides, such as `params` or a step's result. */
class Named {
    private final Block block
    private final String text

    Named(Block block, String text) {
        this.block = block
        this.text = text
    }

    Object methodMissing(String name, Object args) { block.record("${text}.${name}", args) }
    Object propertyMissing(String name) { new Named(block, "${text}.${name}") }
    void propertyMissing(String name, Object value) { block.record("${text}.${name} =", [value] as Object[]) }

    @Override
    String toString() { text }
}
