package millrace.run

/** What a build did, in order, and how it ended. */
class BuildRecord {
    final List<Event> events
    final String result
    final Throwable error
    final Set<String> archived
    final Map<String, String> env
    final String description

    BuildRecord(List<Event> events, CurrentBuild current, Throwable error, Set<String> archived, Map<String, String> env) {
        this.events = events
        result = current.currentResult
        description = current.description
        this.error = error
        this.archived = archived
        this.env = env
    }

    List<Event> of(String type) { events.findAll { it.type == type } }
    List<String> names(String type) { of(type)*.name }
    /** Names of stages that ran, in order. */
    List<String> getStages() { names('stage') }
    /** Names of stages passed over, by `when` or after a failure. */
    List<String> getSkipped() { names('stage skipped') }
    String stageResult(String name) { of('stage').find { it.name == name }?.detail?.result }
    List<String> getScripts() { names('sh') }
    /** Names of the branches of each parallel, in order. */
    List<List<String>> getWaves() { of('parallel')*.detail*.branches }
    List<String> getLog() { names('echo') }

    @Override
    String toString() { (events*.toString() + ["result $result", error ? "error $error" : '']).join('\n') }
}
