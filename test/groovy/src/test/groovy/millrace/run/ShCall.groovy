package millrace.run

import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** One call of `sh`, as a scripted double sees it. */
class ShCall {
    String script
    Map<String, String> env
    File workspace
    String node
    List<String> stages
    int timeouts

    /** Writes a file where the script would have. */
    String write(String path, String text) {
        def file = path.startsWith('/') ? new File(path) : new File(workspace, path)
        file.parentFile.mkdirs()
        file.setText(text, 'UTF-8')
        return ''
    }

    /** Really runs the script, as `realShell` does; the answer may be given back as the double's own. */
    List execute() { Shell.execute(this, new Event()) }

    /** Runs until the timeout around it fires: the innermost, or the outermost (the whole pipeline's). */
    void hang(Map options = [:]) {
        if (timeouts == 0) throw new AssertionError((Object) "'$script' hangs and no timeout is around it")
        throw new FlowInterruptedException('ABORTED', options.outermost ? 0 : timeouts - 1)
    }
}
