/** Asks a person for the account's id (or the project's name) and stops the build unless it is one that may be changed. */
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
