def call(Map args, Closure body) {
    withEnv(["WITHIN=${args.name}"]) {
        body()
    }
}
