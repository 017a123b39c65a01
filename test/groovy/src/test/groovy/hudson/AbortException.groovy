package hudson

/** Stands in for Jenkins' exception of this name, so that steps which catch it compile and run. */
class AbortException extends IOException {
    AbortException(String message) { super(message) }
}
