package millrace.run

/** Where a call that a script makes on itself goes: own method, library step, step, in Jenkins' order. */
interface Dispatcher {
    Object dispatch(Script from, String name, Object[] args)
}
