package millrace.run

/** `currentBuild`: causes are maps, as the real one gives them; a result can only get worse. */
class CurrentBuild implements Unsaved {
    static final List<String> ORDER = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']
    private String worst
    private final List<Map> causes
    final CurrentBuild previousBuild
    int number
    String displayName
    String description
    String fullProjectName
    String absoluteUrl
    long startTimeInMillis = 0
    long timeInMillis = 0
    long duration = 1000
    String durationString = '1 sec and counting'
    List changeSets = []
    boolean keepLog = false

    CurrentBuild(Map given) {
        number = given.number
        displayName = "#$number"
        fullProjectName = given.jobName
        absoluteUrl = given.url
        causes = given.causes
        timeInMillis = given.time ?: 0
        worst = given.result
        previousBuild = given.previous ? new CurrentBuild(number: number - 1, jobName: given.jobName,
            url: given.url, causes: [], result: given.previous, time: given.previousTime) : null
    }

    String getResult() { worst }

    void setResult(String result) {
        if (!(result in ORDER)) throw new IllegalArgumentException("no such result: $result")
        if (worst == null || ORDER.indexOf(result) > ORDER.indexOf(worst)) worst = result
    }

    String getCurrentResult() { worst ?: 'SUCCESS' }
    String getProjectName() { fullProjectName.tokenize('/').last() }
    String getFullDisplayName() { "${fullProjectName.replace('/', ' » ')} $displayName" }
    List<Map> getBuildCauses() { causes.collect { new LinkedHashMap(it) } }
    List<Map> getBuildCauses(String type) { getBuildCauses().findAll { it._class == type || it._class.endsWith('$' + type) } }
    CurrentBuild getPreviousCompletedBuild() { previousBuild }
    CurrentBuild getPreviousSuccessfulBuild() { previousBuild?.result == 'SUCCESS' ? previousBuild : null }
    boolean resultIsBetterOrEqualTo(String other) { ORDER.indexOf(currentResult) <= ORDER.indexOf(other) }
    boolean resultIsWorseOrEqualTo(String other) { ORDER.indexOf(currentResult) >= ORDER.indexOf(other) }

    Object getRawBuild() { throw new SecurityException('Scripts not permitted to use method RunWrapper getRawBuild') }
}
