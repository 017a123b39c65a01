package millrace.run

/** One thing that happened in a build, in order. */
class Event {
    /** `stage`, `stage skipped`, `node`, `sh`, `parallel`, `timeout`, … or the step's name. */
    String type
    String name
    Map detail = [:]
    /** Names of the stages around it, outermost first. */
    List<String> stages = []
    /** Label expression of the node it ran on, or null. */
    String node

    @Override
    String toString() {
        def failed = detail.status ? " exited ${detail.status}: ${[detail.output, detail.errors].findAll { it }.join('\n')}" : ''
        return "${'  ' * stages.size()}$type ${name ?: ''}${node ? " on $node" : ''}$failed"
    }
}
