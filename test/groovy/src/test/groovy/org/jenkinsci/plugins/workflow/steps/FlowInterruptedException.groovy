package org.jenkinsci.plugins.workflow.steps

/** Stands in for the exception by which Jenkins stops a running body: a timeout or somebody's abort. */
class FlowInterruptedException extends InterruptedException {
    final String result
    /** How many timeouts lay around the one that fired; 0 is the outermost. */
    final int scope

    FlowInterruptedException(String result, int scope = 0) {
        super("interrupted: $result")
        this.result = result
        this.scope = scope
    }
}
