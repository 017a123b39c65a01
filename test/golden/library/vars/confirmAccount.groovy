// Step of Millrace’s library, written by `millrace generate`; edits here are overwritten.
/** Asks a person for the account's id, or another word, and stops the build unless it is an expected one. */
void call(Map options) {
    String answer = ''
    timeout(time: 30, unit: 'MINUTES') {
        answer = input(
            message: options.message,
            ok: 'Continue',
            parameters: [string(name: 'CONFIRM', defaultValue: '', trim: true, description: options.description)]
        )
    }
    if (!options.expected.contains(answer)) {
        error "Expected ${options.expected.join(' or ')}, found '${answer}'. Nothing was changed."
    }
    env.MILLRACE_CONFIRM = answer
}
