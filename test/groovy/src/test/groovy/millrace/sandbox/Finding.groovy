package millrace.sandbox

import groovy.transform.Immutable

/** One place that would be refused or go wrong on Jenkins; `rule` is stable, `message` is for people. */
@Immutable
class Finding {
    int line
    int column
    String rule
    String message

    @Override
    String toString() { "$line:$column $rule: $message" }
}
